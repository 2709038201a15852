/** RFC 2047 §2: an encoded word has at most 75 characters, and a line that holds one at most 76. */
export const encodedWordLengthMax = 75;

const opening = { q: "=?UTF-8?Q?", b: "=?UTF-8?B?" } as const;
const closing = "?=";
const frameLength = opening.q.length + closing.length;
// Four octets of one character as =XX each: a shorter word might have no room for even one character.
const roomMin = frameLength + 12;
// RFC 2047 §5 (3): what may stand for itself in a phrase, the narrowest of the three places.
const literalInQ = /[A-Za-z0-9!*+\-/]/;

const qForms: readonly string[] = Array.from({ length: 256 }, (_, octet) => {
  const character = String.fromCharCode(octet);
  if (character === " ") return "_";
  if (literalInQ.test(character)) return character;
  return `=${octet.toString(16).toUpperCase().padStart(2, "0")}`;
});

/** Encodes text as RFC 2047 words in UTF-8, B or Q, whichever is shorter. To be written with white space between
 *  them, which readers drop. No character is split between two words (§5), since each is decoded alone.
 *  @param firstRoom characters left on the line for the first word; a room too small for any is taken as a new line */
export function encodeWords(text: string, firstRoom: number = encodedWordLengthMax): string[] {
  const octets = Buffer.from(text, "utf8");
  const room = firstRoom < roomMin ? encodedWordLengthMax : Math.min(firstRoom, encodedWordLengthMax);
  return lengthInQ(octets) <= lengthInB(octets) ? wordsInQ(octets, room) : wordsInB(octets, room);
}

/** True when a reader would take a part of the text for an encoded word, so that it must be encoded to be shown
 *  as it is. */
export function resemblesEncodedWord(text: string): boolean {
  return /=\?[^?]{0,75}\?[bq]\?/i.test(text);
}

function lengthInQ(octets: Buffer): number {
  let length = 0;
  for (const octet of octets) length += (qForms[octet] as string).length;
  return length;
}

function lengthInB(octets: Buffer): number {
  return Math.ceil(octets.length / 3) * 4;
}

function wordsInQ(octets: Buffer, firstRoom: number): string[] {
  const words: string[] = [];
  let room = firstRoom - frameLength;
  let word = "";
  for (let at = 0; at < octets.length; ) {
    const next = characterEnd(octets, at);
    let character = "";
    for (; at < next; at++) character += qForms[octets[at] as number];
    if (word.length + character.length > room) {
      words.push(`${opening.q}${word}${closing}`);
      room = encodedWordLengthMax - frameLength;
      word = "";
    }
    word += character;
  }
  words.push(`${opening.q}${word}${closing}`);
  return words;
}

function wordsInB(octets: Buffer, firstRoom: number): string[] {
  const words: string[] = [];
  let room = firstRoom;
  for (let at = 0; at < octets.length; ) {
    let end = Math.min(at + Math.floor((room - frameLength) / 4) * 3, octets.length);
    while (end < octets.length && isContinuation(octets[end])) end--;
    words.push(`${opening.b}${octets.toString("base64", at, end)}${closing}`);
    room = encodedWordLengthMax;
    at = end;
  }
  return words;
}

function characterEnd(octets: Buffer, start: number): number {
  let end = start + 1;
  while (isContinuation(octets[end])) end++;
  return end;
}

function isContinuation(octet: number | undefined): boolean {
  return octet !== undefined && (octet & 0xc0) === 0x80;
}
