import type { DestinationBudget, Site } from "../../core/delivery/index.ts";
import { carriedMsMax } from "../../core/messages/index.ts";
import { CarriedOctets } from "./carried-octets.ts";
import { SiteQueue } from "./site-queue.ts";

// A destination that was not used for so long is forgotten, with what was learnt of it: a sender reaches a hundred thousand
// domains in a year.
const idleMsMax = 3_600_000;
// How often they are looked through.
const lookEveryMs = 60_000;

/** The destinations that have, or lately had, something to do. */
export class Sites {
  readonly #queues = new Map<string, { queue: SiteQueue; usedAt: number }>();
  readonly #carried = new CarriedOctets();
  #lookedAt = 0;
  #carriedLookedAt = 0;

  /** @param now milliseconds of real time */
  get(key: string, now: number): SiteQueue | undefined {
    const entry = this.#queues.get(key);
    if (entry !== undefined) entry.usedAt = now;
    return entry?.queue;
  }

  /** A queue whose messages share what may be carried with those of all others. */
  make(key: string, site: Site | null, budget: DestinationBudget): SiteQueue {
    return new SiteQueue(key, site, budget, this.#carried);
  }

  add(queue: SiteQueue, now: number): void {
    this.#queues.set(queue.key, { queue, usedAt: now });
  }

  /** How many messages wait in memory, for all of them. */
  get ready(): number {
    return [...this].reduce((sum, queue) => sum + queue.length, 0);
  }

  *[Symbol.iterator](): Iterator<SiteQueue> {
    for (const { queue } of this.#queues.values()) yield queue;
  }

  /** At a destination that is slow, what was handed over waits for longer than what it carries is of use: it lets go of it. */
  forgetCarried(now: number): void {
    if (this.#carried.bytes === 0 || now - this.#carriedLookedAt < carriedMsMax) return;
    this.#carriedLookedAt = now;
    for (const queue of this) queue.forgetCarried(now - carriedMsMax);
  }

  /** Forgets what has been idle for long; answers it. A pause that a destination has asked for is kept to its end.
   *  @param productNow the product's time, in which pauses are counted */
  forgetIdle(now: number, productNow: number): SiteQueue[] {
    if (now - this.#lookedAt < lookEveryMs) return [];
    this.#lookedAt = now;
    const idle = [...this.#queues.values()].filter(
      ({ queue, usedAt }) =>
        now - usedAt > idleMsMax &&
        queue.couriers === 0 &&
        queue.length === 0 &&
        queue.budget.pausedUntil <= productNow,
    );
    for (const { queue } of idle) this.#queues.delete(queue.key);
    return idle.map(({ queue }) => queue);
  }
}
