import { decodeWords, toHeaderText } from "../header/index.ts";
import { type Address, parseAddress } from "./address.ts";
import { type AddressProblem, isAddressProblem } from "./problem.ts";
import { Tokens, type Word } from "./tokens.ts";

/** Room for some 2,000 usual mailboxes, and as much as any header value may have. */
const listLengthMax = 65_536;

/** Someone who sends or gets mail, as a header names them (RFC 5322 §3.4). */
export interface Mailbox {
  /** For the reader, decoded; absent or empty when there is none. */
  readonly name?: string | undefined;
  readonly address: Address;
}

/** Parses one mailbox, `a@b.example` or `"Name" <a@b.example>`. Encoded words in the name are decoded, comments are
 *  passed over. Refuses lists, groups and the routes of old (`<@relay:a@b.example>`). */
export function parseMailbox(text: string): Mailbox | AddressProblem {
  const list = new ListParser(text, "refused").parse();
  if (isAddressProblem(list)) return list;
  const [mailbox, ...others] = list;
  if (mailbox === undefined) return { problem: "empty", message: "No text in mail" };
  if (others.length > 0) return { problem: "not_one", message: "More than one address in mail" };
  return mailbox;
}

/** Parses a list as in To: mailboxes and groups separated by commas. The members of a group join the list, its name
 *  is lost; empty entries are passed over (RFC 5322 §4.4). One bad entry refuses the list. */
export function parseMailboxList(text: string): readonly Mailbox[] | AddressProblem {
  return new ListParser(text, "joined").parse();
}

class ListParser {
  private readonly tokens: Tokens;
  private readonly groups: "joined" | "refused";
  private readonly found: Mailbox[] = [];
  private isInGroup = false;

  constructor(text: string, groups: "joined" | "refused") {
    this.tokens = new Tokens(text);
    this.groups = groups;
  }

  parse(): readonly Mailbox[] | AddressProblem {
    if (this.tokens.text.length > listLengthMax) {
      return {
        problem: "too_long",
        message: `More than ${listLengthMax} characters in the list of addresses`,
      };
    }
    while (true) {
      const problem = this.readEntry() ?? this.readSeparator();
      if (problem === "end") return this.found;
      if (problem !== undefined) return problem;
    }
  }

  private readEntry(): AddressProblem | undefined {
    const words = this.tokens.readWords();
    if (isAddressProblem(words)) return words;
    switch (this.tokens.next()) {
      case "@":
        return this.readAddress(words, "");
      case "<":
        return this.readAngle(nameOf(words));
      case ":":
        return this.openGroup(words);
      case ">":
      case ")":
      case "\\":
        return undefined;
      default:
        return words.length === 0 ? undefined : { problem: "no_at", message: "No @ character in mail" };
    }
  }

  private readSeparator(): AddressProblem | "end" | undefined {
    const { tokens } = this;
    switch (tokens.next()) {
      case "":
        return this.isInGroup ? { problem: "group", message: "A group is not closed with ;" } : "end";
      case ",":
        tokens.at++;
        return undefined;
      case ";":
        if (!this.isInGroup) {
          return { problem: "syntax", message: "Addresses are separated with commas, not with semicolons" };
        }
        tokens.at++;
        this.isInGroup = false;
        return this.afterGroup();
      default:
        return { problem: "syntax", message: `Nothing in mail may be followed by ${tokens.next()} here` };
    }
  }

  private afterGroup(): AddressProblem | undefined {
    const problem = this.tokens.skipBlank();
    if (problem !== undefined || this.tokens.next() === "" || this.tokens.next() === ",") return problem;
    return { problem: "group", message: "A comma is missing after a group" };
  }

  private openGroup(words: readonly Word[]): AddressProblem | undefined {
    if (this.groups === "refused") return { problem: "group", message: "A group is not one address" };
    if (this.isInGroup || words.length === 0) {
      return { problem: "group", message: "A colon in mail opens no group here" };
    }
    this.isInGroup = true;
    this.tokens.at++;
    return this.readEntry();
  }

  private readAngle(name: string): AddressProblem | undefined {
    const { tokens } = this;
    tokens.at++;
    const words = tokens.readWords();
    if (isAddressProblem(words)) return words;
    if (tokens.next() !== "@") return { problem: "no_at", message: "No @ character in mail" };
    const problem = this.readAddress(words, name);
    if (problem !== undefined) return problem;
    if (tokens.next() !== ">") return { problem: "syntax", message: "An address in < > is not closed" };
    tokens.at++;
    return tokens.skipBlank();
  }

  /** The next character is the @. */
  private readAddress(words: readonly Word[], name: string): AddressProblem | undefined {
    // RFC 5322 §4.4 let spaces and comments stand inside a local part. Joining them would send `mr. x@b.example` to
    // a stranger.
    if (words.slice(1).some((word) => !word.isGlued)) {
      return { problem: "space", message: "A space stands before the @ in mail" };
    }
    const { tokens } = this;
    tokens.at++;
    const before = tokens.skipBlank();
    if (before !== undefined) return before;
    const local = words.map((word) => word.raw).join("");
    const address = parseAddress(`${local}@${tokens.readDomain()}`);
    if (isAddressProblem(address)) return address;
    this.found.push(name === "" ? { address } : { name, address });
    return tokens.skipBlank();
  }
}

/** RFC 2047 §5 (3): words in quotes are not decoded; between two encoded words no space is shown. */
function nameOf(words: readonly Word[]): string {
  let name = "";
  let atoms = "";
  for (const word of words) {
    const space = word.isGlued ? "" : " ";
    if (word.kind === "atom") {
      atoms += space + word.raw;
    } else {
      name += `${decodeRun(atoms)}${space}${word.text}`;
      atoms = "";
    }
  }
  return toHeaderText(name + decodeRun(atoms));
}

function decodeRun(atoms: string): string {
  const decoded = decodeWords(atoms);
  return atoms.startsWith(" ") ? ` ${decoded}` : decoded;
}
