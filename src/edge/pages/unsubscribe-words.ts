import type { Language } from "../../core/policy/index.ts";

/** What the page says, in one language. `sender` is the account's name, or the words for a sender nobody knows. */
export interface UnsubscribeWords {
  unknownSender: string;
  languages: string;
  /** The link to the page on which readers see what their sender learns of them. */
  choice: string;
  ask: { title: string; text: (sender: string) => string; button: string };
  done: { title: string; text: (sender: string) => string; regret: string; button: string };
  already: { title: string; text: (sender: string) => string };
  back: { title: string; text: (sender: string) => string; button: string };
  returned: { title: string; text: (sender: string) => string };
  late: { title: string; text: string };
  useless: { title: string; text: string };
  busy: { title: string; text: string };
}

export const unsubscribeWords: Record<Language, UnsubscribeWords> = {
  en: {
    unknownSender: "the sender of this mail",
    languages: "Language",
    choice: "Is what I open and follow counted?",
    ask: {
      title: "Unsubscribe",
      text: (sender) => `Do you want no more mail from ${sender}? One click is enough.`,
      button: "Unsubscribe",
    },
    done: {
      title: "You are unsubscribed",
      text: (sender) =>
        `This service sends you no more mail from ${sender}, as of now. You can close this page.`,
      regret: "Was that a mistake?",
      button: "Subscribe again",
    },
    already: {
      title: "You are unsubscribed",
      text: (sender) => `This service sends you no more mail from ${sender}. There is nothing left to do.`,
    },
    back: {
      title: "Subscribe again",
      text: (sender) => `Do you want mail from ${sender} again?`,
      button: "Subscribe again",
    },
    returned: {
      title: "You are subscribed again",
      text: (sender) => `You may get mail from ${sender} again. You can close this page.`,
    },
    late: {
      title: "This can no longer be taken back here",
      text: "It is more than a day ago, or something else has changed since. If you want the mail again, ask its sender.",
    },
    useless: {
      title: "This link does not work",
      text: "A part of it may be missing. Open the link in the mail once more, or copy it whole.",
    },
    busy: {
      title: "This does not work at the moment",
      text: "Please try again in a minute.",
    },
  },
  fr: {
    unknownSender: "l'expéditeur de cet e-mail",
    languages: "Langue",
    choice: "Mes ouvertures et mes clics sont-ils comptés ?",
    ask: {
      title: "Se désinscrire",
      text: (sender) => `Ne plus recevoir d'e-mails de ${sender} ? Un clic suffit.`,
      button: "Se désinscrire",
    },
    done: {
      title: "Vous êtes désinscrit",
      text: (sender) =>
        `Dès maintenant, ce service ne vous envoie plus d'e-mails de ${sender}. Vous pouvez fermer cette page.`,
      regret: "C'était une erreur ?",
      button: "Se réinscrire",
    },
    already: {
      title: "Vous êtes désinscrit",
      text: (sender) => `Ce service ne vous envoie plus d'e-mails de ${sender}. Il n'y a plus rien à faire.`,
    },
    back: {
      title: "Se réinscrire",
      text: (sender) => `Recevoir à nouveau les e-mails de ${sender} ?`,
      button: "Se réinscrire",
    },
    returned: {
      title: "Vous êtes réinscrit",
      text: (sender) =>
        `Vous pouvez à nouveau recevoir les e-mails de ${sender}. Vous pouvez fermer cette page.`,
    },
    late: {
      title: "Il n'est plus possible de revenir en arrière ici",
      text: "C'était il y a plus d'un jour, ou autre chose a changé depuis. Pour recevoir à nouveau ces e-mails, adressez-vous à leur expéditeur.",
    },
    useless: {
      title: "Ce lien ne fonctionne pas",
      text: "Il en manque peut-être une partie. Ouvrez à nouveau le lien de l'e-mail, ou copiez-le en entier.",
    },
    busy: {
      title: "Cela ne fonctionne pas pour le moment",
      text: "Merci de réessayer dans une minute.",
    },
  },
  de: {
    unknownSender: "dem Absender dieser Mail",
    languages: "Sprache",
    choice: "Wird gezählt, was ich öffne und anklicke?",
    ask: {
      title: "Abmelden",
      text: (sender) => `Keine Mails mehr von ${sender}? Ein Klick genügt.`,
      button: "Abmelden",
    },
    done: {
      title: "Sie sind abgemeldet",
      text: (sender) =>
        `Ab sofort schickt Ihnen dieser Dienst keine Mails mehr von ${sender}. Sie können diese Seite schließen.`,
      regret: "War das ein Versehen?",
      button: "Wieder anmelden",
    },
    already: {
      title: "Sie sind abgemeldet",
      text: (sender) =>
        `Dieser Dienst schickt Ihnen keine Mails mehr von ${sender}. Es ist nichts weiter zu tun.`,
    },
    back: {
      title: "Wieder anmelden",
      text: (sender) => `Wieder Mails von ${sender} erhalten?`,
      button: "Wieder anmelden",
    },
    returned: {
      title: "Sie sind wieder angemeldet",
      text: (sender) => `Sie können wieder Mails von ${sender} erhalten. Sie können diese Seite schließen.`,
    },
    late: {
      title: "Hier lässt sich das nicht mehr zurücknehmen",
      text: "Es ist mehr als einen Tag her, oder inzwischen hat sich etwas anderes geändert. Wenn Sie die Mails wieder wollen, wenden Sie sich an den Absender.",
    },
    useless: {
      title: "Dieser Link funktioniert nicht",
      text: "Vielleicht fehlt ein Teil. Öffnen Sie den Link in der Mail noch einmal, oder kopieren Sie ihn ganz.",
    },
    busy: {
      title: "Das geht im Moment nicht",
      text: "Bitte versuchen Sie es in einer Minute noch einmal.",
    },
  },
};
