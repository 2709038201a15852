import type { ClaimedDelivery } from "../../core/messages/index.ts";

// What messages that were handed over carry in memory, for all destinations together. A thousand of 16 KB, which is more than
// ordinary mail has; of the largest that may be carried at all, 250.
const carriedTogetherBytesMax = 16 * 1024 * 1024;

/** Bounds by their octets what messages carry that wait in memory. One for which there is no room stays claimed and goes without:
 *  what it holds is read back from the database, as for every message that was claimed there. */
export class CarriedOctets {
  readonly #bytesMax: number;
  #bytes = 0;

  constructor(bytesMax = carriedTogetherBytesMax) {
    this.#bytesMax = bytesMax;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Counts what a message carries, or takes it away from it. What several share counts for each: too much rather than too
   *  little. */
  take(delivery: ClaimedDelivery): void {
    const bytes = bytesOf(delivery);
    if (this.#bytes + bytes > this.#bytesMax) delivery.carried = undefined;
    else this.#bytes += bytes;
  }

  /** Counts it no longer: the message has left the queue. */
  give(delivery: ClaimedDelivery): void {
    this.#bytes -= bytesOf(delivery);
  }

  /** Takes it away from a message that waits. */
  drop(delivery: ClaimedDelivery): void {
    this.give(delivery);
    delivery.carried = undefined;
  }
}

function bytesOf({ carried }: ClaimedDelivery): number {
  return carried?.sizeBytes ?? 0;
}
