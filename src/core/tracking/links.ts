import { Tokenizer, type TokenizerCallbacks } from "htmlparser2";

/** The address of a link in an HTML source as it is written there, entities and all: offsets of its first character
 *  and of the one after its last. */
export interface Link {
  readonly from: number;
  readonly to: number;
  /** Its element has the attribute `data-notrack`: it must lead where it leads. */
  readonly isUntracked: boolean;
}

/** Finds what a reader can click on: the first `href` of every a and area element, and of the VML shapes that Outlook
 *  draws buttons with. Outlook's conditional comments are read as the HTML they are for Outlook; other comments, and
 *  what stands in scripts and styles, are not links. Takes time linear in the source's length. */
export function linksIn(html: string): Link[] {
  const links: Link[] = [];
  const conditional = new LinkTokenizer(links, () => {});
  const whole = new LinkTokenizer(links, (from, to) => {
    const inner = conditionalHtml(html, from, to);
    if (inner < to) conditional.read(html.slice(inner, to), inner);
  });
  whole.read(html, 0);
  return links;
}

const conditionOpener = "[if";
const conditionCloser = "]>";

// Where the HTML of a conditional comment begins; the comment's end when it is an ordinary one.
function conditionalHtml(html: string, from: number, to: number): number {
  const opener = html.slice(from, from + conditionOpener.length).toLowerCase();
  if (opener !== conditionOpener) return to;
  const closer = html.slice(from, to).indexOf(conditionCloser);
  return closer === -1 ? to : from + closer + conditionCloser.length;
}

/** Where something may be added at the end of what an HTML source shows: before the last end tag of its body, or at its
 *  end. Behind that tag, some mail programs drop it. */
export function endOfBody(html: string): number {
  let end = html.length;
  const onclosetag = (from: number, to: number) => {
    if (html.slice(from, to).toLowerCase() === "body") end = from - "</".length;
  };
  const tokenizer = new Tokenizer({ decodeEntities: false }, { ...nothing, onclosetag });
  tokenizer.write(html);
  tokenizer.end();
  return end;
}

const nothing: TokenizerCallbacks = {
  onattribdata() {},
  onattribend() {},
  onattribentity() {},
  onattribname() {},
  oncdata() {},
  onclosetag() {},
  oncomment() {},
  ondeclaration() {},
  onend() {},
  onopentagend() {},
  onopentagname() {},
  onprocessinginstruction() {},
  onselfclosingtag() {},
  ontext() {},
  ontextentity() {},
};

type CommentReader = (from: number, to: number) => void;

class LinkTokenizer implements TokenizerCallbacks {
  readonly #links: Link[];
  readonly #readComment: CommentReader;
  readonly #tokenizer: Tokenizer;
  #source = "";
  #offset = 0;
  #isLink = false;
  #isHref = false;
  #isUntracked = false;
  #found: { from: number; to: number } | null = null;
  #from = -1;
  #to = -1;

  constructor(links: Link[], readComment: CommentReader) {
    this.#links = links;
    this.#readComment = readComment;
    // Entities stay as they are: a link is cut out of its source and put back.
    this.#tokenizer = new Tokenizer({ decodeEntities: false }, this);
  }

  /** Reads a source that stands at an offset of a larger one. */
  read(source: string, offset: number): void {
    this.#source = source;
    this.#offset = offset;
    this.#isLink = false;
    this.#isHref = false;
    this.#tokenizer.reset();
    this.#tokenizer.write(source);
    this.#tokenizer.end();
  }

  onopentagname(from: number, to: number): void {
    const name = this.#source.slice(from, to).toLowerCase();
    this.#isLink = name === "a" || name === "area" || name.startsWith("v:");
    this.#isUntracked = false;
    this.#found = null;
  }

  onattribname(from: number, to: number): void {
    const name = this.#source.slice(from, to).toLowerCase();
    this.#isHref = this.#isLink && name === "href";
    if (name === "data-notrack") this.#isUntracked = true;
    this.#from = -1;
  }

  onattribdata(from: number, to: number): void {
    if (this.#from === -1) this.#from = from;
    this.#to = to;
  }

  onattribend(): void {
    if (!this.#isHref) return;
    // HTML §13.2.5.33: of attributes with the same name, the first counts.
    this.#isLink = false;
    this.#isHref = false;
    if (this.#from === -1) return;
    this.#found = { from: this.#offset + this.#from, to: this.#offset + this.#to };
  }

  // Only now every attribute is known.
  onopentagend(): void {
    if (this.#found !== null) this.#links.push({ ...this.#found, isUntracked: this.#isUntracked });
    this.#found = null;
  }

  onselfclosingtag(): void {
    this.onopentagend();
  }

  oncomment(from: number, end: number, closerLength: number): void {
    this.#readComment(from, end - closerLength);
  }

  onattribentity(): void {}
  oncdata(): void {}
  onclosetag(): void {}
  ondeclaration(): void {}
  onend(): void {}
  onprocessinginstruction(): void {}
  ontext(): void {}
  ontextentity(): void {}
}
