import { type Sql, sql, type Transaction } from "../../base/database.ts";

/** What the sender of a message wants to be told of one recipient. */
export interface ReportWishRow {
  accountId: bigint;
  messageId: bigint;
  onSuccess: boolean;
  onFailure: boolean;
  onDelay: boolean;
  /** When it is to be looked at although nothing has happened. */
  dueAt: Date | null;
  sealed: Buffer;
}

export async function insertWishes(tx: Transaction, rows: ReportWishRow[]): Promise<void> {
  if (rows.length === 0) return;
  await tx.run(sql.named("insert_wishes")`
    insert into report_wish (account_id, message_id, on_success, on_failure, on_delay, due_at, sealed)
    select * from unnest(${rows.map((r) => r.accountId)}::bigint[], ${rows.map((r) => r.messageId)}::bigint[],
      ${rows.map((r) => r.onSuccess)}::boolean[], ${rows.map((r) => r.onFailure)}::boolean[],
      ${rows.map((r) => r.onDelay)}::boolean[], ${rows.map((r) => r.dueAt)}::timestamptz[],
      ${rows.map((r) => r.sealed)}::bytea[])`);
}

/** A wish as it is stored. */
export interface OpenWish extends ReportWishRow {
  /** What the next server has said later. */
  sealedReturned: Buffer | null;
}

const columns = sql`w.account_id as "accountId", w.message_id as "messageId", w.on_success as "onSuccess",
  w.on_failure as "onFailure", w.on_delay as "onDelay", w.due_at as "dueAt", w.sealed,
  w.sealed_returned as "sealedReturned"`;

/** The wishes for reports of these messages, by primary key. Most messages have none. */
export async function selectWishes(
  reader: Sql,
  keys: readonly { accountId: bigint; messageId: bigint }[],
): Promise<OpenWish[]> {
  if (keys.length === 0) return [];
  return reader.rows(sql.named("select_wishes")`
    select ${columns}
    from unnest(${keys.map((k) => k.accountId)}::bigint[], ${keys.map((k) => k.messageId)}::bigint[])
      as f (account_id, message_id)
    join report_wish w on w.account_id = f.account_id and w.message_id = f.message_id`);
}

/** Wishes that are to be looked at although nothing has happened, the longest due first. */
export async function selectDueWishes(reader: Sql, now: Date, limit: number): Promise<OpenWish[]> {
  return reader.rows(sql`
    select ${columns} from report_wish w
    where w.due_at <= ${now} order by w.due_at limit ${limit}`);
}

/** Notes what the next server has said later, where somebody wants to know it. */
export async function noteReturned(
  tx: Transaction,
  { accountId, messageId }: { accountId: bigint; messageId: bigint },
  { sealed, isDelay, now }: { sealed: Buffer; isDelay: boolean; now: Date },
): Promise<boolean> {
  const wanted = isDelay ? sql`w.on_delay` : sql`w.on_success`;
  const count = await tx.run(sql`
    update report_wish w set sealed_returned = ${sealed}, due_at = ${now}
    where w.account_id = ${accountId} and w.message_id = ${messageId} and ${wanted}`);
  return count > 0;
}

/** Forgets wishes of which nothing more is to be told. */
export async function endWishes(
  tx: Transaction,
  keys: readonly Pick<OpenWish, "accountId" | "messageId">[],
): Promise<void> {
  if (keys.length === 0) return;
  await tx.run(sql`
    delete from report_wish w
    using unnest(${keys.map((k) => k.accountId)}::bigint[], ${keys.map((k) => k.messageId)}::bigint[])
      as f (account_id, message_id)
    where w.account_id = f.account_id and w.message_id = f.message_id`);
}

/** Says what of wishes is fulfilled, and looks at them no more until something happens. What the next server has said since
 *  they were read, or was not looked at (`sealedReturned` null), is left for the next look. */
export async function quietWishes(
  tx: Transaction,
  wishes: readonly Pick<OpenWish, "accountId" | "messageId" | "onSuccess" | "onDelay" | "sealedReturned">[],
): Promise<void> {
  if (wishes.length === 0) return;
  await tx.run(sql`
    update report_wish w set on_success = f.on_success, on_delay = f.on_delay,
      due_at = case when w.sealed_returned is not distinct from f.returned then null else w.due_at end,
      sealed_returned = case when w.sealed_returned is distinct from f.returned then w.sealed_returned end
    from unnest(${wishes.map((w) => w.accountId)}::bigint[], ${wishes.map((w) => w.messageId)}::bigint[],
      ${wishes.map((w) => w.onSuccess)}::boolean[], ${wishes.map((w) => w.onDelay)}::boolean[],
      ${wishes.map((w) => w.sealedReturned)}::bytea[]) as f (account_id, message_id, on_success, on_delay, returned)
    where w.account_id = f.account_id and w.message_id = f.message_id`);
}
