import type { AddressProblem } from "./problem.ts";

/** Deeper comments are no human's; the count only keeps the message of refusal near its cause. */
const commentDepthMax = 100;

// Wider than RFC 5322 atext, for names such as `[Team] J. D.`; parseAddress decides what an address may have.
const atom = /[^ \t\r\n"(),:;<>@\\]+/y;
const blank = /[ \t\r\n]+/y;
// RFC 5321 §4.1.3: the colons of an IPv6 address would end an atom.
const literal = /\[[^[\]\r\n]*\]/y;

/** A word of a display name or of a local part. */
export interface Word {
  readonly kind: "atom" | "quoted";
  /** As written, quotes included. */
  readonly raw: string;
  /** Without quotes and their escapes. */
  readonly text: string;
  /** Nothing, not even a comment, stands between this word and the one before. */
  readonly isGlued: boolean;
}

/** Walks once over the text of a mailbox list. */
export class Tokens {
  readonly text: string;
  at = 0;

  constructor(text: string) {
    this.text = text;
  }

  /** The character to come; empty at the end. */
  next(): string {
    return this.text.charAt(this.at);
  }

  /** Passes over white space and comments (RFC 5322 §3.2.2 CFWS). Says what is wrong with a comment, if anything. */
  skipBlank(): AddressProblem | undefined {
    while (true) {
      this.take(blank);
      if (this.next() !== "(") return undefined;
      const end = this.commentEnd();
      if (end === undefined) return { problem: "comment", message: "A comment in ( ) is not closed" };
      this.at = end;
    }
  }

  /** Reads words up to the next character that has a meaning in a list. */
  readWords(): readonly Word[] | AddressProblem {
    const words: Word[] = [];
    let end = this.at;
    while (true) {
      const problem = this.skipBlank();
      if (problem !== undefined) return problem;
      const isGlued = this.at === end;
      const word = this.next() === '"' ? this.quotedWord(isGlued) : this.atomWord(isGlued);
      if (word === undefined) return words;
      if ("problem" in word) return word;
      words.push(word);
      end = this.at;
    }
  }

  /** Reads the text of a domain or of an address literal; empty when there is none. */
  readDomain(): string {
    return this.take(literal) ?? this.take(atom) ?? "";
  }

  private atomWord(isGlued: boolean): Word | undefined {
    const raw = this.take(atom);
    return raw === undefined ? undefined : { kind: "atom", raw, text: raw, isGlued };
  }

  private quotedWord(isGlued: boolean): Word | AddressProblem {
    const start = this.at;
    for (let at = start + 1; at < this.text.length; at++) {
      if (this.text[at] === "\\") at++;
      else if (this.text[at] === '"') {
        this.at = at + 1;
        const raw = this.text.slice(start, this.at);
        return { kind: "quoted", raw, text: raw.slice(1, -1).replace(/\\(.)/gs, "$1"), isGlued };
      }
    }
    return { problem: "quote", message: "A quote is not closed" };
  }

  private commentEnd(): number | undefined {
    let depth = 0;
    for (let at = this.at; at < this.text.length; at++) {
      const character = this.text[at];
      if (character === "\\") at++;
      else if (character === "(") depth++;
      else if (character === ")") depth--;
      if (depth === 0) return at + 1;
      if (depth > commentDepthMax) return undefined;
    }
    return undefined;
  }

  private take(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text)?.[0];
    if (found !== undefined) this.at += found.length;
    return found;
  }
}
