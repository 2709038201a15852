import { type Sql, sql, type Transaction } from "../../base/database.ts";

/** Why an address may not be sent to. */
export const suppressionCauses = ["bounce", "complaint", "unsubscribe", "manual"] as const;
export type SuppressionCause = (typeof suppressionCauses)[number];

/** An address an account may not send to: found by its keyed hash, shown by opening `sealed`. */
export interface Suppression {
  accountId: bigint;
  lookup: Buffer;
  id: bigint;
  cause: SuppressionCause;
  /** The message that led to it, if one did. */
  sourceId: bigint | null;
  /** The address, sealed with the account's identity key (place: table suppression, id). */
  sealed: Buffer;
  createdAt: Date;
}

/** An address of an account, as its keyed hash. */
export interface Target {
  accountId: bigint;
  lookup: Buffer;
}

/** Adds suppressions; an address that is already suppressed keeps its first cause. */
export async function addSuppressions(tx: Transaction, added: Suppression[]): Promise<void> {
  if (added.length === 0) return;
  await tx.run(sql`
    insert into suppression (account_id, lookup, id, cause, source_id, sealed, created_at)
    select * from unnest(
      ${added.map((s) => s.accountId)}::bigint[], ${added.map((s) => s.lookup)}::bytea[],
      ${added.map((s) => s.id)}::bigint[], ${added.map((s) => s.cause)}::text[],
      ${added.map((s) => s.sourceId)}::bigint[], ${added.map((s) => s.sealed)}::bytea[],
      ${added.map((s) => s.createdAt)}::timestamptz[])
    on conflict (account_id, lookup) do nothing`);
}

/** Of many targets, those that are suppressed, with the cause: one query by primary key for all of them. */
export async function findSuppressed(
  reader: Sql,
  targets: Target[],
): Promise<{ accountId: bigint; lookup: Buffer; cause: SuppressionCause }[]> {
  if (targets.length === 0) return [];
  return reader.rows(sql.named("find_suppressed")`
    select s.account_id as "accountId", s.lookup, s.cause
    from unnest(${targets.map((t) => t.accountId)}::bigint[], ${targets.map((t) => t.lookup)}::bytea[])
      as t (account_id, lookup)
    join suppression s on s.account_id = t.account_id and s.lookup = t.lookup`);
}

/** A page of an account's suppressions, newest first, before `beforeId`. */
export async function listSuppressions(
  reader: Sql,
  accountId: bigint,
  page: { beforeId: bigint | null; limit: number; lookup: Buffer | null },
): Promise<Suppression[]> {
  return reader.rows(sql`
    select s.account_id as "accountId", s.lookup, s.id, s.cause, s.source_id as "sourceId", s.sealed,
      s.created_at as "createdAt"
    from suppression s
    where s.account_id = ${accountId}
      and (${page.beforeId}::bigint is null or s.id < ${page.beforeId})
      and (${page.lookup}::bytea is null or s.lookup = ${page.lookup})
    order by s.id desc limit ${page.limit}`);
}

/** Removes a suppression by its number, where the address must not be named. Answers whether there was one. */
export async function removeSuppressionById(
  tx: Transaction,
  accountId: bigint,
  id: bigint,
): Promise<boolean> {
  const count = await tx.run(sql`delete from suppression where account_id = ${accountId} and id = ${id}`);
  return count > 0;
}
