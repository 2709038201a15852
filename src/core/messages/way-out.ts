import type { HeaderInput } from "../../mail/mime/index.ts";
import { endOfBody, type ReaderLinks, type ReaderOf } from "../tracking/index.ts";
import type { SubmissionContent } from "./submission.ts";

const pageLanguages = new Set(["en", "fr", "de"]);

/** The link by which the reader of one message unsubscribes. It is made when it is first asked for: most mail has
 *  none. */
export class WayOut {
  readonly #links: ReaderLinks;
  readonly #reader: ReaderOf;
  #url: string | null = null;

  constructor(links: ReaderLinks, reader: ReaderOf) {
    this.#links = links;
    this.#reader = reader;
  }

  /** Has anything asked for the link? */
  get isUsed(): boolean {
    return this.#url !== null;
  }

  get url(): string {
    this.#url ??= this.#links.unsubscribe(this.#reader);
    return this.#url;
  }

  /** The fields by which mail programs unsubscribe with one click, or by mail where that can come in.
   *  RFC 8058 §3.1: both together, and signed. */
  get fields(): [name: string, value: string][] {
    const byMail = this.#links.unsubscribeByMail(this.#reader);
    return [
      ["List-Unsubscribe", `<${this.url}>${byMail === null ? "" : `, <${byMail}>`}`],
      ["List-Unsubscribe-Post", "List-Unsubscribe=One-Click"],
    ];
  }

  /** The link with the language of its page; in any that the page does not speak, the page is in its reader's. */
  urlIn(language: string): string {
    return pageLanguages.has(language) ? `${this.url}?lang=${language}` : this.url;
  }

  /** What templates know of it: Mailjet's `mj:unsub_link`, and `[[UNSUB_LINK_FR]]` with the language of the page. */
  get values(): Record<string, unknown> {
    const urlOf = (language: string) => this.urlIn(language);
    const link = () => this.url;
    return {
      get unsub_link() {
        return link();
      },
      get unsub_link_en() {
        return urlOf("en");
      },
      get unsub_link_fr() {
        return urlOf("fr");
      },
      get unsub_link_de() {
        return urlOf("de");
      },
    };
  }
}

/** The bodies of a message, as rendered for one recipient. */
export interface Bodies {
  text: string | undefined;
  html: string | undefined;
}

/** Gives marketing mail what its reader needs to leave (P40): a visible link in each part that has none, and the fields
 *  of RFC 8058, unless the sender has fields of its own. Everything else stays as it is. */
export function withWayOut(
  wayOut: WayOut,
  content: SubmissionContent,
  bodies: Bodies,
): Bodies & { headers: HeaderInput[] } {
  if (!content.isMarketing && !wayOut.isUsed) return { ...bodies, headers: [] };
  const { url } = wayOut;
  const { text, html } = bodies;
  const hasOwn = content.headers.some(([name]) => name.toLowerCase() === "list-unsubscribe");
  return {
    text: text === undefined || text === "" || text.includes(url) ? text : `${text}${textEnd(url)}`,
    html: html === undefined || html === "" || html.includes(url) ? html : inBody(html, htmlEnd(url)),
    headers: hasOwn ? [] : wayOut.fields,
  };
}

// Nobody knows the reader's language when the mail is written; the page behind the link does.
const words = "Unsubscribe · Se désinscrire · Abmelden";
const htmlWords =
  '<span lang="en">Unsubscribe</span> · <span lang="fr">Se désinscrire</span> · <span lang="de">Abmelden</span>';

/** What says goodbye at the end of a text. */
export function textEnd(url: string): string {
  return `\n\n${words}:\n${url}\n`;
}

/** The same in HTML. */
export function htmlEnd(url: string): string {
  const style = "margin:24px 0 0;font:13px/1.5 sans-serif;text-align:center";
  return `<p style="${style}"><a href="${url}" data-notrack>${htmlWords}</a></p>`;
}

/** Puts something at the end of what an HTML source shows. */
export function inBody(html: string, end: string): string {
  const at = endOfBody(html);
  return `${html.slice(0, at)}${end}${html.slice(at)}`;
}
