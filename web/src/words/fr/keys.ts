import type { keys as english } from "../en/keys.ts";

export const keys: typeof english = {
  title: "Clés d’API",
  lead: "Les programmes montrent qui ils sont avec une paire de clés. Donnez à chacun la sienne, avec les seuls droits dont il a besoin.",
  make: "Créer une paire de clés",
  caption: "Paires de clés de ce compte",
  columns: {
    name: "Nom",
    key: "Clé d’API",
    may: "Droits",
    used: "Dernier usage",
    made: "Créée",
    action: "Actions",
  },
  unnamed: "Sans nom",
  primary: "Principale",
  inactive: "Désactivée",
  never: "Jamais",
  scopes: { full: "tout", send: "envoyer", read: "lire", manage: "gérer" },
  scopeHints: {
    send: "Remettre des messages, les annuler et les réessayer.",
    read: "Voir les messages, la boîte de test, les domaines et la file d’attente.",
    manage: "Modifier les domaines, les expéditeurs et les clés ; comprend la lecture.",
  },
  nameLabel: "Nom",
  nameHint: "À quoi sert la clé, par exemple « Boutique » ou « Serveur de lettres ».",
  mayLabel: "Ce que la clé peut faire",
  nameMissing: "Donnez un nom à la clé, pour la reconnaître.",
  scopeMissing: "Choisissez au moins un droit.",
  madeTitle: "La paire de clés est créée",
  madeText:
    "La clé secrète est affichée maintenant et plus jamais : seule son empreinte est conservée. Copiez-la là où vous gardez vos secrets.",
  madeDone: "Je l’ai copiée",
  revoke: "Révoquer",
  revokeOf: (name) => `Révoquer ${name}`,
  revokeAsk: (name) =>
    `Les programmes qui utilisent « ${name} » sont refusés en quelques secondes, sur toutes les machines. Une paire de clés révoquée ne revient pas.`,
  revoked: (name) => `« ${name} » est révoquée.`,
};
