import { type Sql, sql, type Transaction } from "../../base/database.ts";
import type { EventKind, MessageEvent } from "./event.ts";

/** Writes events of many accounts in one statement. */
export async function recordEvents(tx: Transaction, events: MessageEvent[]): Promise<void> {
  if (events.length === 0) return;
  await tx.run(sql.named("record_events")`
    insert into event (account_id, id, message_id, kind, reason, reply_code, enhanced, sealed)
    select * from unnest(
      ${events.map((e) => e.accountId)}::bigint[], ${events.map((e) => e.id)}::bigint[],
      ${events.map((e) => e.messageId)}::bigint[], ${events.map((e) => e.kind)}::text[],
      ${events.map((e) => e.reason)}::smallint[], ${events.map((e) => e.replyCode)}::smallint[],
      ${events.map((e) => e.enhanced)}::text[], ${events.map((e) => e.sealed)}::bytea[])`);
}

interface EventRow {
  id: bigint;
  kind: EventKind;
  reason: number | null;
  replyCode: number | null;
  enhanced: string | null;
  sealed: Buffer | null;
}

/** What happened to a message, oldest first. At most 1,000 entries: more attempts than any schedule makes. */
export async function historyOf(reader: Sql, accountId: bigint, messageId: bigint): Promise<MessageEvent[]> {
  const rows = await reader.rows<EventRow>(sql`
    select e.id, e.kind, e.reason, e.reply_code as "replyCode", e.enhanced, e.sealed
    from event e
    where e.account_id = ${accountId} and e.message_id = ${messageId} and e.id >= ${messageId}
    order by e.id limit 1000`);
  return rows.map((row) => ({ accountId, messageId, ...row }));
}
