import { type Sql, sql, type Transaction } from "../../base/database.ts";

/** How fine the time is that statistics know: five minutes. */
export const intakeSliceMs = 5 * 60_000;

/** Messages of an account, campaign and sender that were accepted within a slice of time. */
export interface IntakeRow {
  accountId: bigint;
  id: bigint;
  campaignId: bigint | null;
  senderId: bigint | null;
  slice: Date;
  messages: number;
}

/** Notes what was accepted for the statistics, in the transaction that accepts it. */
export async function insertIntake(tx: Transaction, rows: IntakeRow[]): Promise<void> {
  if (rows.length === 0) return;
  await tx.run(sql.named("insert_intake")`
    insert into intake (account_id, id, campaign_id, sender_id, slice, messages)
    select * from unnest(${rows.map((r) => r.accountId)}::bigint[], ${rows.map((r) => r.id)}::bigint[],
      ${rows.map((r) => r.campaignId)}::bigint[], ${rows.map((r) => r.senderId)}::bigint[],
      ${rows.map((r) => r.slice)}::timestamptz[], ${rows.map((r) => r.messages)}::int[])`);
}

/** Takes notes away, to be added to the statistics in the same transaction: each counts once. */
export async function takeIntake(tx: Transaction, limit: number): Promise<IntakeRow[]> {
  return tx.rows(sql`
    delete from intake where (account_id, id) in (
      select i.account_id, i.id from intake i limit ${limit} for update skip locked)
    returning account_id as "accountId", id, campaign_id as "campaignId", sender_id as "senderId", slice, messages`);
}

/** What was accepted between two ids, counted from the messages themselves. */
export async function countAccepted(
  reader: Sql,
  { fromId, untilId }: { fromId: bigint; untilId: bigint },
): Promise<Omit<IntakeRow, "id">[]> {
  return reader.rows(sql`
    select m.account_id as "accountId", m.campaign_id as "campaignId", m.sender_id as "senderId",
      to_timestamp((m.id >> 21) / ${intakeSliceMs}::bigint * ${intakeSliceMs / 1000}::bigint) as slice,
      count(*)::int as messages
    from message m where m.id >= ${fromId} and m.id < ${untilId} group by 1, 2, 3, 4`);
}

/** What statistics need to know of a message. */
export interface CountedMessageRow {
  accountId: bigint;
  id: bigint;
  campaignId: bigint | null;
  senderId: bigint | null;
  domain: string;
  attempts: number;
}

/** Messages by their keys, as far as they are kept. */
export async function selectCountedMessages(
  reader: Sql,
  keys: readonly { accountId: bigint; id: bigint }[],
): Promise<CountedMessageRow[]> {
  if (keys.length === 0) return [];
  const ids = keys.map(({ id }) => id);
  const [first, last] = ids.reduce(
    ([low, high], id) => [id < low ? id : low, id > high ? id : high],
    [ids[0] ?? 0n, ids[0] ?? 0n],
  );
  return reader.rows(sql`
    select m.account_id as "accountId", m.id, m.campaign_id as "campaignId", m.sender_id as "senderId", m.domain,
      m.attempts
    from unnest(${keys.map((k) => k.accountId)}::bigint[], ${ids}::bigint[]) as f (account_id, id)
    join message m on m.account_id = f.account_id and m.id = f.id
    where m.id >= ${first} and m.id <= ${last}`);
}
