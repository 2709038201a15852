import type { domains as english } from "../en/domains.ts";

export const domains: typeof english = {
  title: "Domaines et expéditeurs",
  lead: "D’où vient votre courrier : un domaine vérifié envoie depuis toutes ses adresses, un expéditeur confirmé depuis une seule.",
  listTitle: "Domaines",
  addTitle: "Ajouter un domaine",
  none: "Pas encore de domaine",
  noneText:
    "Ajoutez le domaine depuis lequel vous envoyez. Tant qu’il n’est pas vérifié, son courrier va dans la boîte de test et vous pouvez tout essayer.",
  open: "Montrer les enregistrements",
  close: "Cacher les enregistrements",
  missing: (names) => `Il manque encore : ${names}.`,
  complete: "Tous les enregistrements sont en place.",
  untested: "Les enregistrements n’ont pas encore été regardés.",
  madeUp:
    "Ce nom est réservé aux exemples (RFC 2606) : il ne peut appartenir à personne ni être vérifié par le DNS.",
  add: {
    label: "Votre domaine",
    hint: "La partie après le @ des adresses depuis lesquelles vous envoyez, par exemple boutique.example.",
    submit: "Ajouter le domaine",
  },
  check: "Regarder le DNS maintenant",
  checking: "Consultation du DNS…",
  lookedAt: "Regardé",
  never: "Pas encore regardé",
  again: "Tant que cette page est ouverte, elle regarde de nouveau toutes les 20 secondes.",
  states: { pending: "Non vérifié", verified: "Vérifié" },
  verifiedBy: { dns: "par ses enregistrements", operator: "sur parole de l’opérateur" },
  recordStatus: { ok: "Trouvé", missing: "Absent", wrong: "Différent", unknown: "Pas de réponse" },
  groups: {
    needed: "Nécessaires",
    neededHint:
      "L’un des deux suffit à vérifier le domaine. Publiez la clé dans tous les cas : sans elle, les signatures ne peuvent pas être contrôlées.",
    advised: "Recommandés",
    advisedHint: "Sans eux, les grands fournisseurs de messagerie classent le courrier comme indésirable.",
    useful: "Utiles",
    usefulHint: "Le courrier part aussi sans eux.",
  },
  records: {
    ownership: { name: "Propriété", purpose: "Montre que le domaine est à vous." },
    dkim: {
      name: "Clé DKIM",
      purpose: "Permet aux destinataires de contrôler la signature de chaque message.",
    },
    dkimEd25519: {
      name: "Clé DKIM (Ed25519)",
      purpose: "La seconde clé, plus courte, avec laquelle les messages sont aussi signés.",
    },
    spf: { name: "SPF", purpose: "Dit quels serveurs peuvent envoyer le courrier de ce domaine." },
    dmarc: {
      name: "DMARC",
      purpose: "Dit aux destinataires quoi faire du courrier qui prétend seulement venir de vous.",
    },
    returnPath: {
      name: "Adresse de retour",
      purpose: "Fait revenir les rejets sous votre propre domaine.",
    },
    mx: { name: "MX", purpose: "Permet de répondre à vos messages." },
    ptr: {
      name: "Nom inverse (PTR)",
      purpose: "Donne un nom aux adresses d’envoi. C’est l’opérateur de ce service qui le règle.",
    },
  },
  record: {
    type: "Type",
    name: "Nom",
    value: "Valeur",
    found: "Ce qui s’y trouve maintenant",
    nothing: "Rien",
    publish: "Publiez cet enregistrement là où est géré le DNS de votre domaine, puis regardez de nouveau.",
  },
};
