/** Octets seen four at a time: a loop over a message costs a third of one that looks at each. */
export interface FourOctets {
  /** In the machine's order; nothing where that is not the lowest octet first, or where there are too few. */
  readonly fours: Int32Array;
  /** How many octets lie before the first four. */
  readonly before: number;
}

const noFours = new Int32Array(0);
const isLowestFirst = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1;

/** The whole fours within the octets; they share their memory. */
export function inFours(octets: Uint8Array): FourOctets {
  const before = -octets.byteOffset & 3;
  const count = (octets.length - before) >> 2;
  if (count <= 0 || !isLowestFirst) return { fours: noFours, before: 0 };
  return { fours: new Int32Array(octets.buffer, octets.byteOffset + before, count), before };
}

// Bit 7 of each octet.
const highBits = 0x80808080 | 0;

/** Not 0 if one of four octets is no printable ASCII (0x20 to 0x7e). */
export function unprintableIn(four: number): number {
  // Bit 7 is set by what is below a space, is DEL, or is beyond ASCII. Besides, a neighbour of one that is found may be.
  return (four | (four + 0x01010101) | (four - 0x20202020)) & highBits;
}

/** Bit 7 of each octet that is a space or below. The octet behind (above) one of them may be marked without being one. */
export function blankOrLowerIn(four: number): number {
  return (four - 0x21212121) & ~four & highBits;
}

/** Bit 7 of each octet that is the one asked for. The octet behind (above) one of them may be marked without being it.
 *  @param pattern the octet, four times */
export function equalIn(four: number, pattern: number): number {
  const distance = four ^ pattern;
  return (distance - 0x01010101) & ~distance & highBits;
}
