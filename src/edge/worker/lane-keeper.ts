import type { Clock } from "../../base/clock.ts";
import type { Database } from "../../base/database.ts";
import type { Log } from "../../base/log.ts";
import {
  countLiveNodes,
  dropLanes,
  laneCount,
  leaseMarginSeconds,
  leaseSeconds,
  type OwnedLane,
  renewLanes,
  renewSeconds,
  returnLanes,
  takeLanes,
} from "../../core/delivery/index.ts";

/** Holds this node's lanes: renews them, takes free ones up to a fair share, gives surplus ones back. */
export class LaneKeeper {
  readonly #database: Database;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #nodeId: number;
  readonly #epochs = new Map<number, bigint>();
  #validUntil = 0;
  #timer: NodeJS.Timeout | null = null;
  #isStopped = false;
  #running: Promise<void> = Promise.resolve();

  /** Called with lanes that are new, so that they are looked at soon. */
  onTaken: (lanes: number[]) => void = () => {};

  constructor(options: { database: Database; clock: Clock; log: Log; nodeId: number }) {
    this.#database = options.database;
    this.#clock = options.clock;
    this.#log = options.log;
    this.#nodeId = options.nodeId;
  }

  /** Takes lanes under new epochs, even those the last process of this name held. */
  async start(): Promise<void> {
    await this.#database.write({ role: "delivery" }, (tx) => dropLanes(tx, this.#nodeId));
    await this.#round();
  }

  /** May a message of this lane be attempted now? False as soon as the lease may have passed to another node. */
  holds(lane: number, epoch: bigint): boolean {
    return this.#epochs.get(lane) === epoch && this.#clock.real() < this.#validUntil;
  }

  /** The epoch under which a lane is held at this moment; null when it is not, or while the lease is in doubt. */
  epochOf(lane: number): bigint | null {
    return this.#clock.real() < this.#validUntil ? (this.#epochs.get(lane) ?? null) : null;
  }

  /** The lanes held at this moment, with the epoch of each; none while the lease is in doubt. */
  held(): { lane: number; epoch: bigint }[] {
    if (this.#clock.real() >= this.#validUntil) return [];
    return [...this.#epochs].map(([lane, epoch]) => ({ lane, epoch }));
  }

  /** Gives every lane back, so that another node can go on at once. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    await this.#running;
    const lanes = [...this.#epochs].map(([lane, epoch]) => ({ lane, epoch }));
    this.#epochs.clear();
    try {
      await this.#database.write({ role: "delivery" }, (tx) => returnLanes(tx, this.#nodeId, lanes));
    } catch (error) {
      // They pass on when the lease ends, half a minute later.
      this.#log.warn("delivery.lanes_not_returned", { error });
    }
  }

  #next(): void {
    this.#running = this.#round();
  }

  async #round(): Promise<void> {
    const startedAt = this.#clock.real();
    try {
      const { owned, taken } = await this.#exchange(new Date(startedAt));
      if (this.#isStopped) return;
      // Only what is committed is ours.
      this.#epochs.clear();
      for (const { lane, epoch } of owned) this.#epochs.set(lane, epoch);
      // From the moment before the statement: the lease in the database ends later than we believe, never earlier.
      this.#validUntil = startedAt + (leaseSeconds - leaseMarginSeconds) * 1000;
      if (taken.length > 0) this.onTaken(taken);
    } catch (error) {
      this.#log.warn("delivery.lease_not_renewed", { error });
    }
    if (!this.#isStopped) {
      this.#timer = setTimeout(() => this.#next(), renewSeconds * 1000);
    }
  }

  async #exchange(now: Date): Promise<{ owned: OwnedLane[]; taken: number[] }> {
    return this.#database.write({ role: "delivery" }, async (tx) => {
      const kept = await renewLanes(tx, this.#nodeId, now);
      const share = Math.ceil(laneCount / Math.max(1, await countLiveNodes(tx, now)));
      const surplus = kept.slice(share);
      await returnLanes(tx, this.#nodeId, surplus);
      const taken = kept.length < share ? await takeLanes(tx, this.#nodeId, now, share - kept.length) : [];
      return { owned: [...kept.slice(0, share), ...taken], taken: taken.map(({ lane }) => lane) };
    });
  }
}
