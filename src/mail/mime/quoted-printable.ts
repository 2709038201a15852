import {
  blankKind,
  carefulKind,
  carriageReturn,
  equalsSign,
  isUnsafeAtLineStart,
  lineEndKind,
  lineFeed,
  literalKind,
  octetKinds,
} from "./octet-kinds.ts";

/** RFC 2045 §6.7 (5) allows 76; the last column is kept for the `=` of a soft line break. */
const columns = 75;
const escapeLength = 3;
const lineBreakLength = 2;
const softBreakLength = 3;
const hexDigits = Buffer.from("0123456789ABCDEF", "latin1");

/** What may be written past `endMax` before it is looked at: a line. */
export const quotedPrintableSlack = 80;

/** Writes text as quoted-printable into `out` and returns where it ends. Line breaks in it are CRLF; a CR or LF alone is
 *  an octet like any other. Gives up with nothing once it is longer than `endMax`; `out` has room for that and
 *  quotedPrintableSlack.
 *  @see RFC 2045 §6.7 */
export function writeQuotedPrintable(
  source: Uint8Array,
  out: Uint8Array,
  endMax: number,
): number | undefined {
  const kinds = octetKinds;
  let at = 0;
  let to = 0;
  let room = columns;
  while (at < source.length && to <= endMax) {
    // Runs of literal octets make up nearly all of a text: this line decides how fast a message is built.
    const runEnd = Math.min(source.length, at + room);
    const runStart = at;
    while (at < runEnd && kinds[source[at] as number] === literalKind) out[to++] = source[at++] as number;
    room -= at - runStart;
    if (at === source.length) break;
    const octet = source[at] as number;
    const kind = kinds[octet] as number;
    if (kind === lineEndKind && octet === carriageReturn && source[at + 1] === lineFeed) {
      at += lineBreakLength;
      to = writeLineBreak(out, to);
      room = columns;
      continue;
    }
    let isLiteral = standsForItself(source, at, kind);
    if (room < (isLiteral ? 1 : escapeLength)) {
      out[to++] = equalsSign;
      to = writeLineBreak(out, to);
      room = columns;
    }
    if (kind === carefulKind && room === columns && isUnsafeAtLineStart(source, at)) isLiteral = false;
    if (isLiteral) out[to++] = octet;
    else to = writeEscape(octet, out, to);
    room -= isLiteral ? 1 : escapeLength;
    at++;
  }
  return to <= endMax ? to : undefined;
}

function standsForItself(source: Uint8Array, at: number, kind: number): boolean {
  // RFC 2045 §6.7 (3): white space at the end of a line is lost on the way unless it is escaped.
  if (kind === blankKind)
    return at + 1 < source.length && octetKinds[source[at + 1] as number] !== lineEndKind;
  return kind === literalKind || kind === carefulKind;
}

function writeLineBreak(out: Uint8Array, to: number): number {
  out[to] = carriageReturn;
  out[to + 1] = lineFeed;
  return to + lineBreakLength;
}

function writeEscape(octet: number, out: Uint8Array, to: number): number {
  out[to] = equalsSign;
  out[to + 1] = hexDigits[octet >> 4] as number;
  out[to + 2] = hexDigits[octet & 15] as number;
  return to + escapeLength;
}

const lineEnd = Buffer.from("\r\n");

/** Encodes octets of any kind. A CR or LF alone is no line break, and comes back as it was. */
export function encodeQuotedPrintable(source: Buffer): Buffer {
  const escapedLength = source.length * escapeLength;
  const softBreaks = Math.ceil(escapedLength / (columns - escapeLength));
  const lengthMax = escapedLength + softBreaks * softBreakLength;
  const out = Buffer.allocUnsafe(lengthMax + quotedPrintableSlack);
  return out.subarray(0, writeQuotedPrintable(source, out, lengthMax));
}

const malformed = /=(?![0-9A-Fa-f]{2}|[ \t]*\r\n|[ \t]*$)/;

/** Is this quoted-printable as RFC 2045 has it, so that decoding it loses nothing? */
export function isQuotedPrintable(octets: Buffer): boolean {
  return !malformed.test(octets.toString("latin1"));
}

/** Decodes; what is malformed stays as it stands. */
export function decodeQuotedPrintable(octets: Buffer): Buffer {
  const out = Buffer.allocUnsafe(octets.length);
  let to = 0;
  for (let at = 0; at < octets.length; ) {
    const feed = octets.indexOf(lineEnd, at);
    let end = feed === -1 ? octets.length : feed;
    // RFC 2045 §6.7 (3): white space at the end of a line was added on the way.
    while (end > at && octetKinds[octets[end - 1] as number] === blankKind) end -= 1;
    const isSoft = end > at && octets[end - 1] === equalsSign;
    to = decodeLine(octets, { at, end: isSoft ? end - 1 : end }, { out, to });
    if (feed !== -1 && !isSoft) to = writeLineBreak(out, to);
    at = feed === -1 ? octets.length : feed + lineBreakLength;
  }
  return out.subarray(0, to);
}

function decodeLine(
  octets: Buffer,
  line: { at: number; end: number },
  { out, to: from }: { out: Buffer; to: number },
): number {
  const { end } = line;
  let to = from;
  for (let at = line.at; at < end; at++) {
    const octet = octets[at] as number;
    const value = octet === equalsSign && at + escapeLength <= end ? hexValue(octets, at + 1) : -1;
    out[to++] = value === -1 ? octet : value;
    if (value !== -1) at += 2;
  }
  return to;
}

function hexValue(octets: Buffer, at: number): number {
  const high = hexDigit(octets[at] as number);
  const low = hexDigit(octets[at + 1] as number);
  return high === -1 || low === -1 ? -1 : high * 16 + low;
}

function hexDigit(octet: number): number {
  if (octet >= 0x30 && octet <= 0x39) return octet - 0x30;
  const upper = octet & ~0x20;
  return upper >= 0x41 && upper <= 0x46 ? upper - 0x37 : -1;
}
