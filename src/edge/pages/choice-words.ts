import type { ConsentPurpose } from "../../core/consent/index.ts";
import type { Language } from "../../core/policy/index.ts";

/** What the page says of one purpose. */
export interface PurposeWords {
  title: string;
  given: (sender: string, day: string) => string;
  open: (sender: string) => string;
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
  /** Why nobody can agree on the page. */
  agreeing: (sender: string) => string;
  purposes: Record<ConsentPurpose, PurposeWords>;
}

export const choiceWords: Record<Language, ChoiceWords> = {
  en: {
    title: "What the sender learns of your reading",
    unknownSender: "the sender of this mail",
    languages: "Language",
    text: (sender) =>
      `Unless you agree, ${sender} cannot see what you do with a mail: at most it is counted, without knowing who it was. What you take back here applies at once, also to mail that you have already.`,
    proof: (how, wording) => `How you agreed: ${how}. What you agreed to: “${wording}”`,
    saved: "Your decision is in force.",
    agreeing: (sender) =>
      `You cannot agree on this page: a link leads here that stands in a mail of ${sender}, so nobody can tell whether it is you who follows it.`,
    purposes: {
      opens: {
        title: "Opened mail",
        given: (sender, day) =>
          `Since ${day}, ${sender} may see which of its mails you open and when, because you agreed.`,
        open: (sender) => `${sender} does not see which of its mails you open.`,
        withdraw: "Take back: opened mail",
      },
      clicks: {
        title: "Links you follow",
        given: (sender, day) =>
          `Since ${day}, ${sender} may see which links in its mails you follow and when, because you agreed.`,
        open: (sender) => `${sender} does not see which links you follow.`,
        withdraw: "Take back: links",
      },
    },
  },
  fr: {
    title: "Ce que l'expéditeur apprend de votre lecture",
    unknownSender: "l'expéditeur de cet e-mail",
    languages: "Langue",
    text: (sender) =>
      `Sans votre accord, ${sender} ne peut pas voir ce que vous faites d'un e-mail : tout au plus, cela est compté sans savoir de qui il s'agit. Ce que vous retirez ici s'applique aussitôt, y compris aux e-mails que vous avez déjà reçus.`,
    proof: (how, wording) => `Comment vous avez accepté : ${how}. Ce que vous avez accepté : « ${wording} »`,
    saved: "Votre décision est appliquée.",
    agreeing: (sender) =>
      `Vous ne pouvez pas donner votre accord sur cette page : le lien qui y mène figure dans un e-mail de ${sender}, et rien ne montre que c'est vous qui le suivez.`,
    purposes: {
      opens: {
        title: "E-mails ouverts",
        given: (sender, day) =>
          `Depuis le ${day}, ${sender} peut voir lesquels de ses e-mails vous ouvrez et quand, parce que vous l'avez accepté.`,
        open: (sender) => `${sender} ne voit pas lesquels de ses e-mails vous ouvrez.`,
        withdraw: "Retirer : e-mails ouverts",
      },
      clicks: {
        title: "Liens suivis",
        given: (sender, day) =>
          `Depuis le ${day}, ${sender} peut voir quels liens de ses e-mails vous suivez et quand, parce que vous l'avez accepté.`,
        open: (sender) => `${sender} ne voit pas quels liens vous suivez.`,
        withdraw: "Retirer : liens",
      },
    },
  },
  de: {
    title: "Was der Absender von Ihrem Lesen erfährt",
    unknownSender: "der Absender dieser Mail",
    languages: "Sprache",
    text: (sender) =>
      `Ohne Ihre Einwilligung sieht ${sender} nicht, was Sie mit einer Mail tun: Es wird höchstens gezählt, ohne zu wissen, wer es war. Was Sie hier zurücknehmen, gilt sofort, auch für Mails, die Sie schon haben.`,
    proof: (how, wording) => `Wie Sie eingewilligt haben: ${how}. Worin Sie eingewilligt haben: „${wording}“`,
    saved: "Ihre Entscheidung gilt.",
    agreeing: (sender) =>
      `Einwilligen können Sie auf dieser Seite nicht: Der Link hierher steht in einer Mail von ${sender}, und niemand weiß, ob Sie selbst ihm folgen.`,
    purposes: {
      opens: {
        title: "Geöffnete Mails",
        given: (sender, day) =>
          `Seit dem ${day} darf ${sender} sehen, welche Mails Sie öffnen und wann, weil Sie eingewilligt haben.`,
        open: (sender) => `${sender} sieht nicht, welche Mails Sie öffnen.`,
        withdraw: "Zurücknehmen: geöffnete Mails",
      },
      clicks: {
        title: "Links, denen Sie folgen",
        given: (sender, day) =>
          `Seit dem ${day} darf ${sender} sehen, welchen Links Sie folgen und wann, weil Sie eingewilligt haben.`,
        open: (sender) => `${sender} sieht nicht, welchen Links Sie folgen.`,
        withdraw: "Zurücknehmen: Links",
      },
    },
  },
};
