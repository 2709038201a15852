import type { Claim } from "../../core/delivery/index.ts";

/** The rows this process knows it has claimed. The database may know of more: a claim whose commit was answered to a
 *  broken connection, rows that could not be given back while the database was away. */
export class HeldClaims {
  // The very claim: a row that was given back and claimed again under the same epoch is another one.
  readonly #claims = new Map<bigint, Claim>();
  readonly #underWay = new Set<{ since: number }>();

  /** Says that rows are being claimed, until the returned function is called: with those that were, or none. */
  begin(now: number): (claimed: Claim[]) => void {
    const mark = { since: now };
    this.#underWay.add(mark);
    return (claimed) => {
      for (const claim of claimed) this.#claims.set(claim.id, claim);
      this.#underWay.delete(mark);
    };
  }

  /** Rows that were settled, given back, or given up: whether that has reached the database or not.
   *  @param claims those that were held, and no copies: their rows may have been claimed again meanwhile */
  drop(claims: Iterable<Claim>): void {
    for (const claim of claims) if (this.#claims.get(claim.id) === claim) this.#claims.delete(claim.id);
  }

  has({ id, epoch }: Claim): boolean {
    return this.#claims.get(id)?.epoch === epoch;
  }

  /** Is a claim under way that began before an instant? Its rows may be in the database, and not here yet. */
  isClaimingSince(instant: number): boolean {
    return [...this.#underWay].some(({ since }) => since <= instant);
  }
}
