import { type Language, languages, withFigures } from "./register.ts";
import { changesBetween, type PolicyDocument } from "./version.ts";

/** What a notice about a version tells. */
export interface PolicyNews {
  before: PolicyDocument;
  document: PolicyDocument;
  effectiveAt: Date;
  /** Where the whole of it can be read. */
  url: string;
}

interface Words {
  title: string;
  from: string;
  was: string;
  now: string;
  gone: string;
  more: (count: number) => string;
  whole: string;
}

const words: Record<Language, Words> = {
  en: {
    title: "Our privacy policy changes",
    from: "A new version of our privacy policy holds from",
    was: "Until then",
    now: "From then on",
    gone: "(no longer promised)",
    more: (count) => `And ${count} more.`,
    whole: "The whole version, with every change:",
  },
  fr: {
    title: "Notre politique de confidentialité change",
    from: "Une nouvelle version de notre politique de confidentialité s'appliquera à partir du",
    was: "Jusque-là",
    now: "Ensuite",
    gone: "(n'est plus promis)",
    more: (count) => `Et ${count} de plus.`,
    whole: "La version entière, avec chaque changement :",
  },
  de: {
    title: "Unsere Datenschutzerklärung ändert sich",
    from: "Eine neue Fassung unserer Datenschutzerklärung gilt ab",
    was: "Bis dahin",
    now: "Danach",
    gone: "(wird nicht mehr versprochen)",
    more: (count) => `Und ${count} weitere.`,
    whole: "Die ganze Fassung mit jeder Änderung:",
  },
};

// A mail is read; who wants every word of a long change follows the link.
const changesShownMax = 20;

/** The mail in which an owner hears of a version, in each language: which of them is theirs is not known. */
export function policyNotice(news: PolicyNews): { subject: string; text: string } {
  const subject = `${words.en.title} / ${words.fr.title} / ${words.de.title}`;
  return { subject, text: `${languages.map((language) => partOf(news, language)).join("\n\n--\n\n")}\n` };
}

function partOf(news: PolicyNews, language: Language): string {
  const w = words[language];
  const changed = changedPromises(news.before, news.document);
  const shown = changed.slice(0, changesShownMax).map(({ id, was, now }) => {
    const before = was === null ? [] : [`${w.was}: ${was[language]}`];
    return [id, ...before, `${w.now}: ${now === null ? w.gone : now[language]}`].join("\n");
  });
  const rest = changed.length > changesShownMax ? [w.more(changed.length - changesShownMax)] : [];
  const day = `${news.effectiveAt.toISOString().slice(0, 16).replace("T", " ")} UTC`;
  return [
    `${w.from} ${day}.`,
    news.document.reason[language],
    ...shown,
    ...rest,
    `${w.whole}\n${news.url}`,
  ].join("\n\n");
}

/** The promises that read differently, with their figures: by another text, or by another figure in it. */
export function changedPromises(before: PolicyDocument, after: PolicyDocument) {
  const readOf = (document: PolicyDocument, id: string) => {
    const text = document.promises.find((promise) => promise.id === id)?.text;
    return text === undefined ? null : withFigures(text, document.figures);
  };
  const changes = changesBetween(before, after);
  const figures = changes.flatMap((change) => (change.kind === "figure" ? [`{${change.name}}`] : []));
  const texts = new Set(changes.flatMap((change) => (change.kind === "text" ? [change.id] : [])));
  return [...new Set([...before.promises, ...after.promises].map(({ id }) => id))]
    .filter((id) => {
      const text = after.promises.find((promise) => promise.id === id)?.text.en ?? "";
      return texts.has(id) || figures.some((figure) => text.includes(figure));
    })
    .map((id) => ({ id, was: readOf(before, id), now: readOf(after, id) }));
}
