import type { Role } from "./postgres-session.ts";

/** What became of those who wanted a connection, since the start. */
interface PoolTally {
  acquired: number;
  /** Of those who got one, all together. */
  waitedMs: number;
  refused: number;
}

/** How busy a pool is. */
export interface PoolUsage extends PoolTally {
  role: Role;
  connections: number;
  idle: number;
  waiting: number;
}

/** The tallies of all pools. */
export class PoolTallies {
  readonly #tallies = new Map<Role, PoolTally>();

  of(role: Role): PoolTally {
    const tally = this.#tallies.get(role) ?? { acquired: 0, waitedMs: 0, refused: 0 };
    this.#tallies.set(role, tally);
    return tally;
  }
}
