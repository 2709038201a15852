import { type Sql, sql, type Transaction } from "../../base/database.ts";
import {
  ownWishes,
  type Suppression,
  type SuppressionCause,
  strongestOfEach,
  type Target,
} from "./suppression.ts";

/** Adds suppressions. An address that is suppressed already keeps its first cause, unless the new one is the reader's own
 *  wish and the old one is not. Answers those that are new or have another cause now. */
export async function addSuppressions(tx: Transaction, added: Suppression[]): Promise<AddedSuppression[]> {
  if (added.length === 0) return [];
  const rows = strongestOfEach(added);
  return tx.rows<AddedSuppression>(sql.named("add_suppressions")`
    insert into suppression as s (account_id, lookup, id, cause, source, source_id, sealed, created_at)
    select f.account_id, f.lookup, f.id, f.cause, f.source, f.source_id, f.sealed, f.created_at from unnest(
      ${rows.map((r) => r.accountId)}::bigint[], ${rows.map((r) => r.lookup)}::bytea[],
      ${rows.map((r) => r.id)}::bigint[], ${rows.map((r) => r.cause)}::text[],
      ${rows.map((r) => r.source)}::text[], ${rows.map((r) => r.sourceId)}::bigint[],
      ${rows.map((r) => r.sealed)}::bytea[], ${rows.map((r) => r.createdAt)}::timestamptz[])
      as f (account_id, lookup, id, cause, source, source_id, sealed, created_at)
    on conflict (account_id, lookup) do update set cause = excluded.cause, source = excluded.source,
      source_id = excluded.source_id, created_at = excluded.created_at
      where excluded.cause = any(${ownWishes()}::text[]) and s.cause <> all(${ownWishes()}::text[])
    returning s.account_id as "accountId", s.lookup, s.id`);
}

/** What was added: the id is that of the row, which is older where only its cause has changed. */
export interface AddedSuppression extends Target {
  id: bigint;
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
    select s.account_id as "accountId", s.lookup, s.id, s.cause, s.source, s.source_id as "sourceId",
      s.sealed, s.created_at as "createdAt"
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

/** Takes back an unsubscription that was a mistake. Answers whether there was one: another cause, or a later
 *  unsubscription, stays. */
export async function removeUnsubscription(
  tx: Transaction,
  { accountId, lookup }: Target,
  id: bigint,
): Promise<boolean> {
  const count = await tx.run(sql`
    delete from suppression
    where account_id = ${accountId} and lookup = ${lookup} and id = ${id} and cause = 'unsubscribe'`);
  return count > 0;
}
