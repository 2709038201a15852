import type { Database, Query, Sql, Transaction } from "../../../base/database.ts";
import { takeLanes } from "../leases.ts";
import {
  type Claim,
  type ClaimRequest,
  claimRoutes,
  type Delivery,
  enqueue,
  type OwnedLane,
  type RouteWish,
} from "../queue.ts";

/** When tests of the queue happen. */
export const now = new Date("2026-11-23T10:00:00Z");

/** An instant so many seconds after `now`. */
export function after(seconds: number): Date {
  return new Date(now.getTime() + seconds * 1000);
}

/** A row of lane 3 for example.org that is due at once, unless told. */
export function row(id: number | bigint, change: Partial<Delivery> = {}): Delivery {
  return {
    lane: 3,
    id: BigInt(id),
    accountId: 1n,
    contentId: 1n,
    partId: null,
    route: "example.org",
    band: 0,
    dueAt: now,
    expiresAt: after(5 * 86_400),
    attempts: 0,
    isBulk: false,
    isRepeat: false,
    isReport: false,
    ...change,
  };
}

export async function put(database: Database, rows: Delivery[]): Promise<void> {
  await database.write({ role: "accept" }, (tx) => enqueue(tx, rows));
}

export function deliver<T>(database: Database, work: (tx: Transaction) => Promise<T>): Promise<T> {
  return database.write({ role: "delivery" }, work);
}

/** Makes a node the owner of every free lane, and answers its hold of lane 3. */
export async function own(database: Database, nodeId: number, at = now): Promise<OwnedLane> {
  const lanes = await deliver(database, (tx) => takeLanes(tx, nodeId, at, 64));
  const lane = lanes.find((each) => each.lane === 3);
  if (lane === undefined) throw new Error("Lane 3 is not free.");
  return lane;
}

/** Claims rows of one route. */
export function claim(tx: Transaction, request: ClaimRequest & RouteWish): Promise<Delivery[]> {
  return claimRoutes(tx, request, [request]);
}

/** Claims due rows of example.org in lane 3. */
export function claimAs(
  tx: Transaction,
  nodeId: number,
  lane: OwnedLane,
  change: Partial<Parameters<typeof claim>[1]> = {},
): Promise<Delivery[]> {
  return claim(tx, { ...lane, nodeId, route: "example.org", band: 0, now, limit: 100, ...change });
}

export function claimOf(delivery: Delivery, nodeId: number, { epoch }: OwnedLane): Claim {
  return { lane: delivery.lane, id: delivery.id, nodeId, epoch };
}

/** What the queue holds, as the database has it, by id. */
export async function rowsOf(database: Database, query: Query): Promise<Record<string, unknown>[]> {
  return database.read({ role: "operator" }, (reader: Sql) => reader.rows<Record<string, unknown>>(query));
}
