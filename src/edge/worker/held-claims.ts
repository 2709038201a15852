import type { Claim } from "../../core/delivery/index.ts";

/** The rows this process knows it has claimed. The database may know of more: a claim whose commit was answered to a
 *  broken connection, rows that could not be given back while the database was away. */
export class HeldClaims {
  readonly #epochs = new Map<bigint, bigint>();
  readonly #underWay = new Set<{ since: number }>();

  /** Says that rows are being claimed, until the returned function is called: with those that were, or none. */
  begin(now: number): (claimed: Claim[]) => void {
    const mark = { since: now };
    this.#underWay.add(mark);
    return (claimed) => {
      for (const { id, epoch } of claimed) this.#epochs.set(id, epoch);
      this.#underWay.delete(mark);
    };
  }

  /** Rows that were settled, given back, or given up: whether that has reached the database or not. */
  drop(claims: Iterable<Claim>): void {
    for (const { id, epoch } of claims) if (this.#epochs.get(id) === epoch) this.#epochs.delete(id);
  }

  has({ id, epoch }: Claim): boolean {
    return this.#epochs.get(id) === epoch;
  }

  /** Is a claim under way that began before an instant? Its rows may be in the database, and not here yet. */
  isClaimingSince(instant: number): boolean {
    return [...this.#underWay].some(({ since }) => since <= instant);
  }
}
