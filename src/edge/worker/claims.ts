import type { Clock } from "../../base/clock.ts";
import type { Database } from "../../base/database.ts";
import { type Claim, claimRoutes, type Delivery, type RouteWish } from "../../core/delivery/index.ts";
import type { ClaimedDelivery } from "../../core/messages/index.ts";
import type { HeldClaims } from "./held-claims.ts";
import type { DeliveryTally } from "./tally.ts";

/** Rows a claim takes of one route: at 500 a claim costs 12 µs a row, and more would only wait in memory. */
export const claimMax = 500;
// Rows one transaction takes: a twentieth of a second, during which nobody else can change them.
const groupRowsMax = 2000;
/** However many routes share a transaction, each gets so many: a small domain has no more. */
export const shareMin = 20;
// Every eighth claim asks the second band first, so that low priority is slow and never stuck.
const lowFirstEvery = 8;

/** A route in a lane that this node holds. */
export interface Place {
  lane: number;
  epoch: bigint;
  route: string;
}

interface Waiting {
  place: Place;
  limit: number;
  resolve: (rows: ClaimedDelivery[]) => void;
  reject: (error: unknown) => void;
}

export interface ClaimsOptions {
  database: Database;
  clock: Clock;
  nodeId: number;
  held: HeldClaims;
  tally: DeliveryTally;
}

/** Claims rows of the queue. What is asked for in one turn of the event loop goes into one transaction a lane: with a
 *  thousand small domains a transaction for each would cost more than everything else that is done for their mail. */
export class Claims {
  readonly #options: ClaimsOptions;
  readonly #waiting = new Map<string, Waiting[]>();
  #count = 0;

  constructor(options: ClaimsOptions) {
    this.#options = options;
  }

  /** Takes up to `limit` rows of a route that are due, the longest due first, urgent ones before the others. */
  take(place: Place, limit: number): Promise<ClaimedDelivery[]> {
    const name = `${place.lane}/${place.epoch}`;
    return new Promise((resolve, reject) => {
      const waiting = { place, limit: Math.min(limit, claimMax), resolve, reject };
      const others = this.#waiting.get(name);
      if (others !== undefined) {
        others.push(waiting);
        return;
      }
      this.#waiting.set(name, [waiting]);
      setImmediate(() => void this.#claim(name));
    });
  }

  async #claim(name: string): Promise<void> {
    const group = this.#waiting.get(name) ?? [];
    this.#waiting.delete(name);
    const { held, clock, tally } = this.#options;
    const end = held.begin(clock.real());
    let claimed: Claim[] = [];
    try {
      const rows = await this.#claimGroup(group);
      claimed = [...rows.values()].flat().map((row) => row.claim);
      tally.claimed(claimed.length);
      for (const { place, resolve } of group) resolve(rows.get(place.route) ?? []);
    } catch (error) {
      for (const { reject } of group) reject(error);
    } finally {
      end(claimed);
    }
  }

  async #claimGroup(group: Waiting[]): Promise<Map<string, ClaimedDelivery[]>> {
    const { database, clock, nodeId } = this.#options;
    const share = Math.max(shareMin, Math.floor(groupRowsMax / group.length));
    const isLowFirst = this.#count++ % lowFirstEvery === lowFirstEvery - 1;
    const bands = isLowFirst ? ([1, 0] as const) : ([0, 1] as const);
    const now = clock.now();
    return database.write({ role: "delivery" }, async (tx) => {
      const claimed = new Map(group.map(({ place }) => [place.route, [] as ClaimedDelivery[]]));
      for (const band of bands) {
        const wishes = wishesLeft(group, claimed, share);
        const [first] = group;
        if (first === undefined || wishes.length === 0) break;
        const { lane, epoch } = first.place;
        const rows = await claimRoutes(tx, { lane, epoch, nodeId, band, now }, wishes);
        for (const row of rows.sort(byDue)) {
          claimed.get(row.route)?.push({ ...row, claim: { lane, id: row.id, nodeId, epoch } });
        }
      }
      return claimed;
    });
  }
}

function wishesLeft(
  group: Waiting[],
  claimed: ReadonlyMap<string, readonly unknown[]>,
  share: number,
): RouteWish[] {
  return group.flatMap(({ place: { route }, limit }) => {
    const left = Math.min(limit, share) - (claimed.get(route)?.length ?? 0);
    return left > 0 ? [{ route, limit: left }] : [];
  });
}

function byDue(one: Delivery, other: Delivery): number {
  return one.dueAt.getTime() - other.dueAt.getTime();
}
