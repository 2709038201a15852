import { Tokenizer } from "htmlparser2";
import { endOfBody, type Link, linksIn } from "./links.ts";

// A link of ours is a third longer than where it leads. Together they stay below 2,083 characters, the longest that
// every mail program follows.
const targetCharactersMax = 1400;
// The column is a smallint: one position beyond it would take every other reading of its transaction with it.
const positionMax = 0x7fff;

/** How the HTML of a message is to be counted. */
export interface Counting {
  /** Where a link leads instead; null leaves it alone. `position` counts the message's links from 1. */
  click: ((target: string, position: number) => string | null) | null;
  /** The address of the picture; null adds none. */
  open: string | null;
}

/** Lets links lead through a counter, and adds a picture that counts. Nothing else changes, not by a character: mail
 *  programs' HTML is fragile. Left alone is whatever is no plain web address, holds a placeholder or a password, or whose
 *  element says `data-notrack`. */
export function countedHtml(html: string, { click, open }: Counting): string {
  const counted = click === null ? html : withClicks(html, click);
  if (open === null) return counted;
  const at = endOfBody(counted);
  return `${counted.slice(0, at)}<img src="${open}" width="1" height="1" alt="">${counted.slice(at)}`;
}

/** Where the links of an HTML source lead, as far as they can be counted: those that stand in it as they are.
 *  @param isLegible leaves links out by how they are written */
export function targetsIn(html: string, isLegible: (written: string) => boolean = () => true): Set<string> {
  const legible = linksIn(html).filter(({ from, to }) => isLegible(html.slice(from, to)));
  return new Set(legible.flatMap((link) => targetOf(html, link) ?? []));
}

function withClicks(html: string, click: NonNullable<Counting["click"]>): string {
  const parts: string[] = [];
  let done = 0;
  for (const [index, link] of inOrder(linksIn(html)).entries()) {
    const target = index < positionMax ? targetOf(html, link) : null;
    const counted = target === null ? null : click(target, index + 1);
    if (counted === null) continue;
    parts.push(html.slice(done, link.from), counted);
    done = link.to;
  }
  parts.push(html.slice(done));
  return parts.join("");
}

// What stands in a conditional comment is found after the comment.
function inOrder(links: Link[]): Link[] {
  return links.toSorted((a, b) => a.from - b.from);
}

const webAddress = /^\s*https?:\/\/[^\s/?#]/i;
const placeholder = /\{\{|\{%|\[\[/;

function targetOf(html: string, { from, to, isUntracked }: Link): string | null {
  const written = html.slice(from, to);
  if (isUntracked || !webAddress.test(written) || placeholder.test(written)) return null;
  const url = URL.parse(decoded(written).trim());
  if (url === null || (url.protocol !== "http:" && url.protocol !== "https:")) return null;
  if (url.username !== "" || url.password !== "" || url.href.length > targetCharactersMax) return null;
  return url.href;
}

// Entities as a browser reads them in a value between quotes.
function decoded(written: string): string {
  if (!written.includes("&") || written.includes('"')) return written;
  const source = `<a href="${written}">`;
  const parts: string[] = [];
  const ignore = () => {};
  const tokenizer = new Tokenizer(
    { decodeEntities: true },
    {
      onattribdata: (start, end) => void parts.push(source.slice(start, end)),
      onattribentity: (codepoint) => void parts.push(String.fromCodePoint(codepoint)),
      ...{
        onattribend: ignore,
        onattribname: ignore,
        oncdata: ignore,
        onclosetag: ignore,
        oncomment: ignore,
      },
      ...{ ondeclaration: ignore, onend: ignore, onopentagend: ignore, onopentagname: ignore },
      ...{ onprocessinginstruction: ignore, onselfclosingtag: ignore, ontext: ignore, ontextentity: ignore },
    },
  );
  tokenizer.write(source);
  tokenizer.end();
  return parts.join("");
}
