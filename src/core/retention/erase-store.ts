import { type Sql, sql, type Transaction } from "../../base/database.ts";

/** A closed account whose time for reading is over. */
export interface DueAccount {
  id: bigint;
  isSynthetic: boolean;
}

/** What still waits is delivered first: its outcome would be written after its account is gone. Nothing waits as long as
 *  a closed account can be read, so this holds up nothing but what has just been handed in. */
export async function selectDueAccounts(reader: Sql, now: Date, limit: number): Promise<DueAccount[]> {
  return reader.rows(sql`
    select a.id, a.is_synthetic as "isSynthetic" from account a
    where a.state = 'closed' and a.erase_at <= ${now}
      and not exists (select from delivery d where d.account_id = a.id)
    order by a.erase_at limit ${limit}`);
}

/** Takes an account whose time is over, for good: from here on its time is over by every clock, however late. False when
 *  it is open again, or somebody else was faster. */
export async function claimErasure(tx: Transaction, accountId: bigint, now: Date): Promise<boolean> {
  const count = await tx.run(sql`
    update account set erase_at = least(erase_at, closed_at)
    where id = ${accountId} and state = 'closed' and erase_at <= ${now}`);
  return count > 0;
}

export async function isErased(reader: Sql, accountId: bigint): Promise<boolean> {
  return (await reader.row(sql`select from account where id = ${accountId}`)) === undefined;
}

export async function selectAccountIds(reader: Sql, afterId: bigint, limit: number): Promise<bigint[]> {
  const rows = await reader.rows<{ id: bigint }>(sql`
    select a.id from account a where a.id > ${afterId} order by a.id limit ${limit}`);
  return rows.map(({ id }) => id);
}

/** Makes accounts due at once that were erased before. */
export async function markErased(tx: Transaction, accountIds: bigint[], now: Date): Promise<void> {
  await tx.run(sql`
    update account set state = 'closed', closed_at = coalesce(closed_at, ${now}), erase_at = ${now}
    where id = any(${accountIds}::bigint[])`);
}

export async function selectErasedSubjects(reader: Sql): Promise<Buffer[]> {
  const rows = await reader.rows<{ subject: Buffer }>(sql`select e.subject from erasure e`);
  return rows.map(({ subject }) => subject);
}

export async function beginErasure(tx: Transaction, subject: Buffer, now: Date): Promise<void> {
  await tx.run(sql`
    insert into erasure (subject, begun_at, removed) values (${subject}, ${now}, '{}')
    on conflict (subject) do nothing`);
}

export async function endErasure(
  tx: Transaction,
  { subject, now, removed }: { subject: Buffer; now: Date; removed: Record<string, number> },
): Promise<void> {
  await tx.run(sql`
    update erasure set ended_at = ${now}, removed = ${JSON.stringify(removed)}::jsonb where subject = ${subject}`);
}

/** Removes the key of an account that is due: from here on nothing of it can be opened. */
export async function deleteAccountKey(tx: Transaction, accountId: bigint, now: Date): Promise<void> {
  await eraseRows(tx, { table: "account_key", accountId, now }, 1);
}

export async function eraseRows(
  tx: Transaction,
  { table, accountId, now }: { table: string; accountId: bigint; now: Date },
  limit: number,
): Promise<number> {
  const row = await tx.row<{ removed: number }>(sql`
    select erase_rows(${table}, ${accountId}, ${now}, ${limit}) as removed`);
  return row?.removed ?? 0;
}
