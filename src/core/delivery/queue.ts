import { type Sql, sql, type Transaction } from "../../base/database.ts";
import type { Band } from "./lanes.ts";

/** One row of the queue. */
export interface Delivery {
  lane: number;
  /** The message's id. */
  id: bigint;
  accountId: bigint;
  contentId: bigint;
  partId: bigint | null;
  route: string;
  band: Band;
  dueAt: Date;
  expiresAt: Date;
  attempts: number;
  isBulk: boolean;
  /** An earlier attempt's outcome is unknown; this one may be the second the recipient sees. */
  isRepeat: boolean;
  /** A delivery report of our own, and no message of the account. */
  isReport: boolean;
}

/** Puts messages into their lanes, in the transaction that accepts them. */
export async function enqueue(tx: Transaction, deliveries: Delivery[]): Promise<void> {
  if (deliveries.length === 0) return;
  await tx.run(sql.named("enqueue")`
    insert into delivery (lane, id, account_id, content_id, part_id, route, band, due_at, expires_at, is_bulk,
      is_report)
    select * from unnest(
      ${deliveries.map((d) => d.lane)}::int[], ${deliveries.map((d) => d.id)}::bigint[],
      ${deliveries.map((d) => d.accountId)}::bigint[], ${deliveries.map((d) => d.contentId)}::bigint[],
      ${deliveries.map((d) => d.partId)}::bigint[], ${deliveries.map((d) => d.route)}::text[],
      ${deliveries.map((d) => d.band)}::smallint[], ${deliveries.map((d) => d.dueAt)}::timestamptz[],
      ${deliveries.map((d) => d.expiresAt)}::timestamptz[], ${deliveries.map((d) => d.isBulk)}::boolean[],
      ${deliveries.map((d) => d.isReport)}::boolean[])`);
}

/** Puts messages into their lanes claimed already, for delivery in the same process; answers the ids of those that wait
 *  unclaimed instead. Like a claim it asks the lane's row in its own statement: an owner that was replaced gets nothing. */
export async function enqueueClaimed(
  tx: Transaction,
  deliveries: Delivery[],
  claimOf: ReadonlyMap<bigint, Claim>,
): Promise<bigint[]> {
  if (deliveries.length === 0) return [];
  const rows = await tx.rows<{ id: bigint }>(sql.named("enqueue_claimed")`
    with added as (
      insert into delivery as d (lane, id, account_id, content_id, part_id, route, band, due_at, expires_at, is_bulk,
        claimed_by, claim_epoch)
      select f.lane, f.id, f.account_id, f.content_id, f.part_id, f.route, f.band, f.due_at, f.expires_at, f.is_bulk,
        l.node_id, l.epoch
      from unnest(
        ${deliveries.map((d) => d.lane)}::int[], ${deliveries.map((d) => d.id)}::bigint[],
        ${deliveries.map((d) => d.accountId)}::bigint[], ${deliveries.map((d) => d.contentId)}::bigint[],
        ${deliveries.map((d) => d.partId)}::bigint[], ${deliveries.map((d) => d.route)}::text[],
        ${deliveries.map((d) => d.band)}::smallint[], ${deliveries.map((d) => d.dueAt)}::timestamptz[],
        ${deliveries.map((d) => d.expiresAt)}::timestamptz[], ${deliveries.map((d) => d.isBulk)}::boolean[],
        ${deliveries.map((d) => claimOf.get(d.id)?.nodeId ?? null)}::int[],
        ${deliveries.map((d) => claimOf.get(d.id)?.epoch ?? null)}::bigint[])
        as f (lane, id, account_id, content_id, part_id, route, band, due_at, expires_at, is_bulk, node_id, epoch)
      left join lane l on l.lane = f.lane and l.node_id = f.node_id and l.epoch = f.epoch
      returning d.id, d.claimed_by)
    select a.id from added a where a.claimed_by is null`);
  return rows.map((row) => row.id);
}

/** A lane this node owns, under the epoch in which it took it. */
export interface OwnedLane {
  lane: number;
  epoch: bigint;
}

/** Names the routes of lanes that have something due.
 *  A loose index scan: each step is one descent of delivery_due, so the cost grows with the number of routes, not of
 *  rows. "Limit 1" keeps PostgreSQL from turning the questions into a join, for which it reads the whole queue: 3,855
 *  pages instead of 10 with 200,000 rows. Routes beyond the limit come with the next look;
 *  `without` names those nothing can be done for now, so that they do not hide the others. */
export async function dueRoutes(
  reader: Sql,
  lanes: number[],
  now: Date,
  { limit, without }: { limit: number; without: string[] },
): Promise<{ lane: number; route: string }[]> {
  return reader.rows(sql.named("due_routes")`
    with recursive walk as (
      select l.lane, (select d.route from delivery d
        where d.lane = l.lane and d.claimed_by is null order by d.route limit 1) as route
      from unnest(${lanes}::int[]) as l (lane)
      union all
      select w.lane, (select d.route from delivery d
        where d.lane = w.lane and d.claimed_by is null and d.route > w.route order by d.route limit 1)
      from walk w where w.route is not null)
    select w.lane, w.route from walk w
    where w.route is not null and w.route <> all(${without}::text[]) and coalesce(
      (select true from delivery d where d.lane = w.lane and d.route = w.route and d.claimed_by is null
        and d.band = 0 and d.due_at <= ${now} limit 1),
      (select true from delivery d where d.lane = w.lane and d.route = w.route and d.claimed_by is null
        and d.band = 1 and d.due_at <= ${now} limit 1))
    limit ${limit}`);
}

/** What a claim asks for, of one lane. */
export interface ClaimRequest extends OwnedLane {
  nodeId: number;
  band: Band;
  now: Date;
}

/** How many rows of a route a claim may take. */
export interface RouteWish {
  route: string;
  limit: number;
}

/** Takes rows of several routes of one lane, for this node: a thousand small domains cost 64 statements, one a lane. The
 *  equality on lane, route and band lets delivery_due give each route's rows in order without a sort: a claim of 500
 *  costs the same with ten rows queued as with ten million. The lane's row is asked in the same statement, so that an
 *  owner that was replaced claims nothing. */
export async function claimRoutes(
  tx: Transaction,
  request: ClaimRequest,
  wishes: RouteWish[],
): Promise<Delivery[]> {
  const { lane, epoch, nodeId, band, now } = request;
  return tx.rows<Delivery>(sql.named("claim")`
    update delivery d set claimed_by = ${nodeId}, claim_epoch = ${epoch}
    where d.lane = ${lane} and d.id = any(array(
      select c.id
      from unnest(${wishes.map((wish) => wish.route)}::text[], ${wishes.map((wish) => wish.limit)}::bigint[])
        as w (route, most)
      cross join lateral (
        select q.id from delivery q
        where q.lane = ${lane} and q.route = w.route and q.band = ${band} and q.claimed_by is null
          and q.due_at <= ${now}
          and exists (select from lane l where l.lane = ${lane} and l.node_id = ${nodeId} and l.epoch = ${epoch})
        order by q.due_at, q.id limit w.most for update skip locked) c))
    returning d.lane, d.id, d.account_id as "accountId", d.content_id as "contentId", d.part_id as "partId",
      d.route, d.band, d.due_at as "dueAt", d.expires_at as "expiresAt", d.attempts, d.is_bulk as "isBulk",
      d.is_repeat as "isRepeat", d.is_report as "isReport"`);
}

/** A claimed row, and the claim under which it may be finished. */
export interface Claim {
  lane: number;
  id: bigint;
  nodeId: number;
  epoch: bigint;
}

interface ClaimArrays {
  lanes: number[];
  ids: bigint[];
  nodes: number[];
  epochs: bigint[];
}

function arraysOf(claims: Claim[]): ClaimArrays {
  return {
    lanes: claims.map((c) => c.lane),
    ids: claims.map((c) => c.id),
    nodes: claims.map((c) => c.nodeId),
    epochs: claims.map((c) => c.epoch),
  };
}

/** Takes finished rows out of the queue; answers the ids that were still under their claim. A claim that a successor
 *  has taken over is not among them: its outcome must not be written (fencing). */
export async function finish(tx: Transaction, claims: Claim[]): Promise<Set<bigint>> {
  if (claims.length === 0) return new Set();
  const a = arraysOf(claims);
  const rows = await tx.rows<{ id: bigint }>(sql.named("finish")`
    delete from delivery d
    using unnest(${a.lanes}::int[], ${a.ids}::bigint[], ${a.nodes}::int[], ${a.epochs}::bigint[])
      as f (lane, id, node_id, epoch)
    where d.lane = f.lane and d.id = f.id and d.claimed_by = f.node_id and d.claim_epoch = f.epoch
    returning d.id`);
  return new Set(rows.map((row) => row.id));
}

/** A claimed row that goes back into the queue. */
export interface Postponement extends Claim {
  dueAt: Date;
  /** Does this count as an attempt? A row that was only claimed keeps its count. */
  isAttempt: boolean;
  isRepeat: boolean;
}

/** Puts claimed rows back, due later; answers those that were still under their claim. */
export async function postpone(tx: Transaction, rows: Postponement[]): Promise<Set<bigint>> {
  if (rows.length === 0) return new Set();
  const a = arraysOf(rows);
  const changed = await tx.rows<{ id: bigint }>(sql.named("postpone")`
    update delivery d set claimed_by = null, claim_epoch = null, due_at = f.due_at,
      attempts = d.attempts + f.attempt, is_repeat = d.is_repeat or f.is_repeat, hold = null
    from unnest(${a.lanes}::int[], ${a.ids}::bigint[], ${a.nodes}::int[], ${a.epochs}::bigint[],
      ${rows.map((r) => r.dueAt)}::timestamptz[], ${rows.map((r) => (r.isAttempt ? 1 : 0))}::smallint[],
      ${rows.map((r) => r.isRepeat)}::boolean[]) as f (lane, id, node_id, epoch, due_at, attempt, is_repeat)
    where d.lane = f.lane and d.id = f.id and d.claimed_by = f.node_id and d.claim_epoch = f.epoch
    returning d.id`);
  return new Set(changed.map((row) => row.id));
}

/** Why messages wait that were not attempted, in words for whoever looks at the queue. */
export const holdExplanations = {
  warm_up:
    "The addresses mail is sent from are new to this provider and have sent it all they may today. " +
    "It goes on at midnight (UTC).",
};

/** Puts off what is due of a route and claimed by nobody; answers how many rows. They come back in the order in which
 *  they were accepted. */
export async function holdRoute(
  tx: Transaction,
  place: OwnedLane & { nodeId: number; route: string },
  { now, until, limit }: { now: Date; until: Date; limit: number },
): Promise<number> {
  const { lane, epoch, nodeId, route } = place;
  return tx.run(sql`
    update delivery d set due_at = ${until}, hold = 'warm_up'
    where d.lane = ${lane} and d.id in (
      select c.id from delivery c
      where c.lane = ${lane} and c.route = ${route} and c.band in (0, 1) and c.claimed_by is null
        and c.due_at <= ${now}
        and exists (select from lane l where l.lane = ${lane} and l.node_id = ${nodeId} and l.epoch = ${epoch})
      limit ${limit} for update skip locked)`);
}

/** Lets go of rows that were claimed and not attempted: they are due as before. */
export async function release(tx: Transaction, claims: Claim[]): Promise<void> {
  if (claims.length === 0) return;
  const a = arraysOf(claims);
  await tx.run(sql`
    update delivery d set claimed_by = null, claim_epoch = null
    from unnest(${a.lanes}::int[], ${a.ids}::bigint[], ${a.nodes}::int[], ${a.epochs}::bigint[])
      as f (lane, id, node_id, epoch)
    where d.lane = f.lane and d.id = f.id and d.claimed_by = f.node_id and d.claim_epoch = f.epoch`);
}

/** Rows a node holds, in order of lane and id, after a place: what a process that is gone has left behind. */
export async function claimsOf(
  reader: Sql,
  nodeId: number,
  after: { lane: number; id: bigint },
  limit: number,
): Promise<(Delivery & { epoch: bigint })[]> {
  return reader.rows(sql`
    select d.lane, d.id, d.account_id as "accountId", d.content_id as "contentId", d.part_id as "partId", d.route,
      d.band, d.due_at as "dueAt", d.expires_at as "expiresAt", d.attempts, d.is_bulk as "isBulk",
      d.is_repeat as "isRepeat", d.is_report as "isReport", d.claim_epoch as epoch
    from delivery d
    where d.claimed_by = ${nodeId} and (d.lane, d.id) > (${after.lane}, ${after.id})
    order by d.lane, d.id limit ${limit}`);
}

/** Of claimed rows, those that were cancelled since they were claimed. Asked just before the attempt. */
export async function cancelledAmong(reader: Sql, claims: Claim[]): Promise<Set<bigint>> {
  if (claims.length === 0) return new Set();
  const rows = await reader.rows<{ id: bigint }>(sql.named("cancelled_among")`
    select d.id from unnest(${claims.map((c) => c.lane)}::int[], ${claims.map((c) => c.id)}::bigint[]) as f (lane, id)
    join delivery d on d.lane = f.lane and d.id = f.id
    where d.is_cancelled`);
  return new Set(rows.map((row) => row.id));
}

/** A message that may be in one of several lanes: its own, or the test inbox's. */
export interface QueuePlace {
  id: bigint;
  lanes: number[];
}

/** Makes a message that waits due at once, keeping its place if that is at the front; false while a node has it in hand,
 *  or when it has left the queue. */
export async function makeDue(
  tx: Transaction,
  accountId: bigint,
  { id, lanes }: QueuePlace,
  now: Date,
): Promise<boolean> {
  const count = await tx.run(sql`
    update delivery d set due_at = least(d.due_at, ${now})
    where d.lane = any(${lanes}::int[]) and d.id = ${id} and d.account_id = ${accountId} and d.claimed_by is null`);
  return count > 0;
}

/** Takes messages out of the queue before they are attempted. Rows that are claimed at this moment are marked, and
 *  the node that holds them, or whoever claims them after it has let go, asks once more before it sends. Answers what
 *  was taken out. */
export async function withdraw(
  tx: Transaction,
  accountId: bigint,
  places: QueuePlace[],
): Promise<Set<bigint>> {
  const lanes = places.flatMap((place) => place.lanes);
  const ids = places.flatMap((place) => place.lanes.map(() => place.id));
  const gone = await tx.rows<{ id: bigint }>(sql`
    delete from delivery d using unnest(${lanes}::int[], ${ids}::bigint[]) as f (lane, id)
    where d.lane = f.lane and d.id = f.id and d.account_id = ${accountId} and d.claimed_by is null
    returning d.id`);
  await tx.run(sql`
    update delivery d set is_cancelled = true from unnest(${lanes}::int[], ${ids}::bigint[]) as f (lane, id)
    where d.lane = f.lane and d.id = f.id and d.account_id = ${accountId}`);
  return new Set(gone.map((row) => row.id));
}
