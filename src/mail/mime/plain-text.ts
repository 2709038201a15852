import { type FourOctets, inFours, unprintableIn } from "../../base/four-octets.ts";
import {
  blankKind,
  carriageReturn,
  foreignKind,
  isUnsafeAtLineStart,
  lineEndKind,
  lineFeed,
  octetKinds,
} from "./octet-kinds.ts";

/** The text with CRLF for each CR, LF and CRLF, without those at its end. */
export function toCanonicalText(text: string): string {
  let end = text.length;
  while (end > 0 && isLineEnd(text.charCodeAt(end - 1))) end--;
  return text.slice(0, end).replace(/\r\n?|\n/g, "\r\n");
}

/** True for text that can travel as it is: printable ASCII in lines of at most `lineLengthMax`, parted by CRLF alone,
 *  no white space at their ends and nothing at their starts that a relay may change. */
export function isPlainText(source: Uint8Array, lineLengthMax: number): boolean {
  const fours = inFours(source);
  for (let start = 0; ; ) {
    const end = endOfPrintable(source, start, fours);
    const endsInBlank = end > start && octetKinds[source[end - 1] as number] === blankKind;
    if (end - start > lineLengthMax || endsInBlank || isUnsafeAtLineStart(source, start)) return false;
    if (end === source.length) return true;
    if (!isCrlf(source, end)) return false;
    start = end + 2;
  }
}

// Nearly every octet of every message is passed here, most of them four at a time.
function endOfPrintable(source: Uint8Array, start: number, { fours, before }: FourOctets): number {
  const { length } = source;
  const kinds = octetKinds;
  let at = start;
  while (at < length) {
    if (((at - before) & 3) === 0) {
      let index = (at - before) >> 2;
      while (index < fours.length && unprintableIn(fours[index] as number) === 0) index++;
      at = Math.max(at, before + index * 4);
      if (at >= length) break;
    }
    const kind = kinds[source[at] as number];
    if (kind === lineEndKind || kind === foreignKind) break;
    at++;
  }
  return at;
}

function isCrlf(source: Uint8Array, at: number): boolean {
  return source[at] === carriageReturn && source[at + 1] === lineFeed;
}

function isLineEnd(code: number): boolean {
  return code === carriageReturn || code === lineFeed;
}
