import type { problems as english } from "../en/problems.ts";

export const problems: typeof english = {
  title: "Cela n’a pas fonctionné",
  unreachable: "Le service ne répond pas",
  unreachableHint: "Il redémarre peut-être, ou votre connexion est coupée. Cette page réessaie d’elle-même.",
  broken: "Cette page a un défaut",
  brokenHint:
    "Votre courrier n’est pas touché. Rechargez la page ; si cela se reproduit, signalez-le avec ce texte :",
  notFound: "Il n’y a rien ici",
  notFoundHint: "L’adresse est mal écrite, ou ce qui était ici est arrivé au terme de sa conservation.",
  toStart: "Aller aux premiers pas",
  field: "Champ",
  reference: "Référence",
  codes: {
    account_closed: {
      title: "Ce compte est fermé",
      hint: "Récupérez ce dont vous avez besoin, ou demandez à l’opérateur de le rouvrir avant son effacement.",
    },
    account_suspended: {
      title: "Ce compte est suspendu",
      hint: "Demandez-en la raison à l’opérateur de ce service.",
    },
    already_exists: { title: "Cela existe déjà", hint: "Modifiez ce qui est déjà là." },
    busy: { title: "Le service est occupé", hint: "Attendez un instant et réessayez." },
    content_gone: {
      title: "Son contenu n’est plus là",
      hint: "Ce que contient un message est détruit après quelques jours. Rédigez-le de nouveau.",
    },
    cross_origin: {
      title: "Cette page ne vient pas du service lui-même",
      hint: "Ouvrez le tableau de bord à l’adresse du service, puis réessayez.",
    },
    defect: {
      title: "Une erreur s’est produite de notre côté",
      hint: "Réessayez plus tard. Si elle persiste, donnez à l’opérateur la référence ci-dessous.",
    },
    forbidden: {
      title: "Vous n’avez pas le droit de faire cela",
      hint: "Demandez ce droit à la personne qui gère ce compte.",
    },
    invalid: { title: "Un champ n’est pas rempli correctement", hint: "Corrigez ce qui est nommé ici." },
    invalid_address: { title: "Ce n’est pas une adresse", hint: "Écrivez-la comme anne@example.org." },
    invalid_domain: {
      title: "Ce n’est pas un nom de domaine",
      hint: "Écrivez la partie après le @, par exemple boutique.example.",
    },
    invalid_url: {
      title: "Rien ne peut être envoyé à cette URL",
      hint: "Écrivez-en une comme https://boutique.example/evenements.",
    },
    not_found: {
      title: "Cela n’existe pas (ou plus)",
      hint: "Quelqu’un l’a peut-être supprimé. Rechargez la page.",
    },
    other_account: {
      title: "Vous êtes connecté à un autre compte",
      hint: "Déconnectez-vous d’abord. Le lien n’a pas encore servi.",
    },
    payload_too_large: { title: "C’est trop à la fois", hint: "Envoyez-le en plusieurs parties." },
    primary_key: {
      title: "La paire de clés principale reste",
      hint: "Elle ouvre le compte : elle ne peut être ni désactivée ni révoquée.",
    },
    quota_exceeded: {
      title: "Le quota du jour est épuisé",
      hint: "Attendez demain, ou demandez à l’opérateur un quota plus grand.",
    },
    rate_limited: { title: "Trop de requêtes", hint: "Attendez un instant et réessayez." },
    sender_inactive: {
      title: "Cet expéditeur ne peut pas encore envoyer",
      hint: "Son titulaire doit d’abord suivre le lien reçu par courrier.",
    },
    sender_not_allowed: {
      title: "Vous ne pouvez pas envoyer depuis cette adresse",
      hint: "Vérifiez son domaine, ou l’adresse elle-même, sous « Domaines et expéditeurs ».",
    },
    sign_in_link_invalid: {
      title: "Ce lien n’est plus valable",
      hint: "Un lien sert une seule fois et pendant peu de temps. Créez-en un nouveau.",
    },
    too_late: { title: "Trop tard : c’est déjà arrivé", hint: "On ne peut plus rien y faire." },
    too_many: {
      title: "Il y en a déjà trop",
      hint: "Supprimez ce qui ne sert pas, ou attendez.",
    },
    unauthorized: { title: "Vous n’êtes pas connecté", hint: "Reconnectez-vous." },
    unavailable: { title: "Le service est occupé", hint: "Attendez un instant et réessayez." },
    undecided: {
      title: "Nul ne peut dire si cela a été enregistré",
      hint: "Regardez si c’est là avant de recommencer.",
    },
    malformed_encoding: {
      title: "Le fichier est dans un autre encodage",
      hint: "Enregistrez-le depuis le tableur en « CSV UTF-8 », puis choisissez celui-ci.",
    },
    unsupported_media_type: {
      title: "Le service ne peut pas lire ce fichier",
      hint: "Choisissez un fichier CSV : du texte, avec une ligne par adresse.",
    },
  },
  fields: {
    required: () => "doit être rempli",
    unknown: () => "est inconnu de ce service",
    choice: (value) => `doit être l’un de : ${value}`,
    type: () => "n’est pas du bon genre",
    too_short: (value) => `est trop court : au moins ${value} caractères`,
    too_long: (value) => `est trop long : au plus ${value} caractères`,
    too_few: (value) => `a trop peu d’éléments : au moins ${value}`,
    too_many: (value) => `a trop d’éléments : au plus ${value}`,
    too_small: (value) => `est trop petit : au moins ${value}`,
    too_large: (value) => `est trop grand : au plus ${value}`,
    duplicate: () => "nomme deux fois la même chose",
    format: () => "n’est pas écrit comme il faut",
    not_an_address: () => "n’est pas une adresse e-mail",
    not_an_address_or_domain: () => "n’est ni une adresse e-mail, ni *@ suivi d’un domaine",
    not_an_instant: () => "n’est pas une date avec une heure",
    not_before_end: () => "n’est pas avant la fin",
    not_among_its_events: () => "ne fait pas partie des événements de ce webhook",
    url_unreadable: () => "n’est pas une URL",
    url_too_long: () => "est plus longue que permis",
    url_scheme: () => "doit commencer par https:// ou http://",
    url_host: () => "ne nomme pas d’hôte",
    url_port: () => "a le port 0",
    url_credentials: () =>
      "a, dans son utilisateur ou son mot de passe, un % qui ne code rien (le % lui-même s’écrit %25)",
    url_private: () => "mène dans un réseau privé, où ce service n’envoie rien",
    no_own_domain: () => "est nécessaire : ce service n’a pas de domaine où créer des adresses",
    domain_not_verified: () => "est d’un domaine qui n’est pas encore vérifié pour votre compte",
    taken: () => "est déjà prise",
    own_address_exists: () => "est nécessaire : une adresse créée par ce service existe déjà",
    url_bare: () => "ne nomme qu’un hôte : ajoutez un chemin, comme dans https://boutique.example/courrier",
  },
};
