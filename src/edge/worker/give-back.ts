import type { Clock } from "../../base/clock.ts";
import { type Database, DatabaseUnavailable } from "../../base/database.ts";
import type { Log } from "../../base/log.ts";
import { postpone, release } from "../../core/delivery/index.ts";
import type { ClaimedDelivery } from "../../core/messages/index.ts";
import type { HeldClaims } from "./held-claims.ts";

const attemptsMax = 5;
const retryMs = 1000;

/** Puts claimed rows back into the queue that were not attempted. Whoever gives a row back has nothing to do with it any
 *  more: to give it back twice would take it from the next one who has claimed it. */
export class GiveBack {
  readonly #options: { database: Database; clock: Clock; log: Log; held: HeldClaims };

  constructor(options: { database: Database; clock: Clock; log: Log; held: HeldClaims }) {
    this.#options = options;
  }

  /** They are due as before. */
  async release(deliveries: ClaimedDelivery[]): Promise<void> {
    if (deliveries.length === 0) return;
    const claims = deliveries.map((delivery) => delivery.claim);
    await this.#write("delivery.not_released", (tx) => release(tx, claims));
    this.#options.held.drop(claims);
  }

  /** They are due when a destination's pause is over. */
  async postpone(deliveries: ClaimedDelivery[], pauseMs: number): Promise<void> {
    if (deliveries.length === 0) return;
    const dueAt = new Date(this.#options.clock.now().getTime() + pauseMs);
    const rows = deliveries.map(({ claim }) => ({ ...claim, dueAt, isAttempt: false, isRepeat: false }));
    await this.#write("delivery.not_postponed", (tx) => postpone(tx, rows).then(() => undefined));
    this.#options.held.drop(deliveries.map(({ claim }) => claim));
  }

  // Rows that cannot be given back now stay claimed; the worker finds them when the database is back. It is the same when
  // the answer to the commit is lost, which is not repeated: the rows may be free since then, and claimed again under the
  // same epoch, and to give them back once more would take them from whoever is sending them.
  async #write(event: string, work: Parameters<Database["write"]>[1]): Promise<void> {
    for (let attempt = 0; attempt < attemptsMax; attempt++) {
      try {
        await this.#options.database.write({ role: "delivery" }, work, { retry: true });
        return;
      } catch (error) {
        this.#options.log.warn(event, { error });
        if (error instanceof DatabaseUnavailable && error.commitUnknown) return;
        await new Promise((resolve) => setTimeout(resolve, retryMs));
      }
    }
  }
}
