import type { firstSteps as english } from "../en/first-steps.ts";

export const firstSteps: typeof english = {
  title: "Premiers pas",
  lead: "De rien à un message que vous pouvez lire, en une minute environ. Rien ne quitte encore cette machine.",
  key: {
    title: "Créez une clé",
    text: "Les programmes montrent qui ils sont avec une paire de clés. Celle-ci peut envoyer, et rien d’autre.",
    make: "Créer une clé",
    name: "Premiers pas",
    made: "Votre clé est créée. Elle figure dans les exemples ci-dessous.",
    once: "La clé secrète est affichée maintenant et plus jamais : seule son empreinte est conservée. Copiez-la là où vous gardez vos secrets.",
    publicKey: "Clé d’API",
    secretKey: "Clé secrète",
    another: "Créer une autre clé",
  },
  send: {
    title: "Envoyez un message",
    text: "Collez l’un de ces exemples dans un terminal ou un programme. L’API est celle de Mailjet : ses clients fonctionnent tels quels.",
    ways: "Façons d’envoyer",
    curl: "curl",
    node: "Node.js",
    smtp: "SMTP",
    withoutKey:
      "Il manque encore une clé aux exemples. Créez-en une ci-dessus, et ils fonctionnent tels quels.",
    nodeInstall: "Installez d’abord le client de Mailjet",
    smtpSettings: "Réglages pour tout programme qui envoie par SMTP",
    host: "Hôte",
    port: "Port",
    user: "Nom d’utilisateur",
    password: "Mot de passe",
    encryption: "Chiffrement",
    encryptions: { implicit: "TLS dès le début", starttls: "STARTTLS", none: "Aucun" },
    smtpExample: "La même chose avec curl",
    selfSigned:
      "Sur cette machine, le service a un certificat qu’il a fait lui-même : curl ne demande donc pas qui l’a délivré.",
    subject: "Mon premier message",
    greeting: "Bonjour de la part de Facteur !",
  },
  arrival: {
    title: "Voyez-le arriver",
    waiting: "En attente de votre message…",
    waitingHint: "Cette page regarde toutes les deux secondes. Rien à recharger.",
    arrived: "Il est arrivé.",
    arrivedText:
      "Voici votre message tel qu’il serait parti sur le réseau, avec tous ses en-têtes. Il est allé dans la boîte de test parce que le domaine de son expéditeur n’est pas encore vérifié.",
    earlier: (count) =>
      `La boîte de test contient des messages plus anciens (${count} sur sa première page).`,
    open: "Le lire",
    openInbox: "Ouvrir la boîte de test",
    to: "À",
  },
  domain: {
    title: "Envoyez au monde entier",
    text: "Ajoutez le domaine depuis lequel vous envoyez. Dès que sa clé est trouvée dans le DNS, le courrier de toutes ses adresses part vers ses destinataires.",
    verified: (name) => `${name} est vérifié. Le courrier de toutes ses adresses part.`,
    all: "Tout sur vos domaines",
  },
  steps: "Étapes",
  done: "Fait",
};
