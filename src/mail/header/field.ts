import { Refusal } from "../../base/errors.ts";
import { checkHeader, isMachineField } from "./check.ts";
import { encodeWords, resemblesEncodedWord } from "./encoded-word.ts";
import { foldField, lineLengthAim, lineOctetsMax } from "./fold.ts";
import { isPrintableAscii, splitAtSpaces, toHeaderText } from "./text.ts";

/** Writes one header field, folded and encoded, with its CRLF. The reader sees exactly `value`, except that control
 *  characters become spaces and spaces at the ends are lost. Encoded words in it are shown, not decoded: who has
 *  them from the wire calls decodeWords first.
 *  @throws Refusal header_invalid with checkHeader's problem
 *  @see RFC 5322 §2.2, RFC 2047 §5 (1) */
export function formatField(name: string, value: string): string {
  const refused = checkHeader(name, value);
  if (refused !== undefined) {
    throw new Refusal("header_invalid", `${refused.message}.`, { problem: refused.problem });
  }
  const text = toHeaderText(value);
  const pieces = splitAtSpaces(text);
  if (isMachineField(name) || canStandPlain(text, pieces)) return foldField(name, pieces);
  const firstRoom = lineLengthAim - name.length - ": ".length;
  return foldField(
    name,
    encodeWords(text, firstRoom).map((word, i) => (i === 0 ? word : ` ${word}`)),
  );
}

function canStandPlain(text: string, pieces: readonly string[]): boolean {
  return (
    isPrintableAscii(text) &&
    !resemblesEncodedWord(text) &&
    pieces.every((piece) => piece.length < lineOctetsMax)
  );
}
