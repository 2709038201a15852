/** Counts what is held in memory by all who receive, so that it stays bounded however many there are. */
export class HeldBytes {
  readonly #bytesMax: number;
  #bytes = 0;

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Answers false, and takes nothing, when there is no room. */
  take(bytes: number): boolean {
    if (this.#bytes + bytes > this.#bytesMax) return false;
    this.#bytes += bytes;
    return true;
  }

  give(bytes: number): void {
    this.#bytes -= bytes;
  }
}

// Most messages fit: 16 KB are one page of the allocator, and growing begins there.
const firstBytes = 16_384;

/** Octets that come in pieces of any size and end up in one. A byte that comes alone costs a byte: pieces are copied, not
 *  kept. */
export class GrowingOctets {
  readonly #held: HeldBytes;
  readonly #bytesMax: number;
  #buffer: Buffer = Buffer.alloc(0);
  #length = 0;
  #overflow: "too_large" | "full" | null = null;

  /** @param bytesMax what one of them may hold */
  constructor(held: HeldBytes, bytesMax: number) {
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
