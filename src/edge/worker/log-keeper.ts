import type { Clock } from "../../base/clock.ts";
import type { Database } from "../../base/database.ts";
import type { Log } from "../../base/log.ts";
import {
  EventHorizon,
  type FollowerName,
  type Following,
  follow,
  followMarginSeconds,
  followRenewSeconds,
  followSeconds,
  unfollow,
} from "../../core/events/index.ts";

// Followers are behind what happens by half of it on average, and an idle service asks the database as often.
const lookEveryMs = 1000;

/** What follows the log, and what it makes of the next part of it. */
export interface LogKeeperOptions {
  database: Database;
  clock: Clock;
  log: Log;
  nodeId: number;
  name: FollowerName;
  /** Works on what comes next, up to where the log is final. Null when the lease turns out to be lost. */
  next: (following: Following, horizon: bigint) => Promise<{ isLast: boolean } | null>;
}

/** Follows the log of events, batch by batch. One process does so at a time, under a lease. */
export class LogKeeper {
  readonly #options: LogKeeperOptions;
  readonly #horizon: EventHorizon;
  #following: Following | null = null;
  #validUntil = 0;
  #renewAt = 0;
  #isStopping = false;
  #wake: (() => void) | null = null;
  #loop: Promise<void> = Promise.resolve();

  constructor(options: LogKeeperOptions) {
    this.#options = options;
    this.#horizon = new EventHorizon(options.database);
  }

  start(): void {
    this.#loop = this.#run();
  }

  /** Looks at once: the product's clock was advanced. */
  wake(): void {
    this.#wake?.();
  }

  /** Ends after the batch that is being worked on; another process goes on at once. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    this.#wake?.();
    await this.#loop;
    const following = this.#following;
    if (following === null) return;
    const { database, log, name } = this.#options;
    try {
      await database.write({ role: "relay" }, (tx) => unfollow(tx, following));
    } catch (error) {
      // It passes on when the lease ends.
      log.warn("log.lease_not_returned", { error, name });
    }
  }

  async #run(): Promise<void> {
    while (!this.#isStopping) {
      try {
        await this.#look();
      } catch (error) {
        const { log, name } = this.#options;
        log.warn("log.not_followed", { error, name });
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
      const batch = await this.#options.next(following, horizon);
      if (batch === null) this.#renewAt = 0;
      if (batch?.isLast !== false) return;
    }
  }

  async #keepLease(): Promise<void> {
    const { clock, database, nodeId, name } = this.#options;
    const startedAt = clock.real();
    if (startedAt < this.#renewAt) return;
    this.#renewAt = startedAt + followRenewSeconds * 1000;
    const epoch = this.#following?.epoch ?? null;
    this.#following = await database.write({ role: "relay" }, (tx) =>
      follow(tx, { name, nodeId, epoch }, new Date(startedAt)),
    );
    this.#validUntil = startedAt + (followSeconds - followMarginSeconds) * 1000;
  }
}
