import type { Claim, Delivery } from "../delivery/index.ts";
import type { ClaimedDelivery } from "./load.ts";

/** Delivery in the same process, where it keeps up: what is accepted goes to it as soon as it is on disk, and need not be
 *  looked for, claimed and read back. */
export interface HandOver {
  /** Makes room for messages that are about to be written; null when none of them can be taken now. */
  reserve(deliveries: readonly Delivery[]): Reservation | null;
}

/** Room for some messages. It must be ended, whatever becomes of their transaction. */
export interface Reservation {
  /** When it was made, in real time: what is asked of the database for its messages is at least as new. */
  readonly madeAt: number;
  /** The claims under which rows are written, by the message's id. Not all that was asked for need be there. */
  readonly claims: ReadonlyMap<bigint, Claim>;
  /** Gives delivery what is on disk under its claim, and frees the rest. */
  end(taken: ClaimedDelivery[]): void;
}
