import { TextDecoder } from "node:util";
import { toHeaderText } from "./text.ts";

interface EncodedWord {
  readonly charset: string;
  readonly octets: Buffer;
}

// RFC 2047 §2 allows 75 characters; many senders write longer ones. The bounds keep the search linear.
const word = /=\?([^\s?*]{1,40})(?:\*[^\s?]{0,20})?\?([bq])\?([^?\s]{0,1000})\?=/giu;
const blankOnly = /^[ \t\r\n]*$/;

/** Shows header text as its reader sees it: encoded words decoded, the white space between two of them dropped.
 *  Words in an unknown charset stay as they are. The result is fit for a header again (toHeaderText).
 *  @see RFC 2047 §6 */
export function decodeWords(text: string): string {
  let decoded = "";
  let end = 0;
  let pending: EncodedWord[] = [];
  for (const match of text.matchAll(word)) {
    const found = readWord(match);
    if (found === undefined) continue;
    const between = text.slice(end, match.index);
    if (pending.length === 0 || !blankOnly.test(between)) {
      decoded += joinWords(pending) + between;
      pending = [];
    } else if (pending.at(-1)?.charset !== found.charset) {
      decoded += joinWords(pending);
      pending = [];
    }
    pending.push(found);
    end = match.index + match[0].length;
  }
  return toHeaderText(decoded + joinWords(pending) + text.slice(end));
}

function readWord(match: RegExpExecArray): EncodedWord | undefined {
  const [, charset = "", encoding = "", content = ""] = match;
  if (decoderOf(charset) === undefined) return undefined;
  const octets = /b/i.test(encoding) ? Buffer.from(content, "base64") : octetsOfQ(content);
  return { charset: charset.toLowerCase(), octets };
}

function octetsOfQ(content: string): Buffer {
  const text = content
    .replace(/_/g, " ")
    .replace(/=([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(text, "latin1");
}

/** Decodes neighbours as one: senders do split characters between words, though RFC 2047 §5 forbids it. */
function joinWords(words: readonly EncodedWord[]): string {
  const [first] = words;
  if (first === undefined) return "";
  return decoderOf(first.charset)?.decode(Buffer.concat(words.map((each) => each.octets))) ?? "";
}

function decoderOf(charset: string): TextDecoder | undefined {
  try {
    return new TextDecoder(charset);
  } catch {
    // An unknown label is no fault of ours: the word is shown undecoded.
    return undefined;
  }
}
