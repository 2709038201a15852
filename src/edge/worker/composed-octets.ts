/** What composed messages of all connections hold together. Six of the largest, or thousands of ordinary ones. */
const composedTogetherBytesMax = 128 * 1024 * 1024;
/** Smaller ones are not counted: 500 connections with five each of this size are 160 MB, and they should never wait for a
 *  large one whose destination reads slowly. */
const uncountedBytesMax = 64 * 1024;

/** Bounds by their octets the messages that are composed and on their way. */
export class ComposedOctets {
  readonly #bytesMax: number;
  #bytes = 0;

  constructor(bytesMax = composedTogetherBytesMax) {
    this.#bytesMax = bytesMax;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Makes room for a message of about this size; false when there is none now. One is always let through. */
  take(sizeBytes: number): boolean {
    if (sizeBytes <= uncountedBytesMax) return true;
    if (this.#bytes > 0 && this.#bytes + sizeBytes > this.#bytesMax) return false;
    this.#bytes += sizeBytes;
    return true;
  }

  give(sizeBytes: number): void {
    if (sizeBytes > uncountedBytesMax) this.#bytes -= sizeBytes;
  }
}
