// 42 bits of milliseconds, 9 of node, 12 of sequence: 63 bits, positive as a PostgreSQL bigint until the year 2109.
const nodeBits = 9n;
const sequenceBits = 12n;
const timeShift = nodeBits + sequenceBits;
const sequenceCount = 4096;

// 41 bits of milliseconds since 2026, 9 of node, 3 of sequence: 53 bits, whole in a JavaScript number until 2095.
const smallEpochMs = Date.UTC(2026, 0, 1);
const smallSequenceBits = 3n;
const smallSequenceCount = 8;

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
  /** The number of the node whose ids these are. */
  readonly node: number;
  readonly #node: bigint;
  readonly #nodeBase: bigint;
  #lastMs = 0;
  #sequence = 0;
  #smallLastMs = 0;
  #smallSequence = 0;

  constructor(node: number) {
    if (!Number.isInteger(node) || node < 0 || node >= nodeCountMax) {
      throw new RangeError(`A node number is between 0 and ${nodeCountMax - 1}.`);
    }
    this.node = node;
    this.#node = BigInt(node);
    this.#nodeBase = this.#node << sequenceBits;
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

  /** An id for what people and programs name in requests: senders, domains, templates, keys, accounts. It fits a
   *  JavaScript number, since clients in that language lose the last digits of larger ones. It does not carry its time
   *  in the way of `dateOf`, and only some thousands a second can be made. */
  nextSmall(now: Date): bigint {
    const ms = Math.max(now.getTime() - smallEpochMs, 0);
    if (ms > this.#smallLastMs) {
      this.#smallLastMs = ms;
      this.#smallSequence = 0;
    } else if (++this.#smallSequence >= smallSequenceCount) {
      this.#smallLastMs += 1;
      this.#smallSequence = 0;
    }
    const time = BigInt(this.#smallLastMs) << (nodeBits + smallSequenceBits);
    return time | (this.#node << smallSequenceBits) | BigInt(this.#smallSequence);
  }
}
