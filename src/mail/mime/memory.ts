/** Memory that messages are written in, used over and over: octets outside the heap are what V8 collects the whole heap
 *  for, and at 10 KB a message it would do so every few hundred. What was in it is overwritten with zeros when it is given
 *  back, so that no text outlives its message here. */

// Nearly every message fits into the first, and one with a picture into the second.
const sizes = [16 * 1024, 128 * 1024];
// How much of each size is kept for later: what a hundred connections have in hand.
const keptBytesMax = 4 * 1024 * 1024;
const free = sizes.map(() => new Set<ArrayBuffer>());

/** Memory of this length; what is in it is undefined. */
export function takeMemory(length: number): Buffer {
  const index = sizes.findIndex((size) => length <= size);
  const size = sizes[index];
  if (size === undefined) return Buffer.allocUnsafeSlow(length);
  const [memory = new ArrayBuffer(size)] = free[index] ?? [];
  free[index]?.delete(memory);
  return Buffer.from(memory, 0, length);
}

/** Gives memory back that was taken. Nobody may look at it any more, nor at a part of it: it will hold another message.
 *  What was not taken from here is left alone. */
export function giveMemory(memory: Buffer): void {
  const { buffer } = memory;
  const kept = free[sizes.indexOf(buffer.byteLength)];
  if (kept === undefined || !(buffer instanceof ArrayBuffer) || memory.byteOffset !== 0) return;
  memory.fill(0);
  if (kept.size * buffer.byteLength < keptBytesMax) kept.add(buffer);
}

/** Memory for what is needed until the end of one task that waits for nothing. */
export class Scratch {
  readonly #memory = Buffer.alloc(128 * 1024);
  #used = 0;

  /** As `takeMemory`; what does not fit any more is new. */
  take(length: number): Buffer {
    if (this.#used + length > this.#memory.length) return Buffer.allocUnsafe(length);
    // Where the next one begins: some loops look at four octets at a time.
    const start = this.#used;
    this.#used = Math.min(this.#memory.length, (start + length + 7) & ~7);
    return this.#memory.subarray(start, start + length);
  }

  /** All that was taken is over. */
  clear(): void {
    this.#memory.fill(0, 0, this.#used);
    this.#used = 0;
  }
}
