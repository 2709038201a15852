import { type Sql, sql, type Transaction } from "../../base/database.ts";

// Times in this file are real time, not the product's: advancing a simulated clock must not end a lease.

/** How long a log stays with a follower that is not heard of. */
export const followSeconds = 20;

/** How often a follower renews: four chances before its lease runs out. */
export const followRenewSeconds = 5;

/** A follower stops working this long before its lease ends, since its own clock may be late. */
export const followMarginSeconds = 5;

/** A lease on following the log under a name, with its number: a later one has a higher number. */
export interface Following {
  name: FollowerName;
  nodeId: number;
  epoch: bigint;
}

/** What follows the log. */
export type FollowerName = "webhooks" | "statistics" | "reports";

/** Renews a lease, or takes one that nobody holds. Null while another process has it. */
export async function follow(
  tx: Transaction,
  wish: { name: FollowerName; nodeId: number; epoch: bigint | null },
  realNow: Date,
): Promise<Following | null> {
  const { name, nodeId, epoch } = wish;
  const expiresAt = new Date(realNow.getTime() + followSeconds * 1000);
  const renewed = await tx.run(sql`
    update follower set expires_at = ${expiresAt}
    where name = ${name} and node_id = ${nodeId} and epoch = ${epoch ?? -1n} and expires_at > ${realNow}`);
  if (renewed === 1 && epoch !== null) return { name, nodeId, epoch };
  const taken = await tx.row<{ epoch: bigint }>(sql`
    update follower f set node_id = ${nodeId}, epoch = f.epoch + 1, expires_at = ${expiresAt}
    where f.name = ${name} and (f.node_id is null or f.node_id = ${nodeId} or f.expires_at <= ${realNow})
    returning f.epoch`);
  return taken === undefined ? null : { name, nodeId, epoch: taken.epoch };
}

/** Is the lease still the one this process holds? Locks it for the transaction: nobody takes it over meanwhile. */
export async function stillFollows(tx: Transaction, { name, nodeId, epoch }: Following): Promise<boolean> {
  const row = await tx.row<{ name: string }>(sql`
    select f.name from follower f
    where f.name = ${name} and f.node_id = ${nodeId} and f.epoch = ${epoch} for share`);
  return row !== undefined;
}

/** How far a follower that goes through the whole log has come. */
export async function positionOf(reader: Sql, name: FollowerName): Promise<bigint> {
  const row = await reader.row<{ position: bigint }>(sql`
    select f.position from follower f where f.name = ${name}`);
  return row?.position ?? 0n;
}

/** Notes how far a follower has come, in the transaction that writes what it has made of it: so each event counts once,
 *  whatever happens. Answers false, and nothing may be written, when the lease is lost or somebody else was there. */
export async function advance(
  tx: Transaction,
  { name, nodeId, epoch }: Following,
  { from, to }: { from: bigint; to: bigint },
): Promise<boolean> {
  const moved = await tx.run(sql`
    update follower set position = ${to}
    where name = ${name} and node_id = ${nodeId} and epoch = ${epoch} and position = ${from}`);
  return moved === 1;
}

/** Holds a follower up until the transaction ends, and answers how far it has come. */
export async function holdUp(tx: Transaction, name: FollowerName): Promise<bigint> {
  const row = await tx.row<{ position: bigint }>(sql`
    select f.position from follower f where f.name = ${name} for update`);
  return row?.position ?? 0n;
}

/** Gives the lease back, so that another process can go on at once. */
export async function unfollow(tx: Transaction, { name, nodeId, epoch }: Following): Promise<void> {
  await tx.run(sql`
    update follower set node_id = null, expires_at = null
    where name = ${name} and node_id = ${nodeId} and epoch = ${epoch}`);
}
