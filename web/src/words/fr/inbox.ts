import type { inbox as english } from "../en/inbox.ts";

export const inbox: typeof english = {
  title: "Boîte de test",
  lead: "Le courrier qui est resté ici au lieu de partir, exactement tel qu’il serait parti sur le réseau.",
  list: "Messages de la boîte de test",
  emptyTitle: "Pas encore de message",
  emptyText:
    "Le courrier d’un expéditeur dont le domaine n’est pas vérifié arrive ici. Rien ne quitte cette machine : vous pouvez tout essayer avec de vraies adresses.",
  emptyAction: "Envoyer votre premier message",
  choose: "Choisissez un message pour le lire.",
  gone: "Ce message n’est plus dans la boîte de test.",
  back: "Tous les messages",
  empty: "Vider la boîte de test",
  emptyAsk: "Supprimer tous les messages de la boîte de test ? Ils ne pourront pas être récupérés.",
  emptied: (count, text) =>
    count <= 1 ? `${text} message a été supprimé.` : `${text} messages ont été supprimés.`,
  noSubject: "(sans objet)",
  from: "De",
  to: "À",
  at: "Reçu",
  size: "Taille",
  history: "Ce qui lui est arrivé",
  views: "Vues du message",
  message: "Message",
  text: "Texte",
  headers: "En-têtes",
  source: "Source",
  signed: "Signatures",
  unsigned: "Ce message n’est pas signé",
  unsignedHint:
    "Le domaine de son expéditeur n’a pas encore de clé vérifiée. Dès que le domaine est vérifié, chacun de ses messages est signé.",
  verifies: "Un destinataire qui trouve la clé dans le DNS peut contrôler cette signature.",
  fails: "Cette signature ne correspond pas au message.",
  signature: {
    domain: "Domaine",
    selector: "Sélecteur",
    algorithm: "Algorithme",
    headers: "En-têtes signés",
  },
  noHtml: "Ce message n’a pas de partie HTML ; le texte est tout ce qu’il y a.",
  noText: "Ce message n’a pas de partie texte. Certaines personnes ne lisent que le texte : ajoutez-en une.",
  frame: "Le message tel qu’il s’affiche",
  widths: "Largeur",
  phone: "Téléphone",
  tablet: "Tablette",
  desktop: "Ordinateur",
  blocked: (count, text) =>
    count <= 1
      ? `${text} image du réseau n’a pas été chargée.`
      : `${text} images du réseau n’ont pas été chargées.`,
  blockedHint: "Le message est affiché sans réseau et sans script : le regarder n’apprend rien à personne.",
  links: (count, text) => (count <= 1 ? `${text} lien` : `${text} liens`),
  headerName: "En-tête",
  headerValue: "Valeur",
  headersCaption: "Les en-têtes du message, dans leur ordre",
  attachments: "Pièces jointes",
  attachment: { unnamed: "Sans nom", inline: "affichée dans le message" },
};
