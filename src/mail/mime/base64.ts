import { carriageReturn, lineFeed } from "./octet-kinds.ts";

/** RFC 2045 §6.8: at most 76 characters on a line, which are 57 octets. */
const charactersPerLine = 76;
const octetsPerLine = 57;
const crlfLength = 2;

/** How long the wrapped text of so many octets is, with the CRLF of its last line. */
export function base64Length(octets: number): number {
  return Math.ceil(octets / 3) * 4 + Math.ceil(octets / octetsPerLine) * crlfLength;
}

/** Encodes octets as base64 in lines of 76, each with its CRLF. Nothing becomes one empty line. */
export function encodeBase64(source: Buffer): Buffer {
  if (source.length === 0) return Buffer.from([carriageReturn, lineFeed]);
  const out = Buffer.allocUnsafe(base64Length(source.length));
  const text = source.toString("base64");
  // The text stands at the end of its place and moves to the front line by line: the line breaks fill the gap.
  out.write(text, out.length - text.length, "latin1");
  let to = 0;
  for (let from = out.length - text.length; from < out.length; from += charactersPerLine) {
    const end = Math.min(from + charactersPerLine, out.length);
    out.copyWithin(to, from, end);
    to += end - from;
    out[to++] = carriageReturn;
    out[to++] = lineFeed;
  }
  return out;
}
