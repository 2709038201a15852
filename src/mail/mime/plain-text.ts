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
  const kinds = octetKinds;
  let lineStart = 0;
  for (let at = 0; at <= source.length; at++) {
    // The end of the text ends its last line.
    const kind = at < source.length ? (kinds[source[at] as number] as number) : lineEndKind;
    if (kind === foreignKind || at - lineStart > lineLengthMax) return false;
    if (kind !== lineEndKind) continue;
    const endsInBlank = at > lineStart && kinds[source[at - 1] as number] === blankKind;
    if (endsInBlank || isUnsafeAtLineStart(source, lineStart)) return false;
    if (at < source.length && !isCrlf(source, at)) return false;
    at++;
    lineStart = at + 1;
  }
  return true;
}

function isCrlf(source: Uint8Array, at: number): boolean {
  return source[at] === carriageReturn && source[at + 1] === lineFeed;
}

function isLineEnd(code: number): boolean {
  return code === carriageReturn || code === lineFeed;
}
