import type { SystemClock } from "../../base/clock.ts";
import type { Database, Subscription } from "../../base/database.ts";
import type { FiguresInForce } from "../../base/figures.ts";
import type { Log } from "../../base/log.ts";
import { touchNode } from "../../core/delivery/index.ts";
import {
  clockChannel,
  clockOffsetMs,
  destroyAccountDays,
  erasedChannel,
  type Keyring,
} from "../../core/keys/index.ts";
import { ensurePartitions, firstReadableHour, runRetention } from "../../core/retention/index.ts";

const minuteMs = 60_000;
const hourMs = 3_600_000;
// Timers may fire a little early.
const hourMarginMs = 20;
// How often a node looks for new ones that lack the content keys: they wait for it with their start.
const handoverEveryMs = 2000;
// How often the clock of an installation in development is asked for, beside the notification.
const clockEveryMs = 1000;
// Between two tries to find out whose keys were destroyed while the database was away.
const lookAgainMs = 1000;

export interface HousekeepingOptions {
  core: {
    database: Database;
    keyring: Keyring;
    clock: SystemClock;
    figures: FiguresInForce;
    log: Log;
    nodeId: number;
    /** Which figures hold is known to every process within a minute; they are announced a month before. */
    followPolicy: () => Promise<void>;
    answerNewNodes: () => Promise<number>;
  };
  /** Does this process remove what is due? */
  isRetaining: boolean;
  isDevelopment: boolean;
  /** Erases accounts whose time is over, and seals the keys of the others under each new day. */
  keepAccounts: () => Promise<void>;
  /** The daily look at domains. */
  checkDomains: (now: Date) => Promise<void>;
  /** Writes to owners about versions of the policy that they have not heard of. */
  announcePolicy: () => Promise<unknown>;
  /** Runs the probes of the promises that are due. */
  watchPromises: () => Promise<void>;
}

/** What has to happen without anybody asking: every minute content keys, partitions and old rows; in development the
 *  advanced clock is followed. */
export class Housekeeping {
  readonly #options: HousekeepingOptions;
  #timers: NodeJS.Timeout[] = [];
  #subscriptions: Subscription[] = [];
  #round: Promise<void> = Promise.resolve();
  #isStopped = false;
  #isChecking = false;
  #isAnnouncing = false;

  onContentDestroyed: () => void = () => {};
  onTimeAdvanced: () => void = () => {};

  constructor(options: HousekeepingOptions) {
    this.#options = options;
  }

  async start(): Promise<void> {
    const { core, isDevelopment } = this.#options;
    this.#every(minuteMs, () => this.#keepHouse());
    if (this.#options.isRetaining) this.#every(minuteMs, () => this.#watchPromises());
    if (this.#options.isRetaining) this.#every(minuteMs, () => this.#checkDomains());
    if (this.#options.isRetaining) this.#every(minuteMs, () => this.#announcePolicy());
    this.#atFullHours();
    await this.#keepHouse();
    this.#every(handoverEveryMs, () => this.#answerNewNodes());
    await this.#listenForErasures();
    if (!isDevelopment) return;
    this.#every(clockEveryMs, () => this.#followClock());
    this.#subscriptions.push(await core.database.listen(clockChannel, () => void this.#followClock()));
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    for (const timer of this.#timers) clearInterval(timer);
    for (const subscription of this.#subscriptions) await subscription.close();
    await this.#round;
  }

  // The keys of an account that another process has erased must not live on in this one.
  async #listenForErasures(): Promise<void> {
    const { database, keyring } = this.#options.core;
    const heard = (accountId: string) => keyring.forget(BigInt(accountId));
    const resumed = () => void this.#forgetDestroyed();
    this.#subscriptions.push(await database.listen(erasedChannel, heard, resumed));
  }

  // What was said while nobody listened is not said again. The database may be lost once more before it has told.
  async #forgetDestroyed(): Promise<void> {
    const { database, keyring, log } = this.#options.core;
    while (!this.#isStopped) {
      try {
        await database.read({ role: "delivery" }, (reader) => keyring.forgetDestroyed(reader));
        return;
      } catch (error) {
        log.warn("keys.not_looked_through", { error });
        await new Promise((resolve) => setTimeout(resolve, lookAgainMs));
      }
    }
  }

  #every(ms: number, work: () => Promise<void>): void {
    this.#timers.push(setInterval(() => void work(), ms));
  }

  // The key of an hour's content dies when that hour is six days old, to the second: not when the next minute has come.
  #atFullHours(): void {
    const now = this.#options.core.clock.now().getTime();
    const timer = setTimeout(
      () => {
        if (this.#isStopped) return;
        void this.#keepHouse();
        this.#atFullHours();
      },
      hourMs - (now % hourMs) + hourMarginMs,
    );
    timer.unref();
  }

  // Apart from the round that destroys keys: a hundred slow name servers must not hold that up.
  async #checkDomains(): Promise<void> {
    if (this.#isChecking || this.#isStopped) return;
    this.#isChecking = true;
    try {
      await this.#options.checkDomains(this.#options.core.clock.now());
    } catch (error) {
      this.#options.core.log.warn("domains.not_checked", { error });
    } finally {
      this.#isChecking = false;
    }
  }

  async #announcePolicy(): Promise<void> {
    if (this.#isAnnouncing || this.#isStopped) return;
    this.#isAnnouncing = true;
    try {
      await this.#options.announcePolicy();
    } catch (error) {
      this.#options.core.log.warn("policy.not_announced", { error });
    } finally {
      this.#isAnnouncing = false;
    }
  }

  async #answerNewNodes(): Promise<void> {
    const { core } = this.#options;
    try {
      const answered = await core.answerNewNodes();
      if (answered > 0) core.log.info("keys.handed_over", { nodes: answered });
    } catch (error) {
      core.log.warn("keys.not_handed_over", { error });
    }
  }

  async #followClock(): Promise<void> {
    const { core } = this.#options;
    try {
      const offsetMs = await clockOffsetMs(core.database);
      if (offsetMs <= core.clock.offsetMs || this.#isStopped) return;
      core.clock.raiseOffset(offsetMs);
      await this.#keepHouse();
      this.onTimeAdvanced();
    } catch (error) {
      core.log.warn("clock.not_followed", { error });
    }
  }

  // After the sweep of the same minute, so that it is judged by what it leaves.
  async #watchPromises(): Promise<void> {
    await this.#round;
    if (!this.#isStopped) await this.#options.watchPromises();
  }

  // One round at a time; a call during a round starts another one after it.
  #keepHouse(): Promise<void> {
    this.#round = this.#round.then(() => this.#keepHouseOnce());
    return this.#round;
  }

  // Every process destroys in its own folder, whatever its roles.
  async #destroyAccountDays(): Promise<void> {
    const { database, keyring, clock, figures } = this.#options.core;
    const now = clock.now();
    await destroyAccountDays(database, keyring, { now, keptDays: figures.at(now).accountKeyDays });
  }

  async #keepHouseOnce(): Promise<void> {
    const { core, isRetaining } = this.#options;
    if (this.#isStopped) return;
    try {
      await core.database.write({ role: "delivery" }, (tx) =>
        touchNode(tx, core.nodeId, new Date(core.clock.real())),
      );
      await core.followPolicy();
      const firstHour = firstReadableHour(core.clock.now(), core.figures);
      if (core.keyring.destroyContentBefore(firstHour)) this.onContentDestroyed();
      if (!isRetaining) {
        await ensurePartitions(core);
        await this.#destroyAccountDays();
        return;
      }
      const report = await runRetention(core);
      if (report.partitionsDropped.length > 0) {
        core.log.info("retention.dropped", { partitions: report.partitionsDropped });
      }
      try {
        await this.#options.keepAccounts();
      } finally {
        // After the keys have left the days that go. Days that are still needed stay: the database is asked.
        await this.#destroyAccountDays();
      }
    } catch (error) {
      core.log.error("retention.failed", { error });
    }
  }
}
