import { type Sql, sql, type Transaction } from "../../base/database.ts";
import { nodeCountMax } from "../../base/ids.ts";
import type { OwnedLane } from "./queue.ts";

// Times in this file are real time, not the product's: advancing a simulated clock must not end every lease.

/** How long a lane stays with an owner that is not heard of. Long enough for a garbage collection or a slow commit,
 *  short enough that a dead node's mail moves on within half a minute. */
export const leaseSeconds = 20;

/** How often an owner renews: four chances before a lease runs out. */
export const renewSeconds = 5;

/** An owner stops handing out work this long before its lease ends, since its own clock may be late. */
export const leaseMarginSeconds = 5;

/** A node that was not seen for this long has given its number back. */
const nodeForgottenDays = 30;

/** A process that takes part: its name (data folder and slot) and whether it owns lanes. */
export interface NodeEntry {
  name: string;
  delivers: boolean;
}

/** Gives this process its number among the nodes: the same as before for the same name.
 *  @throws Error when 512 nodes are in use. */
export async function joinAsNode(tx: Transaction, entry: NodeEntry, seenAt: Date): Promise<number> {
  const { name, delivers } = entry;
  await tx.run(sql`select pg_advisory_xact_lock(hashtext('facteur node'))`);
  const known = await tx.row<{ id: number }>(sql`
    update node set seen_at = ${seenAt}, delivers = ${delivers} where name = ${name} returning id`);
  if (known !== undefined) return known.id;
  const forgotten = new Date(seenAt.getTime() - nodeForgottenDays * 86_400_000);
  await tx.run(sql`
    delete from node n where n.seen_at < ${forgotten}
      and not exists (select from delivery d where d.claimed_by = n.id)
      and not exists (select from lane l where l.node_id = n.id)`);
  const fresh = await tx.row<{ id: number }>(sql`
    insert into node (id, name, delivers, seen_at)
    select g.id, ${name}, ${delivers}, ${seenAt} from generate_series(0, ${nodeCountMax - 1}) as g (id)
    where not exists (select from node n where n.id = g.id)
    order by g.id limit 1 returning id`);
  if (fresh === undefined) throw new Error(`All ${nodeCountMax} node numbers are in use.`);
  return fresh.id;
}

/** Says that this node lives. */
export async function touchNode(tx: Transaction, nodeId: number, now: Date): Promise<void> {
  await tx.run(sql`update node set seen_at = ${now} where id = ${nodeId}`);
}

/** Extends this node's leases and says which lanes are still its own. */
export async function renewLanes(tx: Transaction, nodeId: number, now: Date): Promise<OwnedLane[]> {
  const expiresAt = new Date(now.getTime() + leaseSeconds * 1000);
  await touchNode(tx, nodeId, now);
  return tx.rows<OwnedLane>(sql`
    update lane l set expires_at = ${expiresAt} where l.node_id = ${nodeId} and l.expires_at > ${now}
    returning l.lane, l.epoch`);
}

/** Takes lanes nobody holds, up to a count. Each gets a new epoch, so that whoever held it before is fenced off. */
export async function takeLanes(
  tx: Transaction,
  nodeId: number,
  now: Date,
  count: number,
): Promise<OwnedLane[]> {
  const expiresAt = new Date(now.getTime() + leaseSeconds * 1000);
  return tx.rows<OwnedLane>(sql`
    update lane l set node_id = ${nodeId}, epoch = l.epoch + 1, expires_at = ${expiresAt}
    where l.lane in (
      select f.lane from lane f where f.node_id is null or f.expires_at <= ${now}
      order by f.lane limit ${count} for update skip locked)
    returning l.lane, l.epoch`);
}

/** Gives lanes back: on a graceful stop, or to let another node have its share. */
export async function returnLanes(tx: Transaction, nodeId: number, lanes: OwnedLane[]): Promise<void> {
  if (lanes.length === 0) return;
  await tx.run(sql`
    update lane l set node_id = null, expires_at = null
    from unnest(${lanes.map((l) => l.lane)}::int[], ${lanes.map((l) => l.epoch)}::bigint[]) as f (lane, epoch)
    where l.lane = f.lane and l.epoch = f.epoch and l.node_id = ${nodeId}`);
}

/** Ends every lease of a node that has just started: what it held before, another process held. */
export async function dropLanes(tx: Transaction, nodeId: number): Promise<void> {
  await tx.run(sql`update lane set node_id = null, expires_at = null where node_id = ${nodeId}`);
}

/** How many living nodes deliver: what a fair share of lanes is reckoned from. */
export async function countLiveNodes(reader: Sql, now: Date): Promise<number> {
  const since = new Date(now.getTime() - leaseSeconds * 1000);
  const row = await reader.row<{ count: bigint }>(sql`
    select count(*) as count from node n where n.delivers and n.seen_at > ${since}`);
  return Number(row?.count ?? 1n);
}

/** Nodes that hold rows of the queue and have not been heard of since an instant. */
export async function silentHolders(reader: Sql, since: Date): Promise<{ id: number; name: string }[]> {
  return reader.rows(sql`
    select n.id, n.name from node n
    where n.seen_at < ${since} and exists (select from delivery d where d.claimed_by = n.id)`);
}

/** Every process that takes part or has lately: at most 512. */
export async function selectNodes(reader: Sql): Promise<(NodeEntry & { id: number; seenAt: Date })[]> {
  return reader.rows(sql`select n.id, n.name, n.delivers, n.seen_at as "seenAt" from node n order by n.id`);
}

/** The number of a node by its name; undefined when there is none. */
export async function nodeNamed(reader: Sql, name: string): Promise<number | undefined> {
  return (await reader.row<{ id: number }>(sql`select n.id from node n where n.name = ${name}`))?.id;
}
