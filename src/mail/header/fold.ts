/** RFC 2047 §2 allows 76 characters on a line with an encoded word, RFC 5322 §2.1.1 asks for 78 at most. The
 *  smaller number serves both. */
export const lineLengthAim = 76;

/** RFC 5322 §2.1.1: no line may have more, CRLF not counted. */
export const lineOctetsMax = 998;

/** What no part of a header may contain. NUL too: some servers end the header there. */
const breaksLine = /[\r\n\0]/;

/** Writes one header field with its CRLF. The pieces are what may not be broken: each begins with the white space
 *  that a line break may precede, except the first, which stands after the colon.
 *  @throws Error (a defect of the caller) for a line break in a piece, or a piece that no line can hold */
export function foldField(name: string, pieces: readonly string[]): string {
  const value = pieces.join("");
  if (breaksLine.test(value) || breaksLine.test(name))
    throw new Error(`Line break inside the header ${name}`);
  const whole = value === "" ? `${name}:` : `${name}: ${value}`;
  if (Buffer.byteLength(whole) <= lineLengthAim) return `${whole}\r\n`;
  return `${foldPieces(name, pieces)}\r\n`;
}

function foldPieces(name: string, pieces: readonly string[]): string {
  let folded = `${name}:`;
  let column = folded.length;
  for (const [i, piece] of pieces.entries()) {
    const next = i === 0 ? ` ${piece}` : piece;
    const octets = Buffer.byteLength(next);
    if (octets > lineOctetsMax) throw new Error(`A piece of the header ${name} fits on no line`);
    const breaks = i === 0 ? breaksAfterColon(column + octets, piece) : column + octets > lineLengthAim;
    folded += breaks ? `\r\n${next}` : next;
    column = breaks ? octets : column + octets;
  }
  return folded;
}

/** A break straight after the colon is allowed but confuses old parsers, so only where a hard rule asks for it. */
function breaksAfterColon(octets: number, piece: string): boolean {
  return octets > lineOctetsMax || (octets > lineLengthAim && piece.startsWith("=?"));
}
