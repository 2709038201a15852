/** The kinds of octets that quoted-printable tells apart (RFC 2045 §6.7). */
export const literalKind = 0;
export const blankKind = 1;
export const lineEndKind = 2;
/** Literal, but not always at the start of a line: the dot and F. */
export const carefulKind = 3;
export const equalsKind = 4;
/** Control characters and everything beyond ASCII. */
export const foreignKind = 5;

export const carriageReturn = 0x0d;
export const lineFeed = 0x0a;
export const equalsSign = 0x3d;
const tab = 0x09;
const space = 0x20;
const lastPrintable = 0x7e;
const dot = 0x2e;
const upperF = 0x46;
const afterF = Buffer.from("rom ");

/** The kind of each octet. A table, since this is asked for every octet of every message. */
export const octetKinds: Uint8Array = Uint8Array.from({ length: 256 }, (_, octet) => {
  if (octet === space || octet === tab) return blankKind;
  if (octet === carriageReturn || octet === lineFeed) return lineEndKind;
  if (octet === dot || octet === upperF) return carefulKind;
  if (octet === equalsSign) return equalsKind;
  return octet > space && octet <= lastPrintable ? literalKind : foreignKind;
});

/** A dot at the start of a line must be doubled in SMTP (RFC 5321 §4.5.2), and not every relay does; `From ` gets a
 *  `>` before it in mailbox files (RFC 4155). No line of a composed body starts with either. */
export function isUnsafeAtLineStart(source: Uint8Array, at: number): boolean {
  const octet = source[at];
  if (octet === dot) return true;
  return octet === upperF && afterF.every((each, i) => source[at + 1 + i] === each);
}
