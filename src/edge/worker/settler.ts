import type { Database } from "../../base/database.ts";
import type { Log } from "../../base/log.ts";
import type { Settlement } from "../../core/messages/index.ts";
import type { Journal } from "./journal.ts";
import { settleEach } from "./settle-each.ts";

// One commit for what comes in within it. Outcomes are in the journal by then, so nobody waits for it; at 1,000 messages
// a second a commit takes 50 of them, and each costs 90 µs less processor time than in commits of 8.
const gatherMs = 50;
const groupMax = 500;
// Outcomes that are only in the journal. When so many wait, the database does not keep up and sending pauses.
const pendingMax = 2000;
// How long a stop waits for the database. The journal keeps what is late.
const stopMsMax = 15_000;
// Between two tries when the database does not take outcomes.
const retryMs = 1000;

/** Writes outcomes to the database, many in one transaction. Each is in the journal first. While the database does
 *  not take them nothing more is sent: what cannot be recorded must not happen. */
export class Settler {
  readonly #database: Database;
  readonly #journal: Journal;
  readonly #log: Log;
  #waiting: Settlement[] = [];
  #pending = 0;
  #isFailing = false;
  #isRunning = false;
  #isStopping = false;
  #isAbandoned = false;
  #gates: (() => void)[] = [];
  #idle: (() => void)[] = [];

  /** Told what needs no further care here: what was written, and what the database will never take. */
  onSettled: (settlements: Settlement[]) => void = () => {};

  constructor(options: { database: Database; journal: Journal; log: Log }) {
    this.#database = options.database;
    this.#journal = options.journal;
    this.#log = options.log;
  }

  /** Takes an outcome. It is on disk in the journal when this returns, in the database a little later. */
  add(settlement: Settlement): void {
    try {
      this.#journal.note(settlement);
    } catch (error) {
      // The disk is full: the outcome is only in memory, and nothing more is sent before it is in the database.
      this.#log.error("delivery.journal_not_written", { error });
      this.#isFailing = true;
    }
    this.#waiting.push(settlement);
    this.#pending++;
    void this.#run();
  }

  /** Resolves when sending may go on: at once, as a rule. */
  ready(): Promise<void> {
    if (this.#isStopping || (!this.#isFailing && this.#pending < pendingMax)) return Promise.resolve();
    return new Promise((resolve) => this.#gates.push(resolve));
  }

  get pending(): number {
    return this.#pending;
  }

  /** Lets nobody wait for the database any longer: the service stops. */
  openGates(): void {
    this.#isStopping = true;
    for (const open of this.#gates.splice(0)) open();
  }

  /** Waits until everything taken is in the database, for a bounded time. What is not is in the journal, and the next
   *  start writes it. */
  async stop(): Promise<void> {
    this.openGates();
    const drained = new Promise<void>((resolve) => {
      if (this.#pending === 0) resolve();
      else this.#idle.push(resolve);
    });
    const late = AbortSignal.timeout(stopMsMax);
    await Promise.race([drained, new Promise((resolve) => late.addEventListener("abort", resolve))]);
    this.#isAbandoned = true;
    if (this.#pending > 0) this.#log.warn("delivery.outcomes_left_in_journal", { waiting: this.#pending });
  }

  async #run(): Promise<void> {
    if (this.#isRunning) return;
    this.#isRunning = true;
    while (this.#waiting.length > 0 && !this.#isAbandoned) {
      if (this.#waiting.length < groupMax) await pause(gatherMs);
      await this.#write(this.#waiting.splice(0, groupMax));
    }
    this.#isRunning = false;
    if (this.#pending === 0) for (const resolve of this.#idle.splice(0)) resolve();
  }

  async #write(group: Settlement[]): Promise<void> {
    let refused: Settlement[] = [];
    for (;;) {
      try {
        refused = await settleEach(this.#database, this.#log, group);
        break;
      } catch (error) {
        if (!this.#isFailing)
          this.#log.error("delivery.outcomes_not_recorded", { error, waiting: this.#pending });
        this.#isFailing = true;
        if (this.#isAbandoned) return;
        await pause(retryMs);
      }
    }
    if (this.#isFailing) this.#log.info("delivery.outcomes_recorded_again", {});
    this.#isFailing = false;
    this.#pending -= group.length;
    // What was refused keeps its intent: the message may have been sent, and whoever finds its row must know.
    const written = group.filter((settlement) => !refused.includes(settlement));
    this.#journal.settled(written.map((settlement) => settlement.claim.id));
    this.onSettled(group);
    if (this.#pending < pendingMax) for (const open of this.#gates.splice(0)) open();
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
