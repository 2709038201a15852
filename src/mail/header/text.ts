// C0 except TAB is refused where a header is checked; C1, U+2028 and U+2029 are here too, because parsers that
// split lines the Unicode way (Python's str.splitlines) take them for line breaks after decoding.
const unsafe = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g;
const needsCleaning = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\ud800-\udfff]/;

/** Makes any text fit to stand in a header: each run of control characters and line breaks becomes one space,
 *  lone surrogates become U+FFFD, and no space stands at either end. The same text gives the same result twice. */
export function toHeaderText(text: string): string {
  if (!needsCleaning.test(text)) return text.trim();
  return text.toWellFormed().replace(unsafe, " ").trim();
}

/** Cuts text before each run of spaces, so that it may be folded there. Joined again, the pieces are the text. */
export function splitAtSpaces(text: string): string[] {
  return text.match(/ *[^ ]+/g) ?? [];
}

/** True when every character is printable ASCII or a space. */
export function isPrintableAscii(text: string): boolean {
  return /^[\x20-\x7e]*$/.test(text);
}
