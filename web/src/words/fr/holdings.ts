import type { holdings as english } from "../en/holdings.ts";

export const holdings: typeof english = {
  title: "Ce que nous conservons",
  lead: "Chaque sorte de données que ce service conserve sur vous et vos destinataires : pourquoi, sur quelle base, et jusqu’à quand.",
  proof: "Où en est chaque promesse de la politique de confidentialité, avec sa preuve",
  classes: {
    content: { title: "Le contenu de vos messages", why: "Pour composer vos messages et les livrer." },
    events: {
      title: "Ce qui a été envoyé à qui, et ce qu’il en est advenu",
      why: "Pour vous dire ce que chaque message est devenu, et le retrouver.",
    },
    queue: { title: "Ce qui attend d’être envoyé", why: "Pour livrer ce qui a été accepté." },
    answers: {
      title: "Les réponses aux requêtes répétées",
      why: "Pour répondre à une requête répétée comme la première fois.",
    },
    logs: {
      title: "Ce que vos webhooks ont répondu",
      why: "Pour montrer pourquoi des événements n’ont pas été pris.",
    },
    work: {
      title: "Ce que vous avez réglé pour votre courrier",
      why: "Pour envoyer depuis vos domaines, avec vos modèles, et plus jamais à ceux qui n’en veulent pas.",
    },
    account: {
      title: "Votre compte et qui l’a modifié",
      why: "Pour tenir le compte et montrer qui l’a modifié.",
    },
    sessions: { title: "Qui est connecté", why: "Pour savoir qui est connecté à ce tableau de bord." },
    operation: {
      title: "Ce qui fait tourner le service",
      why: "Pour faire tourner le service. Aucune personne n’y figure.",
    },
  },
  until: "Jusqu’à quand",
  untilTexts: {
    content: (figure) => `Jusqu’à ${figure} jours après l’acceptation. Ensuite sa clé est détruite.`,
    events: (figure) => `Pendant ${figure} mois au plus.`,
    queue: (figure) => `Jusqu’à l’envoi ou l’abandon, et ${figure} jours au plus.`,
    answers: (figure) => `Pendant ${figure} heures.`,
    logs: (figure) => `Pendant ${figure} jours.`,
    work: (figure) => `Tant que le compte est ouvert, et ${figure} mois après sa fin au plus.`,
    account: (figure) => `Tant que le compte est ouvert, et ${figure} mois après sa fin au plus.`,
    sessions: (figure) =>
      figure === ""
        ? "Jusqu’à la déconnexion, ou jusqu’à la fin de son temps."
        : `Pendant ${figure} jours au plus.`,
    operation: (figure) =>
      figure === "" ? "Aussi longtemps que le service tourne." : `Pendant ${figure} jours.`,
  },
  ground: "Base légale",
  about: "À propos de",
  subjects: { recipient: "destinataires", customer: "vous, le client", operator: "l’opérateur" },
  role: "Notre rôle",
  roles: { controller: "responsable du traitement", processor: "sous-traitant, pour votre compte" },
  sealed: "Scellé : ce qui désigne une personne est chiffré ou haché dans la base de données.",
  open: "On n’y trouve ni adresse, ni nom, ni texte.",
  oldest: "La plus ancienne des vôtres",
  lastPurge: "Dernière purge",
  purged: (count) => `${count} supprimés`,
  purgeFailed: "La dernière purge a échoué. Elle sera retentée ; le journal de l’opérateur dit pourquoi.",
  lookedAt: "Regardé",
  nothingYet: "Rien n’était encore échu",
  details: "Finalités et tables en détail",
  tables: "Tables",
};
