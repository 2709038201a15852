// 42 bits of milliseconds, 9 of node, 12 of sequence: 63 bits, positive as a PostgreSQL bigint until the year 2109.
const nodeBits = 9n;
const sequenceBits = 12n;
const timeShift = nodeBits + sequenceBits;
const sequenceCount = 4096;

/** How many nodes can make ids side by side: 9 bits. */
export const nodeCountMax = 512;

/** The smallest id of an instant; ids of later instants are larger. Partition bounds are made of these. */
export function idAt(instant: Date): bigint {
  return BigInt(instant.getTime()) << timeShift;
}

/** The instant an id was made, to the millisecond. */
export function dateOf(id: bigint): Date {
  return new Date(Number(id >> timeShift));
}

/** Makes ids that are unique among all nodes and grow with time on each.
 *  A clock that steps back does not repeat ids: the source goes on from the last instant it has used. */
export class IdSource {
  readonly #nodeBase: bigint;
  #lastMs = 0;
  #sequence = 0;

  constructor(node: number) {
    if (!Number.isInteger(node) || node < 0 || node >= nodeCountMax) {
      throw new RangeError(`A node number is between 0 and ${nodeCountMax - 1}.`);
    }
    this.#nodeBase = BigInt(node) << sequenceBits;
  }

  next(now: Date): bigint {
    const ms = now.getTime();
    if (ms > this.#lastMs) {
      this.#lastMs = ms;
      this.#sequence = 0;
    } else if (++this.#sequence >= sequenceCount) {
      // 4,096 ids in one millisecond are spent: borrow from the next one.
      this.#lastMs += 1;
      this.#sequence = 0;
    }
    return (BigInt(this.#lastMs) << timeShift) | this.#nodeBase | BigInt(this.#sequence);
  }
}
