import { resemblesEncodedWord } from "./encoded-word.ts";
import { foldField, lineLengthAim } from "./fold.ts";

// RFC 2045 §5.1: tspecials and space need quotes. So do, for some readers, the signs that RFC 2231 gave a meaning.
const token = /^[!#$&+\-.0-9A-Z^_`a-z{|}~]+$/;
// Without quote and backslash: escapes in quoted strings are read in several ways, %22 and %5C in one.
const quotable = /^[\x20\x21\x23-\x5b\x5d-\x7e]*$/;
// RFC 2231 §7 attribute-char.
const literalOctet = /[!#$&+\-.0-9A-Z^_`a-z{|}~]/;
// A parameter stands on a line of its own: a space before it, a semicolon after.
const lengthMax = lineLengthAim - 2;
const charset = "UTF-8''";

const octetForms: readonly string[] = Array.from({ length: 256 }, (_, octet) => {
  const character = String.fromCharCode(octet);
  return literalOctet.test(character) ? character : `%${octet.toString(16).toUpperCase().padStart(2, "0")}`;
});

/** Writes a parameter of Content-Type or Content-Disposition: as it is, in quotes, or, when it is long, not ASCII or
 *  open to misreading, as RFC 2231 has it, in as many pieces as are needed. `value` has no control characters. */
export function formatParameter(name: string, value: string): string[] {
  const short = name.length + value.length + 3 <= lengthMax;
  if (short && !resemblesEncodedWord(value)) {
    if (token.test(value)) return [`${name}=${value}`];
    if (quotable.test(value)) return [`${name}="${value}"`];
  }
  const characters = Array.from(value.toWellFormed(), percentEncoded);
  const single = `${name}*=${charset}${characters.join("")}`;
  return single.length <= lengthMax ? [single] : continuations(name, characters);
}

/** RFC 2231 §3, §4.1. A character stays whole within its piece, for readers that decode each piece alone. */
function continuations(name: string, characters: readonly string[]): string[] {
  const pieces: string[] = [];
  let piece = `${name}*0*=${charset}`;
  for (const character of characters) {
    if (piece.length + character.length > lengthMax) {
      pieces.push(piece);
      piece = `${name}*${pieces.length}*=`;
    }
    piece += character;
  }
  pieces.push(piece);
  return pieces;
}

function percentEncoded(character: string): string {
  let form = "";
  for (const octet of Buffer.from(character, "utf8")) form += octetForms[octet];
  return form;
}

/** Writes `Name: value; parameter=…; …` with its CRLF. `value` is a token or type/subtype. */
export function formatParameterField(
  name: string,
  value: string,
  parameters: readonly (readonly [name: string, value: string])[],
): string {
  const forms = parameters.flatMap(([parameter, content]) => formatParameter(parameter, content));
  const pieces = [value, ...forms.map((form) => ` ${form}`)];
  return foldField(
    name,
    pieces.map((piece, i) => (i < pieces.length - 1 ? `${piece};` : piece)),
  );
}
