import type { Clock } from "../../base/clock.ts";
import type { Database } from "../../base/database.ts";
import type { FiguresInForce } from "../../base/figures.ts";
import type { Holding } from "../../base/holdings.ts";
import type { IdSource } from "../../base/ids.ts";
import type { SenderBook } from "../domains/index.ts";
import type { Keyring } from "../keys/index.ts";
import type { Acceptance } from "../messages/index.ts";

/** What a probe found. `unknown`: it could not look, so nothing is proven. */
export interface Finding {
  outcome: "kept" | "broken" | "unknown";
  /** A sentence for the public page: no address, no name, no secret. */
  detail: string;
  /** How many things were looked at. A probe that looked at nothing has proven nothing. */
  checks: number;
}

/** Looks whether a promise is kept, as an outsider would: at real endpoints, at the catalogue, at bytes on disk. */
export interface Probe {
  name: string;
  everyMinutes: number;
  /** Hardly does more than wait: the others run meanwhile. */
  isPatient?: true;
  /** @param signal ends what takes long when the service stops */
  run: (signal: AbortSignal) => Promise<Finding>;
}

/** What the probes of core look at. */
export interface ProbeContext {
  database: Database;
  keyring: Keyring;
  clock: Clock;
  ids: IdSource;
  figures: FiguresInForce;
  acceptance: Acceptance;
  senders: SenderBook;
  dataFolder: string;
  /** Does the database lie in the data folder, so that its files can be searched? */
  isDatabaseHere: boolean;
  /** Erases the accounts whose time is over, as it is done every minute. */
  eraseDue: (now: Date) => Promise<unknown>;
  /** Everything that is held of an account, a line of JSON each. */
  exportAccount: (accountId: bigint) => AsyncIterable<string>;
  /** Every column that the modules declare. */
  holdings: readonly Holding[];
}

/** Collects what is wrong; what remains is kept. */
export class Findings {
  #checks = 0;
  readonly #wrong: string[] = [];

  /** Counts a check; `wrong` says what is the matter when it fails. */
  check(isRight: boolean, wrong: string): void {
    this.#checks += 1;
    if (!isRight) this.#wrong.push(wrong);
  }

  /** @param kept what is proven when nothing is wrong */
  finding(kept: string): Finding {
    const checks = this.#checks;
    if (this.#wrong.length > 0) {
      const shown = this.#wrong.slice(0, wrongShownMax).join("; ");
      const more = this.#wrong.length - wrongShownMax;
      return { outcome: "broken", detail: more > 0 ? `${shown}; and ${more} more` : shown, checks };
    }
    if (checks === 0) return { outcome: "unknown", detail: "There was nothing to look at.", checks };
    return { outcome: "kept", detail: kept, checks };
  }
}

// A sentence or two: whoever has to act sees the rest when they look.
const wrongShownMax = 5;
