import type { Clock } from "../../base/clock.ts";
import type { Database } from "../../base/database.ts";
import type { IdSource } from "../../base/ids.ts";
import type { Log } from "../../base/log.ts";
import {
  EventHorizon,
  type Following,
  follow,
  followMarginSeconds,
  followRenewSeconds,
  followSeconds,
  unfollow,
} from "../../core/events/index.ts";
import type { Keyring } from "../../core/keys/index.ts";
import { countNext } from "../../core/statistics/index.ts";

// Statistics are behind what happens by half of it on average, and an idle service asks the database as often.
const lookEveryMs = 1000;

export interface StatisticsKeeperOptions {
  database: Database;
  keyring: Keyring;
  clock: Clock;
  ids: IdSource;
  log: Log;
  nodeId: number;
}

/** Keeps the statistics: follows the log of events and adds up. One process does so at a time, under a lease. */
export class StatisticsKeeper {
  readonly #options: StatisticsKeeperOptions;
  readonly #horizon: EventHorizon;
  #following: Following | null = null;
  #validUntil = 0;
  #renewAt = 0;
  #isStopping = false;
  #wake: (() => void) | null = null;
  #loop: Promise<void> = Promise.resolve();

  constructor(options: StatisticsKeeperOptions) {
    this.#options = options;
    this.#horizon = new EventHorizon(options.database);
  }

  start(): void {
    this.#loop = this.#run();
  }

  /** Ends after the batch that is being added; another process goes on at once. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    this.#wake?.();
    await this.#loop;
    const following = this.#following;
    if (following === null) return;
    const { database, log } = this.#options;
    try {
      await database.write({ role: "relay" }, (tx) => unfollow(tx, following));
    } catch (error) {
      // It passes on when the lease ends.
      log.warn("statistics.lease_not_returned", { error });
    }
  }

  async #run(): Promise<void> {
    while (!this.#isStopping) {
      try {
        await this.#look();
      } catch (error) {
        this.#options.log.warn("statistics.not_counted", { error });
      }
      await this.#rest();
    }
  }

  async #rest(): Promise<void> {
    if (this.#isStopping) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, lookEveryMs);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  async #look(): Promise<void> {
    for (;;) {
      await this.#keepLease();
      const { clock } = this.#options;
      const following = clock.real() < this.#validUntil ? this.#following : null;
      if (following === null || this.#isStopping) return;
      const horizon = await this.#horizon.advance();
      const batch = await countNext({ ...this.#options, now: clock.now() }, following, horizon);
      if (batch === null) this.#renewAt = 0;
      if (batch?.isLast !== false) return;
    }
  }

  async #keepLease(): Promise<void> {
    const { clock, database, nodeId } = this.#options;
    const startedAt = clock.real();
    if (startedAt < this.#renewAt) return;
    this.#renewAt = startedAt + followRenewSeconds * 1000;
    const epoch = this.#following?.epoch ?? null;
    this.#following = await database.write({ role: "relay" }, (tx) =>
      follow(tx, { name: "statistics", nodeId, epoch }, new Date(startedAt)),
    );
    this.#validUntil = startedAt + (followSeconds - followMarginSeconds) * 1000;
  }
}
