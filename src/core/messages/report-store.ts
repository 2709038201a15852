import { type Sql, sql, type Transaction } from "../../base/database.ts";

/** A delivery report on its way. */
export interface ReportRow {
  accountId: bigint;
  id: bigint;
  messageId: bigint;
  action: string;
  sealed: Buffer;
}

/** Stores reports; answers the ids of those that are new. One of each kind a message is on its way at a time. */
export async function insertReports(tx: Transaction, rows: ReportRow[]): Promise<Set<bigint>> {
  if (rows.length === 0) return new Set();
  const added = await tx.rows<{ id: bigint }>(sql.named("insert_reports")`
    insert into report as r (account_id, id, message_id, action, sealed)
    select * from unnest(${rows.map((r) => r.accountId)}::bigint[], ${rows.map((r) => r.id)}::bigint[],
      ${rows.map((r) => r.messageId)}::bigint[], ${rows.map((r) => r.action)}::text[],
      ${rows.map((r) => r.sealed)}::bytea[])
    on conflict do nothing returning r.id`);
  return new Set(added.map(({ id }) => id));
}

export async function selectReports(
  reader: Sql,
  keys: readonly { accountId: bigint; id: bigint }[],
): Promise<ReportRow[]> {
  if (keys.length === 0) return [];
  return reader.rows(sql.named("select_reports")`
    select r.account_id as "accountId", r.id, r.message_id as "messageId", r.action, r.sealed
    from unnest(${keys.map((k) => k.accountId)}::bigint[], ${keys.map((k) => k.id)}::bigint[]) as f (account_id, id)
    join report r on r.account_id = f.account_id and r.id = f.id`);
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
