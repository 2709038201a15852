import { linksIn } from "./links.ts";

/** Appends tags to the query of every web link of an HTML text, so that the visited site's own statistics show where a
 *  visitor came from. A fragment stays last; mailto:, tel:, cid:, data: and relative links stay as they are, and so
 *  does a link that still holds a placeholder, since nobody knows what it will be. Apart from the tags nothing in the
 *  text changes. Give it what was rendered: only then every link is there, those inside of variables too.
 *  @param tags a percent-encoded query, without a question mark
 *  @see Mailjet's URLTags */
export function appendUrlTags(html: string, tags: string): string {
  if (tags === "") return html;
  const escaped = tags.replace(/[&<>"']/g, (character) => entities[character] ?? character);
  return splice(html, linksIn(html), (link) => withTags(link, escaped, htmlForm));
}

/** The same for the web links of a plain text, which end where a reader would end them: "(see https://example.com)."
 *  leads to example.com. */
export function appendUrlTagsToText(text: string, tags: string): string {
  if (tags === "") return text;
  const links = [...text.matchAll(webLink)].map(({ 0: link, index }) => {
    return { from: index, to: index + link.length - trailingLength(link) };
  });
  return splice(text, links, (link) => withTags(link, tags, textForm));
}

const entities: Record<string, string> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

function splice(
  text: string,
  spans: readonly { from: number; to: number }[],
  change: (part: string) => string,
): string {
  const parts: string[] = [];
  let done = 0;
  for (const { from, to } of spans) {
    parts.push(text.slice(done, from), change(text.slice(from, to)));
    done = to;
  }
  parts.push(text.slice(done));
  return parts.join("");
}

/** How an address is written: its marks, and what stands between two parts of a query. */
interface Form {
  /** Finds ? and #, and whatever holds one of them without meaning it. */
  readonly marks: RegExp;
  readonly query: RegExp;
  readonly fragment: RegExp;
  readonly ampersand: string;
  /** An ampersand that a query ends with. */
  readonly openEnd: RegExp;
}

// In HTML a mark may be an entity, and a # may begin one: &#38; is no fragment.
const htmlForm: Form = {
  marks: /&(?:#x[0-9a-f]+|#\d+|[a-z][a-z0-9]*);?|[?#]/gi,
  query: /^(?:\?|&#0*63;?|&#x0*3f;?|&quest;)$/i,
  fragment: /^(?:#|&#0*35;?|&#x0*23;?|&num;)$/i,
  ampersand: "&amp;",
  openEnd: /(?:&|&amp;|&#0*38;|&#x0*26;)$/i,
};
const textForm: Form = { marks: /[?#]/g, query: /^\?$/, fragment: /^#$/, ampersand: "&", openEnd: /&$/ };

const webAddress = /^\s*https?:\/\/[^\s/?#]/i;
const placeholderOpener = /\{\{|\{%|\[\[/;

function withTags(link: string, tags: string, form: Form): string {
  if (!webAddress.test(link) || placeholderOpener.test(link)) return link;
  const address = link.trimEnd();
  let end = address.length;
  let queryFrom: number | undefined;
  for (const { 0: mark, index } of address.matchAll(form.marks)) {
    if (form.query.test(mark)) queryFrom ??= index + mark.length;
    if (!form.fragment.test(mark)) continue;
    end = index;
    break;
  }
  const before = address.slice(0, end);
  return `${before}${jointAfter(before, queryFrom, form)}${tags}${link.slice(end)}`;
}

function jointAfter(before: string, queryFrom: number | undefined, form: Form): string {
  if (queryFrom === undefined) return "?";
  return queryFrom === before.length || form.openEnd.test(before) ? "" : form.ampersand;
}

// A letter beyond ASCII may belong to the address or to the sentence. Taken as part of it, the link that mail programs
// make of it leads where it led before, whatever they think; cut off there, it would not.
const webLink = /\bhttps?:\/\/[^\s<>"]+/gi;
const sentenceMarks = ".,;:!?'’”»…";
const brackets: Record<string, string> = { ")": "(", "]": "[", "}": "{" };

// How much of the end belongs to the sentence: its marks, and brackets that were opened before the address.
function trailingLength(link: string): number {
  const surplus = new Map(
    Object.entries(brackets).map(([closer, opener]) => [closer, excess(link, closer, opener)]),
  );
  let end = link.length;
  for (; end > 0; end--) {
    const last = link[end - 1] ?? "";
    const left = surplus.get(last) ?? 0;
    if (left > 0) surplus.set(last, left - 1);
    else if (!sentenceMarks.includes(last)) break;
  }
  return link.length - end;
}

function excess(link: string, closer: string, opener: string): number {
  return countOf(link, closer) - countOf(link, opener);
}

function countOf(text: string, part: string): number {
  let count = 0;
  for (let at = text.indexOf(part); at !== -1; at = text.indexOf(part, at + 1)) count++;
  return count;
}
