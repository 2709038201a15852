/** What octets are counted against. */
export interface Held {
  /** Answers false, and takes nothing, when there is no room. */
  take(bytes: number): boolean;
  give(bytes: number): void;
  /** Would there be room at this moment? */
  hasRoom(bytes: number): boolean;
}

/** Counts what is held in memory by all who receive, so that it stays bounded however many there are. */
export class HeldBytes implements Held {
  readonly #bytesMax: number;
  readonly #shareOfFree: number;
  readonly #shares = new Map<string, number>();
  #bytes = 0;

  /** @param shareOfFree see `heldShareOfFree` of the limits */
  constructor(bytesMax: number, shareOfFree = Number.POSITIVE_INFINITY) {
    this.#bytesMax = bytesMax;
    this.#shareOfFree = shareOfFree;
  }

  get bytes(): number {
    return this.#bytes;
  }

  hasRoom(bytes: number): boolean {
    return this.#bytes + bytes <= this.#bytesMax;
  }

  take(bytes: number): boolean {
    if (!this.hasRoom(bytes)) return false;
    this.#bytes += bytes;
    return true;
  }

  give(bytes: number): void {
    this.#bytes -= bytes;
  }

  /** The same for one of many who shall not crowd out the others. The bound follows what is free (Choudhury and Hahne,
   *  "Dynamic queue length thresholds for shared-memory packet switches", 1998): a few may have much, many less each. */
  shareOf(holder: string): Held {
    const own = () => this.#shares.get(holder) ?? 0;
    const hasRoom = (bytes: number) =>
      this.hasRoom(bytes) && own() + bytes <= (this.#bytesMax - this.#bytes) * this.#shareOfFree;
    return {
      hasRoom,
      take: (bytes) => {
        if (!hasRoom(bytes) || !this.take(bytes)) return false;
        this.#shares.set(holder, own() + bytes);
        return true;
      },
      give: (bytes) => {
        this.give(bytes);
        const left = own() - bytes;
        if (left === 0) this.#shares.delete(holder);
        else this.#shares.set(holder, left);
      },
    };
  }
}

// Most messages fit: 16 KB are one page of the allocator, and growing begins there.
const firstBytes = 16_384;

/** Octets that come in pieces of any size and end up in one. A byte that comes alone costs a byte: pieces are copied, not
 *  kept. */
export class GrowingOctets {
  readonly #held: Held;
  readonly #bytesMax: number;
  #buffer: Buffer = Buffer.alloc(0);
  #length = 0;
  #overflow: "too_large" | "full" | null = null;

  /** @param bytesMax what one of them may hold */
  constructor(held: Held, bytesMax: number) {
    this.#held = held;
    this.#bytesMax = bytesMax;
  }

  /** Why what comes is not kept any more: more than this one may hold, or no room is left for all. */
  get overflow(): "too_large" | "full" | null {
    return this.#overflow;
  }

  get length(): number {
    return this.#length;
  }

  append(chunk: Buffer, from: number, until: number): void {
    const needed = this.#length + until - from;
    if (this.#overflow !== null) return;
    if (needed > this.#bytesMax) this.#give("too_large");
    else if (needed > this.#buffer.length && !this.#grow(needed)) this.#give("full");
    else this.#length += chunk.copy(this.#buffer, this.#length, from, until);
  }

  /** What has come, ending with CRLF: where the last line lacks it, it gets one. It may be held as long as it is counted. */
  terminated(): Buffer {
    const { length } = this.#octets;
    const isEnded = length === 0 || (this.#buffer[length - 2] === 0x0d && this.#buffer[length - 1] === 0x0a);
    if (!isEnded) this.append(lineEnd, 0, lineEnd.length);
    return this.#octets;
  }

  get #octets(): Buffer {
    return this.#buffer.subarray(0, this.#length);
  }

  /** Lets go of everything. */
  release(): void {
    this.#held.give(this.#buffer.length);
    this.#buffer = Buffer.alloc(0);
    this.#length = 0;
  }

  #give(overflow: "too_large" | "full"): void {
    this.release();
    this.#overflow = overflow;
  }

  #grow(needed: number): boolean {
    const size = Math.max(needed, Math.min(this.#bytesMax, this.#buffer.length * 2), firstBytes);
    if (!this.#held.take(size - this.#buffer.length)) return false;
    const larger = Buffer.allocUnsafeSlow(size);
    this.#buffer.copy(larger, 0, 0, this.#length);
    this.#buffer = larger;
    return true;
  }
}

const lineEnd = Buffer.from("\r\n");
