import type { ConsentPurpose } from "../../core/consent/index.ts";
import type { Language } from "../../core/policy/index.ts";

/** What the page says of one purpose. */
export interface PurposeWords {
  title: string;
  /** What stands above the button that agrees, and so what is agreed to: it is kept as the proof. */
  wording: (sender: string) => string;
  given: (sender: string, day: string) => string;
  open: (sender: string) => string;
  give: string;
  withdraw: string;
}

/** What the page says, in one language. */
export interface ChoiceWords {
  title: string;
  unknownSender: string;
  languages: string;
  text: (sender: string) => string;
  proof: (how: string, wording: string) => string;
  saved: string;
  purposes: Record<ConsentPurpose, PurposeWords>;
}

/** The version of the wordings below: a change of what is agreed to is a new one. */
export const wordingVersion = "2026-11";

export const choiceWords: Record<Language, ChoiceWords> = {
  en: {
    title: "What the sender learns of your reading",
    unknownSender: "the sender of this mail",
    languages: "Language",
    text: (sender) =>
      `Unless you agree, ${sender} cannot see what you do with a mail: at most it is counted, without knowing who it was. What you decide here applies at once, also to mail that you have already.`,
    proof: (how, wording) => `How you agreed: ${how}. What you agreed to: “${wording}”`,
    saved: "Your decision is in force.",
    purposes: {
      opens: {
        title: "Opened mail",
        wording: (sender) =>
          `I agree that ${sender} sees which of its mails I open and when. I can take this back on this page at any time.`,
        given: (sender, day) =>
          `Since ${day}, ${sender} may see which of its mails you open and when, because you agreed.`,
        open: (sender) => `${sender} does not see which of its mails you open.`,
        give: "Agree: opened mail",
        withdraw: "Take back: opened mail",
      },
      clicks: {
        title: "Links you follow",
        wording: (sender) =>
          `I agree that ${sender} sees which links in its mails I follow and when. I can take this back on this page at any time.`,
        given: (sender, day) =>
          `Since ${day}, ${sender} may see which links in its mails you follow and when, because you agreed.`,
        open: (sender) => `${sender} does not see which links you follow.`,
        give: "Agree: links",
        withdraw: "Take back: links",
      },
    },
  },
  fr: {
    title: "Ce que l'expéditeur apprend de votre lecture",
    unknownSender: "l'expéditeur de cet e-mail",
    languages: "Langue",
    text: (sender) =>
      `Sans votre accord, ${sender} ne peut pas voir ce que vous faites d'un e-mail : tout au plus, cela est compté sans savoir de qui il s'agit. Votre décision s'applique aussitôt, y compris aux e-mails que vous avez déjà reçus.`,
    proof: (how, wording) => `Comment vous avez accepté : ${how}. Ce que vous avez accepté : « ${wording} »`,
    saved: "Votre décision est appliquée.",
    purposes: {
      opens: {
        title: "E-mails ouverts",
        wording: (sender) =>
          `J'accepte que ${sender} voie lesquels de ses e-mails j'ouvre et quand. Je peux revenir sur cet accord à tout moment sur cette page.`,
        given: (sender, day) =>
          `Depuis le ${day}, ${sender} peut voir lesquels de ses e-mails vous ouvrez et quand, parce que vous l'avez accepté.`,
        open: (sender) => `${sender} ne voit pas lesquels de ses e-mails vous ouvrez.`,
        give: "Accepter : e-mails ouverts",
        withdraw: "Retirer : e-mails ouverts",
      },
      clicks: {
        title: "Liens suivis",
        wording: (sender) =>
          `J'accepte que ${sender} voie quels liens de ses e-mails je suis et quand. Je peux revenir sur cet accord à tout moment sur cette page.`,
        given: (sender, day) =>
          `Depuis le ${day}, ${sender} peut voir quels liens de ses e-mails vous suivez et quand, parce que vous l'avez accepté.`,
        open: (sender) => `${sender} ne voit pas quels liens vous suivez.`,
        give: "Accepter : liens",
        withdraw: "Retirer : liens",
      },
    },
  },
  de: {
    title: "Was der Absender von Ihrem Lesen erfährt",
    unknownSender: "der Absender dieser Mail",
    languages: "Sprache",
    text: (sender) =>
      `Ohne Ihre Einwilligung sieht ${sender} nicht, was Sie mit einer Mail tun: Es wird höchstens gezählt, ohne zu wissen, wer es war. Was Sie hier entscheiden, gilt sofort, auch für Mails, die Sie schon haben.`,
    proof: (how, wording) => `Wie Sie eingewilligt haben: ${how}. Worin Sie eingewilligt haben: „${wording}“`,
    saved: "Ihre Entscheidung gilt.",
    purposes: {
      opens: {
        title: "Geöffnete Mails",
        wording: (sender) =>
          `Ich willige ein, dass ${sender} sieht, welche Mails ich öffne und wann. Das kann ich auf dieser Seite jederzeit zurücknehmen.`,
        given: (sender, day) =>
          `Seit dem ${day} darf ${sender} sehen, welche Mails Sie öffnen und wann, weil Sie eingewilligt haben.`,
        open: (sender) => `${sender} sieht nicht, welche Mails Sie öffnen.`,
        give: "Einwilligen: geöffnete Mails",
        withdraw: "Zurücknehmen: geöffnete Mails",
      },
      clicks: {
        title: "Links, denen Sie folgen",
        wording: (sender) =>
          `Ich willige ein, dass ${sender} sieht, welchen Links ich folge und wann. Das kann ich auf dieser Seite jederzeit zurücknehmen.`,
        given: (sender, day) =>
          `Seit dem ${day} darf ${sender} sehen, welchen Links Sie folgen und wann, weil Sie eingewilligt haben.`,
        open: (sender) => `${sender} sieht nicht, welchen Links Sie folgen.`,
        give: "Einwilligen: Links",
        withdraw: "Zurücknehmen: Links",
      },
    },
  },
};
