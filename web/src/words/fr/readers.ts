import type { readers as english } from "../en/readers.ts";

export const readers: typeof english = {
  title: "Lecteurs et consentement",
  lead: "Ce que les lecteurs ont accepté, jusqu’où ils sont comptés, et où mènent les liens de leur courrier.",
  atPresent: {
    off: "Actuellement, rien n’est compté.",
    anonymous: "Actuellement, les lecteurs sont comptés sans être connus.",
    identified:
      "Actuellement, les lecteurs qui ont accepté sont distingués ; tous les autres sont comptés sans être connus.",
  },
  views: {
    consents: "Consentements",
    counting: "Comment les lecteurs sont comptés",
    links: "Où mènent les liens",
  },

  search: "Rechercher",
  searchLabel: "Qu’a accepté un lecteur ?",
  searchHint: "L’adresse entière. Les adresses sont conservées scellées : on ne peut en chercher une partie.",
  showAll: "Afficher tout le monde",
  record: "Enregistrer une décision",
  import: "Importer",
  export: "Exporter (CSV)",
  latest: "Derniers enregistrements",
  history: "Historique",
  caption: "Décisions des lecteurs, les dernières enregistrées d’abord",
  columns: {
    address: "Adresse",
    what: "Pour quoi",
    decision: "Décision",
    decidedAt: "Décidé",
    proof: "Preuve",
  },
  purposes: { opens: "Courrier ouvert", clicks: "Liens suivis" },
  purposeHints: {
    opens: "Vous voyez quels messages il a ouverts, et quand.",
    clicks: "Vous voyez quels liens il a suivis, et quand.",
  },
  decisions: { given: "Accepté", withdrawn: "Retiré" },
  states: { given: "Accepté", withdrawn: "Retiré", unknown: "Inconnu" },
  unknownAddress: "Adresse qui n’est plus connue",
  proof: {
    how: "Où cela a été dit",
    wording: "Le texte accepté",
    version: "Version du texte",
    source: "Comment c’est arrivé ici",
    actor: "Apporté par",
  },
  sources: {
    api: "Dans ce tableau de bord ou par l’API.",
    import: "Avec un fichier.",
    reader: "De la page du lecteur lui-même.",
  },
  actors: {
    key: (id) => `Clé d’API ${id}`,
    session: "Quelqu’un connecté à ce tableau de bord",
    link: "Le lecteur, par le lien d’un message",
  },
  message: "Le message",

  readerLabel: (address) => `Ce que ${address} a accepté`,
  nobody: "Aucune décision de ce lecteur n’est connue. Cela vaut un non.",
  effects: {
    opens: {
      known: "Vous voyez quand ce lecteur ouvre votre courrier.",
      counted: "Ses ouvertures sont comptées sans nom.",
      nothing: "Ses ouvertures ne sont pas comptées.",
    },
    clicks: {
      known: "Vous voyez quels liens ce lecteur suit.",
      counted: "Ses clics sont comptés sans nom.",
      nothing: "Ses clics ne sont pas comptés.",
    },
  },
  withdraw: "Retirer pour lui",
  withdrawOf: (address) => `Tout retirer pour ${address}`,
  withdrawAsk:
    "Dès maintenant, ce lecteur n’est plus distingué, même dans le courrier qu’il a déjà reçu. Ses décisions antérieures restent dans l’historique, comme preuves. Pour accepter à nouveau, il doit vous le dire.",
  withdrawn: (address) => `${address} n’est plus distingué.`,

  decided: "Le lecteur a",
  forWhat: "Pour quoi ?",
  decidedAtHint:
    "Quand le lecteur a accepté, dans votre fuseau horaire. La dernière décision compte, quel que soit le moment où elle est enregistrée.",
  withdrawnAtHint: "Laissé vide, c’est maintenant.",
  howHint: "Par exemple « formulaire d’inscription de boutique.example » ou « sur papier, au salon de mai ».",
  wordingHint:
    "Mot pour mot, tel que le lecteur l’a vu. Sans lui, un consentement ne peut être prouvé à personne.",
  optionalHint: "Peut rester vide.",
  recordAction: "Enregistrer",
  recorded: (address) => `Enregistré pour ${address}.`,
  missingTitle: "Il manque quelque chose",
  missing: {
    address: "L’adresse du lecteur.",
    purposes: "Pour quoi : l’un des deux au moins.",
    decidedAt: "Quand le lecteur a accepté.",
    how: "Où cela a été dit.",
    wording: "Le texte accepté.",
  },

  importTitle: "Importer des décisions",
  importText:
    "Un fichier CSV dont la première ligne nomme les colonnes. Un export de cette page peut être repris tel quel ; ce qui est connu n’est pas ajouté deux fois.",
  importExample: "Exemple d’un tel fichier",
  fileHint:
    "Une décision par ligne. Une finalité laissée vide vaut pour les deux ; un consentement a besoin de sa preuve.",
  importRecorded: (count) => `Enregistrées : ${count}.`,
  importKnown: (count) => `Déjà connues, ou nommées deux fois : ${count}.`,
  importProblems: {
    unreadable_line: "a un guillemet non fermé, un champ trop long ou trop de champs",
    no_address: "ne contient pas d’adresse e-mail",
    unknown_purpose: "a une finalité qui n’est ni opens ni clicks",
    unknown_decision: "a une décision qui n’est ni given ni withdrawn",
    no_instant: "ne dit pas quand cela a été décidé, comme dans 2026-01-31T12:00:00Z",
    future: "a été décidé dans l’avenir",
    no_proof: "est un consentement sans sa preuve",
  },

  emptyTitle: "Personne n’a encore rien décidé",
  emptyText:
    "Un lecteur n’est distingué que s’il l’a accepté. Qui n’a rien dit a dit non, et est compté sans nom.",
  teach: [
    [
      "Avec votre formulaire",
      "Votre programme enregistre ce que le lecteur a coché : POST /api/v1/consents, avec le texte qu’il a vu.",
    ],
    ["D’ailleurs", "Apportez ce que vous avez recueilli dans un fichier. Les décisions gardent leur date."],
    ["À la main", "Ce qui a été dit sur papier ou au téléphone s’enregistre ici, avec le lieu et les mots."],
    [
      "Retiré",
      "Le courrier qui distingue son lecteur a un lien vers une page où il retire son accord. Cela vaut aussitôt.",
    ],
  ],

  modeLegend: "Jusqu’où les lecteurs peuvent-ils être comptés ?",
  modes: {
    off: {
      title: "Pas du tout",
      text: "Rien n’est compté. Les liens mènent droit au but, et aucune image n’est ajoutée.",
      reader: "Les lecteurs ne laissent pas de trace. Vous savez ce qui a été remis, rejeté ou désinscrit.",
    },
    anonymous: {
      title: "Sans être connus",
      text: "On compte combien de fois le courrier est ouvert et quels liens sont suivis, avec des liens et une image identiques pour tous.",
      reader: "Aucun lecteur ne se distingue d’un autre, qu’il ait accepté ou non.",
    },
    identified: {
      title: "Ceux qui ont accepté sont connus",
      text: "Les lecteurs qui ont accepté reçoivent des liens et une image à eux : vous voyez ce qu’ils ouvrent et suivent, dans chaque message et dans les webhooks.",
      reader:
        "Tous les autres sont comptés sans être connus. Un consentement retiré fait taire aussi le courrier déjà remis.",
    },
  },
  beyond: "Non permis par l’exploitant de ce service",
  limited: "L’exploitant de ce service permet moins que ce que vous avez choisi.",
  defaults: "Messages qui ne disent pas eux-mêmes s’ils sont comptés",
  defaultsHint:
    "Un message peut demander plus ou moins par lui-même (TrackOpens, TrackClicks), jusqu’à la limite ci-dessus.",
  byDefault: { opensByDefault: "Compter les ouvertures", clicksByDefault: "Compter les liens suivis" },
  saved: "Enregistré. Cela vaut aussitôt, même pour le courrier déjà remis.",
  asSaved: "C’est ce qui est enregistré.",
  notSaved: "Pas encore enregistré.",
  mayNotChange: "Quelqu’un qui peut gérer ce compte peut le changer.",
  whoTitle: "Qui décide",
  whoText: "Quatre ont leur mot à dire, et celui qui veut le moins l’emporte.",
  who: [
    ["L’exploitant", "fixe la limite pour tous ceux qui envoient avec ce service."],
    ["Vous", "la fixez ci-dessus, pour tout votre courrier."],
    ["Chaque message", "peut demander moins, ou s’en remettre à vous."],
    ["Chaque lecteur", "n’est connu que s’il a accepté, et tant qu’il ne le retire pas."],
  ],

  linksText:
    "Les liens comptés passent par un hôte. Avec un hôte de votre domaine, les lecteurs voient votre nom dans chaque lien, et les filtres vous jugent sur votre seule réputation.",
  noDomainTitle: "Pas encore de domaine vérifié",
  noDomainText: "Un hôte pour les liens se trouve sous un domaine vérifié de votre compte.",
  toDomains: "Vers vos domaines",
  ownHost: "Les liens mènent à l’hôte de ce service",
  ownHostText: "Les liens du courrier de ce domaine mènent à l’hôte de ce service.",
  hostLabel: (domain) => `Un hôte de ${domain} pour les liens`,
  hostHint: "Un nom qui n’est pas encore utilisé. Vous publierez ensuite un enregistrement CNAME.",
  nameHost: "Utiliser cet hôte",
  hostStates: {
    waiting: "Attend son CNAME",
    unreachable: "Injoignable par https",
    ready: "Les liens y mènent",
  },
  hostTexts: {
    waiting: (host) =>
      `Le DNS ne mène pas encore ${host} ici. D’ici là, les liens mènent à l’hôte de ce service, et fonctionnent.`,
    unreachable: (host) =>
      `Le DNS mène ${host} ici, mais https ne répond pas avec un certificat à ce nom. Demandez à l’exploitant de ce service d’en ajouter un. D’ici là, les liens mènent à l’hôte du service, et fonctionnent.`,
    ready: (host) => `Les liens du nouveau courrier de ce domaine mènent à ${host}.`,
  },
  lookedAt: "Examiné",
  lookedAgain: "Tant que cette page est ouverte, il est examiné toutes les 20 secondes.",
  look: "Examiner maintenant",
  removeHost: "Supprimer",
  removeHostOf: (host) => `Supprimer ${host}`,
  removeHostAsk:
    "Les liens du nouveau courrier mènent de nouveau à l’hôte de ce service. Le courrier déjà remis a des liens vers l’ancien hôte : gardez son CNAME tant qu’ils doivent fonctionner.",
  hostRemoved: (domain) => `Les liens du courrier de ${domain} mènent de nouveau à l’hôte de ce service.`,
};
