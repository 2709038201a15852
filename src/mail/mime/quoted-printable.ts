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
const hexDigits = Buffer.from("0123456789ABCDEF", "latin1");

/** What may be written past `endMax` before it is looked at: a line. */
export const quotedPrintableSlack = 80;

/** Writes text as quoted-printable into `out` and returns where it ends. Line breaks in it are CRLF. Gives up with
 *  nothing once it is longer than `endMax`; `out` has room for that and quotedPrintableSlack.
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
    if (kind === lineEndKind) {
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
