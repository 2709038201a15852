import type { smtp as english } from "../en/smtp.ts";

export const smtp: typeof english = {
  title: "SMTP",
  lead: "Pour les programmes qui ne connaissent pas d’API : boutiques, scanners, imprimantes, autres serveurs.",
  offTitle: "SMTP est désactivé",
  offText: "L’opérateur de ce service ne l’a pas ouvert au courrier par SMTP (FACTEUR_SUBMISSION).",
  access: "Ce qu’il faut saisir",
  otherPort: "Autre port",
  userIsKey: "La clé d’API d’une paire qui a le droit d’envoyer.",
  userMissing: "API_KEY",
  primary: "Principale",
  withKey: "Paire de clés",
  keyName: "SMTP",
  makeKey: "Créer une paire de clés pour SMTP",
  secretOnce:
    "Le mot de passe est affiché maintenant et plus jamais : seule son empreinte est conservée. Copiez-le là où vous gardez vos secrets.",
  secretGone:
    "La clé secrète de la paire. Elle a été affichée à la création de la paire et ne peut plus l’être. Perdue ? Créez une nouvelle paire.",
  toKeys: "Toutes les paires de clés",
  programs: "Pour votre programme",
  programNames: {
    swaks: "swaks",
    nodemailer: "Nodemailer",
    postfix: "Postfix",
    php: "PHP",
    python: "Python",
  },
  withoutSecret:
    "Le mot de passe est noté SECRET_KEY jusqu’à ce que vous créiez une paire ici ou mettiez le vôtre à sa place.",
  ownCertificate:
    "Sur cette machine, le service a un certificat qu’il a fait lui-même ; les lignes disent donc au programme de l’accepter. Ailleurs, non.",
  test: "Essayer",
  testText:
    "Commencez à observer, puis faites envoyer un message à votre programme. Il apparaît ici en une ou deux secondes.",
  testAction: "Observer",
  watching: "En attente d’un message…",
  arrived: "Il est arrivé.",
  noSubject: "(sans objet)",
  open: "Voir ce qu’il devient",
  again: "Observer de nouveau",
  refused: "Refusé",
  refusals: {
    wrongSecret:
      "La clé d’API est bien la vôtre, mais le secret est faux. Copiez-le de nouveau, ou créez une nouvelle paire ici.",
    notEncrypted:
      "Activez le chiffrement dans le programme. Le secret a traversé le réseau en clair : créez une nouvelle paire ici, et révoquez celle-ci.",
    notAllowed:
      "La paire n’a pas le droit d’envoyer, elle a été désactivée, ou le compte est suspendu. Voir « Clés d’API ».",
    sender: "L’adresse dans From n’est pas encore la vôtre. Vérifiez son domaine, ou l’adresse elle-même.",
    later: "Le service est occupé, ou une limite est atteinte. Votre programme peut réessayer plus tard.",
    message: "Le message n’est pas bien formé ; les mots après le numéro disent où.",
  },
  late: "Rien n’est encore arrivé",
  lateText: "Cette page continue d’observer. Ce que dit votre programme indique ce qui ne va pas :",
  troubles: [
    {
      says: "Connection refused, timed out",
      means:
        "L’hôte ou le port sont faux, ou un pare-feu est en travers. Beaucoup de réseaux ferment le port 25 ; prenez les ports ci-dessus.",
    },
    {
      says: "Certificate, self-signed, hostname mismatch",
      means:
        "Prenez l’hôte tel qu’il est écrit ci-dessus. Sur cette machine, le programme doit accepter un certificat fait par le service.",
    },
    { says: "530 Send STARTTLS first", means: "Activez le chiffrement dans le programme." },
    {
      says: "535 wrong key",
      means:
        "L’utilisateur ou le mot de passe sont faux : l’utilisateur est la clé d’API, le mot de passe sa clé secrète.",
    },
    {
      says: "535 no permission, 550 does not work any more",
      means: "La paire n’a pas le droit d’envoyer, ou a été désactivée ou révoquée. Voir « Clés d’API ».",
    },
    {
      says: "550, 553 sender",
      means: "L’adresse dans From n’est pas encore la vôtre. Vérifiez son domaine, ou l’adresse elle-même.",
    },
    {
      says: "421, 451, 452",
      means: "Le service est occupé, ou le quota du jour est épuisé. Réessayez plus tard.",
    },
    {
      says: "552, 554",
      means: "Le message est trop grand ou mal formé ; les mots qui suivent le nombre disent à quel endroit.",
    },
  ],
};
