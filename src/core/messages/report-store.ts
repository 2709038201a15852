import { type Sql, sql, type Transaction } from "../../base/database.ts";

/** A delivery report on its way. */
export interface ReportRow {
  accountId: bigint;
  id: bigint;
  messageId: bigint;
  action: string;
  sealed: Buffer;
}

/** Stores reports; answers the ids of those that are new. One of each kind a message is on its way at a time: what became known
 *  later takes the place of what waits, as where it was unknown what became of a message that then comes back. */
export async function putReports(tx: Transaction, rows: readonly ReportRow[]): Promise<Set<bigint>> {
  const latest = new Map(rows.map((row) => [`${row.messageId}/${row.action}`, row]));
  const put = [...latest.values()];
  if (put.length === 0) return new Set();
  const stored = await tx.rows<{ id: bigint }>(sql.named("put_reports")`
    insert into report as r (account_id, id, message_id, action, sealed)
    select * from unnest(${put.map((r) => r.accountId)}::bigint[], ${put.map((r) => r.id)}::bigint[],
      ${put.map((r) => r.messageId)}::bigint[], ${put.map((r) => r.action)}::text[],
      ${put.map((r) => r.sealed)}::bytea[])
    on conflict (account_id, message_id, action) do update set sealed = excluded.sealed
    returning r.id`);
  // Of one that waited this is its own id, not that of the new one.
  return new Set(stored.map(({ id }) => id));
}

/** Reports by key, the first ones with what they hold: up to so many octets, and the first one in any case. Of the others it
 *  only says that they are there. */
export async function selectReportsUpTo(
  reader: Sql,
  keys: readonly { accountId: bigint; id: bigint }[],
  bytesMax: number,
): Promise<(Omit<ReportRow, "sealed"> & { sealed: Buffer | null })[]> {
  if (keys.length === 0) return [];
  return reader.rows(sql.named("select_reports_up_to")`
    select r.account_id as "accountId", r.id, r.message_id as "messageId", r.action, case when f.place = 1
      or sum(octet_length(r.sealed)) over (order by f.place) <= ${bytesMax}::bigint then r.sealed end as sealed
    from unnest(${keys.map((k) => k.accountId)}::bigint[], ${keys.map((k) => k.id)}::bigint[])
      with ordinality as f (account_id, id, place)
    join report r on r.account_id = f.account_id and r.id = f.id`);
}

/** How many reports of an account are on their way, as far as somebody wants to count. */
export async function countReports(reader: Sql, accountId: bigint, countMax: number): Promise<number> {
  const row = await reader.row<{ count: number }>(sql`
    select count(*)::int as count from (select from report r where r.account_id = ${accountId} limit ${countMax}) found`);
  return row?.count ?? 0;
}

/** Forgets reports that are delivered, or given up. */
export async function deleteReports(
  tx: Transaction,
  keys: readonly { accountId: bigint; id: bigint }[],
): Promise<void> {
  if (keys.length === 0) return;
  await tx.run(sql.named("delete_reports")`
    delete from report r
    using unnest(${keys.map((k) => k.accountId)}::bigint[], ${keys.map((k) => k.id)}::bigint[]) as f (account_id, id)
    where r.account_id = f.account_id and r.id = f.id`);
}
