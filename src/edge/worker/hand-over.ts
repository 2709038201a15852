import type { Clock } from "../../base/clock.ts";
import type { Claim, Delivery } from "../../core/delivery/index.ts";
import type { ClaimedDelivery, HandOver, Reservation } from "../../core/messages/index.ts";
import type { HeldClaims } from "./held-claims.ts";
import type { LaneKeeper } from "./lane-keeper.ts";
import type { SiteQueue } from "./site-queue.ts";

// Messages in memory for one destination, those that are being written included: some 200 ms of work for a fast one, so that
// what is handed over goes out while it is fresh.
const siteRoomMax = 400;
// And for all destinations together: a thousand slow ones must not fill the memory. What they carry is bounded besides, by its
// octets.
const allRoomMax = 1000;
// How long a route stays open after a claim found nothing more of it. Then one message goes the long way: its route is found
// anew, and what another process has queued of it is met.
const openMs = 5000;

export interface HandOverOptions {
  clock: Clock;
  nodeId: number;
  keeper: LaneKeeper;
  held: HeldClaims;
  /** May this destination be sent to at present? */
  isOpen: (queue: SiteQueue) => boolean;
  /** Messages in memory for all destinations. */
  ready: () => number;
  /** Puts connections to work for what a queue has got. */
  employ: (queue: SiteQueue) => void;
  /** Puts messages back into the database. */
  release: (deliveries: ClaimedDelivery[]) => Promise<void>;
}

/** Takes messages from acceptance in this process. Only for routes of which nothing waits in the database, as far as this
 *  process knows, so that no message overtakes those that were accepted long before it. */
export class DirectHandOver implements HandOver {
  readonly #options: HandOverOptions;
  readonly #routes = new Map<string, { queue: SiteQueue; until: number; productUntil: number }>();
  readonly #reserved = new Map<SiteQueue, number>();
  readonly #pending = new Set<Promise<void>>();
  #isStopped = false;

  constructor(options: HandOverOptions) {
    this.#options = options;
  }

  /** Says that everything of a route that is due has been claimed, for this queue. */
  open(route: string, queue: SiteQueue): void {
    const { clock } = this.#options;
    // By both clocks: what is known of the DNS ages by the product's, which may be advanced, or stand still.
    const productUntil = clock.now().getTime() + openMs;
    this.#routes.set(route, { queue, until: clock.real() + openMs, productUntil });
  }

  /** Says that something of a route may wait in the database. */
  close(route: string): void {
    this.#routes.delete(route);
  }

  reserve(deliveries: readonly Delivery[]): Reservation | null {
    const { clock, held } = this.#options;
    const madeAt = clock.real();
    const claims = new Map<bigint, Claim>();
    const queues = new Map<bigint, { queue: SiteQueue; route: string }>();
    const reserved = [...this.#reserved.values()].reduce((sum, count) => sum + count, 0);
    const room = allRoomMax - this.#options.ready() - reserved;
    for (const { id, lane, route } of deliveries) {
      const queue = claims.size < room ? this.#roomFor(route, madeAt) : null;
      const claim = queue === null ? null : this.#claimOf(id, lane);
      // One that waits in the database has all later ones of its route wait behind it.
      if (queue === null || claim === null) this.close(route);
      else {
        claims.set(id, claim);
        queues.set(id, { queue, route });
        this.#reserve(queue, 1);
      }
    }
    if (claims.size === 0) return null;
    const ended = Promise.withResolvers<void>();
    this.#pending.add(ended.promise);
    const endClaiming = held.begin(madeAt);
    const end = (taken: ClaimedDelivery[]) => {
      endClaiming(taken.map(({ claim }) => claim));
      void this.#take(taken, queues).finally(() => {
        this.#pending.delete(ended.promise);
        ended.resolve();
      });
    };
    return { madeAt, claims, end };
  }

  /** Takes nothing new, and waits until what is being written has been given back: rows must not be claimed by a process
   *  that has closed its journal. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    await Promise.all(this.#pending);
  }

  #roomFor(route: string, now: number): SiteQueue | null {
    const known = this.#routes.get(route);
    if (this.#isStopped || known === undefined || known.until < now) return null;
    if (known.productUntil < this.#options.clock.now().getTime()) return null;
    const { queue } = known;
    const isFull = queue.length + (this.#reserved.get(queue) ?? 0) >= siteRoomMax;
    return !isFull && this.#options.isOpen(queue) ? queue : null;
  }

  #claimOf(id: bigint, lane: number): Claim | null {
    const { keeper, nodeId } = this.#options;
    const epoch = keeper.epochOf(lane);
    return epoch === null ? null : { lane, id, nodeId, epoch };
  }

  #reserve(queue: SiteQueue, count: number): void {
    const reserved = (this.#reserved.get(queue) ?? 0) + count;
    if (reserved > 0) this.#reserved.set(queue, reserved);
    else this.#reserved.delete(queue);
  }

  async #take(
    taken: ClaimedDelivery[],
    queues: ReadonlyMap<bigint, { queue: SiteQueue; route: string }>,
  ): Promise<void> {
    const got = new Map<SiteQueue, ClaimedDelivery[]>();
    const takenIds = new Set(taken.map(({ id }) => id));
    for (const [id, { queue, route }] of queues) {
      this.#reserve(queue, -1);
      if (!takenIds.has(id)) this.close(route);
    }
    if (this.#isStopped) {
      await this.#options.release(taken);
      return;
    }
    for (const delivery of taken) {
      const queue = queues.get(delivery.id)?.queue;
      if (queue === undefined) continue;
      const others = got.get(queue);
      if (others === undefined) got.set(queue, [delivery]);
      else others.push(delivery);
    }
    for (const [queue, deliveries] of got) {
      queue.add(deliveries);
      this.#options.employ(queue);
    }
  }
}
