import type { Clock } from "../../base/clock.ts";
import type { Claim } from "../../core/delivery/index.ts";
import type { HeldClaims } from "./held-claims.ts";
import type { Journal } from "./journal.ts";
import type { Fate } from "./recovery.ts";

/** Finds rows that the database says are ours and that nobody here knows: without it they would wait for a restart. A row
 *  counts as stray when two looks in a row have found it so, and no claim was under way the whole time between. */
export class StrayWatch {
  readonly #options: { held: HeldClaims; journal: Pick<Journal, "isOpen" | "settled">; clock: Clock };
  #suspects = new Map<bigint, bigint>();
  #lookedAt = 0;

  constructor(options: { held: HeldClaims; journal: Pick<Journal, "isOpen" | "settled">; clock: Clock }) {
    this.#options = options;
  }

  /** @param recover ends those claims of this node for which it is told a fate */
  async look(recover: (fateOf: (claim: Claim) => Fate | null) => Promise<void>): Promise<void> {
    const { held, journal, clock } = this.#options;
    const isSure = !held.isClaimingSince(this.#lookedAt);
    const suspects = new Map<bigint, bigint>();
    const begun: bigint[] = [];
    const lookedAt = clock.real();
    await recover((claim) => {
      if (held.has(claim)) return null;
      suspects.set(claim.id, claim.epoch);
      if (!isSure || this.#suspects.get(claim.id) !== claim.epoch) return null;
      if (!journal.isOpen(claim.id)) return "untouched";
      begun.push(claim.id);
      return "begun";
    });
    journal.settled(begun);
    this.#suspects = suspects;
    this.#lookedAt = lookedAt;
  }
}
