import {
  type EditedMessage,
  readWrittenTexts,
  type WrittenText,
  withTexts,
} from "../../mail/mime/written-texts.ts";
import { withChoice } from "./choice-link.ts";
import {
  type CountingTerms,
  countedCharactersMax,
  countingModes,
  type Tracked,
  untracked,
  withCounting,
} from "./counting.ts";
import type { RawContent } from "./submission.ts";
import { htmlEnd, inBody, textEnd, type WayOut } from "./way-out.ts";

/** What decides what stands in the body for one recipient. */
export type RawBodyTerms = Omit<CountingTerms, "content">;

/** The header and body for one recipient. */
export interface RawEdition extends EditedMessage {
  tracked: Tracked;
}

/** What one edition of the texts is, before each reader's own link to unsubscribe stands in it. */
interface Draft {
  texts: ReadonlyMap<WrittenText, string>;
  tracked: Tracked;
  /** The message, where it is the same for all readers of this draft. */
  shared: EditedMessage | null;
}

// One for each way in which readers of one content can be treated; more only while an account changes its mind.
const draftsMax = 4;
// What is kept of a content beside its octets stays small against the memory for contents; longer texts, which are rare,
// are read again for each reader.
const keptCharactersMax = 256 * 1024;
// Of a message, that become links to unsubscribe; a link has four times as many octets. More stand as they were written.
const wayOutFormsMax = 1_000;

/** Mailjet's words for the link to unsubscribe, which work in mail that is handed in as it is written, too. */
export const wayOutOpener = "[[UNSUB_LINK";
const wayOutForm = /\[\[UNSUB_LINK(?:_([A-Z]{2})|_LOCALE)?\]\]/g;

/** Puts into a written message what has to be in it: links and a picture that count, and the way to unsubscribe. A message
 *  that needs none of these is not even looked at; what is the same for many readers is made once for all of them. */
export class RawBody {
  readonly #content: RawContent;
  readonly #hasWayOut: boolean;
  #texts: WrittenText[] | null = null;
  readonly #drafts = new Map<string, Draft>();
  #grown: (bytes: number) => void = () => {};

  /** @param options hasWayOut: the author has a way to unsubscribe in the header, so none is added to what is shown */
  constructor(content: RawContent, { hasWayOut }: { hasWayOut: boolean }) {
    this.#content = content;
    this.#hasWayOut = hasWayOut;
  }

  /** Tells from now on how many bytes more, or fewer, are kept beside the content's octets. */
  watch(grown: (bytes: number) => void): void {
    this.#grown = grown;
  }

  /** The message for one recipient. The same terms give the same octets. */
  of(terms: RawBodyTerms, wayOut: WayOut): RawEdition {
    const { octets, headBytes, isMarketing = false } = this.#content;
    const { opens, clicks } = countingModes({ ...terms, content: this.#content });
    if (opens === "off" && clicks === "off" && !isMarketing) {
      return { pieces: [octets], headBytes, tracked: untracked };
    }
    const isOwn = opens === "identified" || clicks === "identified";
    const draft = isOwn ? this.#draft(terms) : this.#sharedDraft(`${opens} ${clicks}`, terms);
    return { ...(draft.shared ?? this.#filled(draft, wayOut)), tracked: draft.tracked };
  }

  #sharedDraft(modes: string, terms: RawBodyTerms): Draft {
    const name = `${modes} ${terms.campaignId} ${terms.links.base}`;
    const known = this.#drafts.get(name);
    if (known !== undefined) return known;
    const draft = this.#draft(terms);
    if (this.#texts !== null) this.#keep(name, draft);
    return draft;
  }

  #keep(name: string, draft: Draft): void {
    const bytesOf = (each: Draft) => keptBytesOf(each, this.#content.octets);
    let bytes = bytesOf(draft);
    if (this.#drafts.size >= draftsMax) {
      for (const known of this.#drafts.values()) bytes -= bytesOf(known);
      this.#drafts.clear();
    }
    this.#drafts.set(name, draft);
    this.#grown(bytes);
  }

  #draft(terms: RawBodyTerms): Draft {
    const { octets, headBytes, isMarketing = false } = this.#content;
    const texts = this.#texts ?? readWrittenTexts(octets, headBytes);
    if (this.#texts === null && sizeOf(texts) <= keptCharactersMax) {
      this.#texts = texts;
      this.#grown(sizeOf(texts) * bytesPerCharacter);
    }
    const drafted = new Map(texts.map((text) => [text, text.text]));
    if (isMarketing && !this.#hasWayOut) addWayOut(drafted);
    const tracked = count(drafted, { ...terms, content: this.#content });
    for (const [text, words] of drafted) if (words === text.text && !hasForm(words)) drafted.delete(text);
    const hasOwn = [...drafted.values()].some(hasForm);
    const shared = hasOwn ? null : withTexts(octets, headBytes, drafted);
    return { texts: drafted, tracked, shared };
  }

  #filled({ texts }: Draft, wayOut: WayOut): EditedMessage {
    const { octets, headBytes } = this.#content;
    let count = 0;
    const link = (form: string, language = "") =>
      ++count > wayOutFormsMax ? form : wayOut.urlIn(language.toLowerCase());
    const fill = (words: string) => words.replace(wayOutForm, link);
    return withTexts(octets, headBytes, new Map([...texts].map(([text, words]) => [text, fill(words)])));
  }
}

function sizeOf(texts: readonly WrittenText[]): number {
  return texts.reduce((sum, { text }) => sum + text.length, 0);
}

// Of a string with a letter beyond Latin-1.
const bytesPerCharacter = 2;

/** What is kept of a draft beside the octets that it was made from. */
function keptBytesOf({ texts, shared }: Draft, octets: Buffer): number {
  let bytes = 0;
  for (const words of texts.values()) bytes += words.length * bytesPerCharacter;
  const buffers = new Set(shared?.pieces.map(({ buffer }) => buffer));
  buffers.delete(octets.buffer);
  for (const { byteLength } of buffers) bytes += byteLength;
  return bytes;
}

function hasForm(words: string): boolean {
  return words.search(wayOutForm) !== -1;
}

/** Gives each kind of text that has no link to unsubscribe one, at its end. */
function addWayOut(drafted: Map<WrittenText, string>): void {
  for (const kind of ["plain", "html"] as const) {
    const own = [...drafted].filter(([text]) => text.kind === kind);
    const last = own.at(-1);
    if (last === undefined || own.some(([, words]) => hasForm(words))) continue;
    drafted.set(last[0], atEnd(last[0], `${wayOutOpener}]]`));
  }
}

function atEnd(text: WrittenText, url: string): string {
  if (text.kind === "html") return edited(text.text, (html) => inBody(html, asciiHtml(htmlEnd(url))));
  const words = text.takesLetters ? textEnd(url) : asciiText(textEnd(url));
  return edited(text.text, (plain) => `${plain}${words.trimEnd().replaceAll("\n", "\r\n")}`);
}

/** Counts links in all of the HTML, and openings by its last part. */
function count(drafted: Map<WrittenText, string>, terms: CountingTerms): Tracked {
  const htmls = [...drafted].filter(([text]) => text.kind === "html");
  if (sizeOf(htmls.map(([text]) => text)) > countedCharactersMax) return untracked;
  let tracked = untracked;
  for (const [index, [text, words]] of htmls.entries()) {
    const isLast = index === htmls.length - 1;
    const own = isLast ? terms : { ...terms, content: { ...terms.content, trackOpens: "disabled" as const } };
    const source = { html: text.text, urlTags: "", ...(text.isUnicode ? {} : { isLegible: isAsciiText }) };
    const changed = edited(words, (html) => {
      const shown = isLast ? asciiHtml(withChoice("", terms)) : "";
      const counted = withCounting(shown === "" ? html : inBody(html, shown), own, source);
      tracked = { opens: counted.tracked.opens, clicks: tracked.clicks ?? counted.tracked.clicks };
      return counted.html;
    });
    drafted.set(text, changed);
  }
  return tracked;
}

// White space at the end stays there: a message ends with a line end.
function edited(text: string, change: (text: string) => string): string {
  const words = text.slice(0, endOfWords(text));
  return words === "" ? text : `${change(words)}${text.slice(words.length)}`;
}

// Not what Unicode takes for white space: where letters are octets, a no-break space may be half of one.
function endOfWords(text: string): number {
  let end = text.length;
  while (end > 0 && asciiBlanks.has(text.charAt(end - 1))) end -= 1;
  return end;
}

const asciiBlanks: ReadonlySet<string> = new Set(" \t\r\n");

// What is added has to be read in every charset.
function asciiHtml(html: string): string {
  return html.replace(/[^\0-\x7f]/g, (letter) => `&#${letter.codePointAt(0)};`);
}

function asciiText(text: string): string {
  return text
    .replaceAll("·", "/")
    .normalize("NFD")
    .replace(/[^\0-\x7f]/g, "");
}

function isAsciiText(written: string): boolean {
  return /^[\0-\x7f]*$/.test(written);
}
