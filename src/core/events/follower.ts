import { sql, type Transaction } from "../../base/database.ts";

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
export type FollowerName = "webhooks";

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

/** Gives the lease back, so that another process can go on at once. */
export async function unfollow(tx: Transaction, { name, nodeId, epoch }: Following): Promise<void> {
  await tx.run(sql`
    update follower set node_id = null, expires_at = null
    where name = ${name} and node_id = ${nodeId} and epoch = ${epoch}`);
}
