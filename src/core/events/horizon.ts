import { setTimeout as pause } from "node:timers/promises";
import type { Database } from "../../base/database.ts";
import { type LogEnd, selectLogEnd } from "./log-store.ts";

// A batch of outcomes is committed in some ten milliseconds; asked this often, a reader waits one of them too long.
const lookEveryMs = 5;
// Then the answer is what was known before, and the next call goes on waiting for the same writers.
const looksMax = 50;

/** Says how far the log of events is final. A position is drawn while its event is written, by a transaction that holds
 *  a lock on the table until it ends. So: read the last position that was drawn, then see who holds the lock; when those
 *  have ended, every position up to that one is there for all to see, or never will be. Other transactions, however
 *  long, do not matter, as they would if snapshots were compared. */
export class EventHorizon {
  readonly #database: Database;
  #known = 0n;
  #awaited: LogEnd | null = null;
  #underWay: Promise<bigint> | null = null;

  constructor(database: Database) {
    this.#database = database;
  }

  /** The position up to which nothing will be added any more. It never goes back. */
  advance(): Promise<bigint> {
    this.#underWay ??= this.#advance().finally(() => {
      this.#underWay = null;
    });
    return this.#underWay;
  }

  async #advance(): Promise<bigint> {
    for (let look = 0; look < looksMax; look++) {
      const seen = await this.#database.read({ role: "relay" }, selectLogEnd);
      this.#awaited ??= seen;
      const { last, writers } = this.#awaited;
      const left = writers.filter((writer) => seen.writers.includes(writer));
      if (left.length === 0) {
        this.#known = last;
        this.#awaited = null;
        break;
      }
      this.#awaited = { last, writers: left };
      await pause(lookEveryMs);
    }
    return this.#known;
  }
}
