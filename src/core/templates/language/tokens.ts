import { pathPartsMax } from "./limits.ts";

/** One word of an expression. `text` is what it means (a text literal without its quotes, `>` for `&gt;`), `from` and
 *  `to` are where it stands in the source. An `invalid` token carries the reason instead. */
export interface Token {
  readonly kind: "name" | "number" | "text" | "sign" | "end" | "invalid";
  readonly text: string;
  readonly from: number;
  readonly to: number;
}

/** Words that come before a colon and say where a variable comes from. */
export const namespaces: ReadonlySet<string> = new Set(["var", "data", "mj", "segment", "segmentation"]);

// Longest first, so that "===" is not read as "==" and "=".
const signs = [
  ["===", "!=="],
  ["==", "!=", "<>", "<=", ">=", "&&", "||"],
  ["=", "<", ">", "+", "-", "*", "/", "!", "(", ")", ",", ":"],
];

// What HTML editors write instead of the characters an author typed. Keys are without & and ;.
const entities: ReadonlyMap<string, string> = new Map([
  ["quot", '"'],
  ["#34", '"'],
  ["#x22", '"'],
  ["apos", "'"],
  ["#39", "'"],
  ["#x27", "'"],
  ["lt", "<"],
  ["#60", "<"],
  ["gt", ">"],
  ["#62", ">"],
  ["amp", "&"],
  ["#38", "&"],
  ["nbsp", "\u00a0"],
  ["#160", "\u00a0"],
  ["ldquo", "“"],
  ["rdquo", "”"],
  ["bdquo", "„"],
  ["lsquo", "‘"],
  ["rsquo", "’"],
]);
const entityCharactersMax = 8; // "&bdquo;" and its like, and one to spare.

// Word processors turn straight quotes into curved ones, often the same one on both sides.
const closings: ReadonlyMap<string, string> = new Map([
  ['"', '"'],
  ["'", "'"],
  ["“", "“”"],
  ["”", "“”"],
  ["„", "“”"],
  ["‘", "‘’"],
  ["’", "‘’"],
]);

interface Character {
  readonly text: string;
  readonly length: number;
}

/** Reads the words between two delimiters, from the source itself, so that every place in an error is exact. It moves
 *  only forward and never throws: what cannot be read is an `invalid` token. */
export class Lexer {
  readonly source: string;
  readonly closer: string;
  position: number;

  constructor(source: string, position: number, closer: string) {
    this.source = source;
    this.position = position;
    this.closer = closer;
  }

  next(): Token {
    this.#skipSpace();
    const from = this.position;
    if (from >= this.source.length) return this.#token("invalid", "Unterminated expression", from);
    if (this.source.startsWith(this.closer, from)) {
      this.position += this.closer.length;
      return this.#token("end", "", from);
    }
    const code = this.source.charCodeAt(from);
    if (isDigit(code)) return this.#number(from);
    if (isNameCode(code)) return this.#token("name", this.#name(), from);
    const character = this.#character(from);
    const closing = closings.get(character.text);
    return closing === undefined ? this.#sign(from) : this.#text(from, character, closing);
  }

  /** The dotted path at this place; empty when there is none. Names may begin with a digit here. */
  path(): string[] {
    this.#skipSpace();
    return isNameCode(this.source.charCodeAt(this.position)) ? this.moreParts([this.#name()]) : [];
  }

  /** Adds the names that follow directly, each after a dot. Stops before there are too many of them. */
  moreParts(parts: string[]): string[] {
    while (this.source[this.position] === "." && isNameCode(this.source.charCodeAt(this.position + 1))) {
      if (parts.length === pathPartsMax) return parts;
      this.position++;
      parts.push(this.#name());
    }
    return parts;
  }

  // A hyphen between two name characters belongs to the name ({% set first-name = … %}), unless what follows is
  // another variable: var:total-var:discount is a subtraction.
  #name(): string {
    const from = this.position;
    let at = from;
    while (isNameCode(this.source.charCodeAt(at)) || (this.source[at] === "-" && this.#continuesName(at + 1)))
      at++;
    this.position = at;
    return this.source.slice(from, at);
  }

  #continuesName(at: number): boolean {
    if (!isNameCode(this.source.charCodeAt(at))) return false;
    const colon = this.source.slice(at, at + "segmentation:".length).indexOf(":");
    return colon === -1 || !namespaces.has(this.source.slice(at, at + colon).toLowerCase());
  }

  #number(from: number): Token {
    let at = from;
    while (isDigit(this.source.charCodeAt(at))) at++;
    if (this.source[at] === "." && isDigit(this.source.charCodeAt(at + 1))) {
      at++;
      while (isDigit(this.source.charCodeAt(at))) at++;
    }
    if (isNameCode(this.source.charCodeAt(at))) return this.#token("name", this.#name(), from);
    this.position = at;
    return this.#token("number", this.source.slice(from, at), from);
  }

  #sign(from: number): Token {
    let text = "";
    const ends: number[] = [];
    for (let at = from; ends.length < 3 && at < this.source.length; ) {
      const character = this.#character(at);
      text += character.text;
      at += character.length;
      ends.push(at);
    }
    for (const [index, candidates] of signs.entries()) {
      const length = signs.length - index;
      const found = candidates.find((candidate) => text.startsWith(candidate));
      if (found === undefined) continue;
      this.position = ends[length - 1] ?? this.source.length;
      return this.#token("sign", found, from);
    }
    this.position = ends[0] ?? this.source.length;
    return this.#token("invalid", "Unexpected character", from);
  }

  // A literal in straight quotes stands for itself. One whose quotes an editor rewrote was rewritten inside as well,
  // and is read back.
  #text(from: number, opening: Character, closing: string): Token {
    const isRewritten = opening.length > 1 || closing.length > 1;
    const pieces: string[] = [];
    let at = from + opening.length;
    let pieceFrom = at;
    while (at < this.source.length) {
      const character = isRewritten ? this.#character(at) : { text: this.source.charAt(at), length: 1 };
      if (closing.includes(character.text) && (character.length > 1 || !isEntityQuote(opening))) {
        pieces.push(this.source.slice(pieceFrom, at));
        this.position = at + character.length;
        return this.#token("text", pieces.join(""), from);
      }
      const escaped = character.text === "\\" ? this.#character(at + 1) : undefined;
      const stands = escaped !== undefined && (escaped.text === "\\" || closing.includes(escaped.text));
      if (stands || character.length > 1) {
        pieces.push(this.source.slice(pieceFrom, at), stands ? escaped.text : character.text);
        at += character.length + (stands ? escaped.length : 0);
        pieceFrom = at;
      } else at++;
    }
    this.position = this.source.length;
    return this.#token("invalid", "Unterminated text", from);
  }

  #skipSpace(): void {
    for (;;) {
      const code = this.source.charCodeAt(this.position);
      if (isSpace(code)) this.position++;
      else if (code === ampersand && this.#character(this.position).text === "\u00a0") {
        this.position += this.#character(this.position).length;
      } else return;
    }
  }

  #character(at: number): Character {
    if (this.source.charCodeAt(at) === ampersand) {
      const semicolon = this.source.slice(at + 1, at + 1 + entityCharactersMax).indexOf(";");
      const meaning = entities.get(this.source.slice(at + 1, at + 1 + semicolon).toLowerCase());
      if (semicolon > 0 && meaning !== undefined) return { text: meaning, length: semicolon + 2 };
    }
    return { text: this.source.charAt(at), length: 1 };
  }

  #token(kind: Token["kind"], text: string, from: number): Token {
    return { kind, text, from, to: this.position };
  }
}

const ampersand = 0x26;

// Inside &quot;…&quot; a straight quote is a character like any other.
function isEntityQuote(opening: Character): boolean {
  return opening.length > 1 && (opening.text === '"' || opening.text === "'");
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

function isSpace(code: number): boolean {
  return (
    code === 0x20 || (code >= 0x09 && code <= 0x0d) || code === 0xa0 || code === 0x200b || code === 0xfeff
  );
}

// Letters of every script, digits and the underscore. Left out above ASCII are Latin-1 signs, general punctuation
// (curved quotes, dashes, invisible marks) and the ideographic space.
function isNameCode(code: number): boolean {
  if (code < 0x80) {
    return isDigit(code) || code === 0x5f || (code >= 0x41 && code <= 0x5a) || (code >= 0x61 && code <= 0x7a);
  }
  return code >= 0xc0 && (code < 0x2000 || code > 0x206f) && code !== 0x3000 && code !== 0xfeff;
}
