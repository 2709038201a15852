/** What the peer said, safe to store and to show. */
export interface Reply {
  /** 200 to 599. RFC 5321 §4.2.1: an unknown code is handled by its first digit. */
  readonly code: number;
  /** RFC 3463, such as `5.1.1`; absent when the peer gave none or one that contradicts its code. */
  readonly enhanced?: string;
  /** All lines joined by a space, without codes and control characters, at most 1,024 characters. */
  readonly text: string;
}

/** One reply as it was received: the code and the text of each line. */
export interface RawReply {
  readonly code: number;
  readonly lines: readonly string[];
}

/** Why bytes are no reply. */
export type ReplyDefect = "line_too_long" | "too_many_lines" | "not_a_reply" | "codes_differ";

// RFC 5321 §4.5.3.1.5 allows 512 octets. Providers with long explanations exceed it, none comes near this.
const lineOctetsMax = 2_048;
// The longest EHLO answers in the wild have about 25 lines, the longest rejections about 10.
const linesMax = 128;
const textCharactersMax = 1_024;

const lineFeed = 0x0a;
const carriageReturn = 0x0d;
const hyphen = 0x2d;
const space = 0x20;
const digitZero = 0x30;
const nothing = Buffer.alloc(0);

/** Turns bytes into replies, however the network has cut them. RFC 5321 §4.2.
 *  Lines may also end in a bare LF: in a reply that cannot smuggle anything, and some servers do it. */
export class ReplyParser {
  #rest: Buffer = nothing;
  #code = 0;
  #lines: string[] = [];

  /** Reads a chunk and hands each complete reply to `receive`. After a defect the stream has no meaning any
   *  more: the connection must be closed. */
  push(chunk: Buffer, receive: (reply: RawReply) => void): ReplyDefect | undefined {
    const data = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    let start = 0;
    for (let end = data.indexOf(lineFeed); end !== -1; end = data.indexOf(lineFeed, start)) {
      if (end - start >= lineOctetsMax) return "line_too_long";
      const defect = this.#readLine(data, start, end, receive);
      if (defect !== undefined) return defect;
      start = end + 1;
    }
    if (data.length - start >= lineOctetsMax) return "line_too_long";
    // A copy, so that ten bytes of a reply do not keep the 64 KB alive they arrived in.
    this.#rest = start === data.length ? nothing : Buffer.from(data.subarray(start));
    return undefined;
  }

  /** True inside a reply: bytes have come that no reply was made of yet. */
  get isPartial(): boolean {
    return this.#rest.length > 0 || this.#lines.length > 0;
  }

  #readLine(
    data: Buffer,
    start: number,
    lineEnd: number,
    receive: (reply: RawReply) => void,
  ): ReplyDefect | undefined {
    const end = lineEnd > start && data[lineEnd - 1] === carriageReturn ? lineEnd - 1 : lineEnd;
    const code = codeAt(data, start, end);
    if (code === undefined) return "not_a_reply";
    const separator = end - start > 3 ? data[start + 3] : space;
    if (separator !== space && separator !== hyphen) return "not_a_reply";
    if (this.#lines.length > 0 && code !== this.#code) return "codes_differ";
    if (this.#lines.length >= linesMax) return "too_many_lines";

    this.#code = code;
    this.#lines.push(end - start > 4 ? data.toString("utf8", start + 4, end) : "");
    if (separator === hyphen) return undefined;
    const reply = { code, lines: this.#lines };
    this.#lines = [];
    receive(reply);
    return undefined;
  }
}

function codeAt(data: Buffer, start: number, end: number): number | undefined {
  if (end - start < 3) return undefined;
  const first = (data[start] ?? 0) - digitZero;
  const second = (data[start + 1] ?? 0) - digitZero;
  const third = (data[start + 2] ?? 0) - digitZero;
  // The grammar ends the second digit at 5; codes such as 571 and 582 are in use all the same.
  if (first < 2 || first > 5 || second < 0 || second > 9 || third < 0 || third > 9) return undefined;
  return first * 100 + second * 10 + third;
}

// RFC 2034 §4: class "." subject "." detail, then a space or the end of the line.
const enhancedCode = /^([245])\.(\d{1,3})\.(\d{1,3})(?= |$) ?/;
const printableAscii = /^[ -~]*$/;
// Control characters could steer a terminal, bidirectional overrides could make a text show another one.
const unsafeCharacters = /[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]/gu;

/** Makes a reply fit to keep: enhanced code apart, text joined, cleaned and bounded. */
export function toReply(raw: RawReply): Reply {
  const enhanced = enhancedOf(raw);
  const lines = enhanced === undefined ? raw.lines : raw.lines.map((line) => withoutCode(line, enhanced));
  const text = bounded(clean(lines.join(" ")));
  return enhanced === undefined ? { code: raw.code, text } : { code: raw.code, enhanced, text };
}

function enhancedOf(raw: RawReply): string | undefined {
  const match = enhancedCode.exec(raw.lines[0] ?? "");
  // RFC 2034 §4: the class says the same as the first digit. One that does not is ordinary text.
  if (match === null || Number(match[1]) !== Math.floor(raw.code / 100)) return undefined;
  return `${match[1]}.${match[2]}.${match[3]}`;
}

function withoutCode(line: string, enhanced: string): string {
  if (!line.startsWith(enhanced)) return line;
  const rest = line.slice(enhanced.length);
  return rest.startsWith(" ") ? rest.slice(1) : rest === "" ? "" : line;
}

function clean(text: string): string {
  return printableAscii.test(text) ? text : text.replaceAll("\t", " ").replace(unsafeCharacters, "");
}

function bounded(text: string): string {
  const trimmed = text.trim();
  if (trimmed.length <= textCharactersMax) return trimmed;
  const cut = trimmed.slice(0, textCharactersMax);
  // A cut between the two halves of a character would leave a half that cannot be stored.
  return cut.isWellFormed() ? cut : cut.slice(0, -1);
}
