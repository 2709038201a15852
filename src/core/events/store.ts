import { type Sql, sql, type Transaction } from "../../base/database.ts";
import type { CountedAs, EventKind, MessageEvent, Verdict } from "./event.ts";

/** Writes events of many accounts in one statement: every event there is goes through here. One that is there already
 *  (a journal that is read a second time) is left as it is. */
export async function recordEvents(tx: Transaction, events: MessageEvent[]): Promise<void> {
  if (events.length === 0) return;
  await tx.run(sql.named("record_events")`
    insert into event (account_id, id, message_id, kind, reason, reply_code, enhanced, sealed, campaign_id, verdict, link,
      position, tracked_opens, tracked_clicks, country)
    select * from unnest(
      ${events.map((e) => e.accountId)}::bigint[], ${events.map((e) => e.id)}::bigint[],
      ${events.map((e) => e.messageId)}::bigint[], ${events.map((e) => e.kind)}::text[],
      ${events.map((e) => e.reason)}::smallint[], ${events.map((e) => e.replyCode)}::smallint[],
      ${events.map((e) => e.enhanced)}::text[], ${events.map((e) => e.sealed)}::bytea[],
      ${events.map((e) => e.reading?.campaignId ?? null)}::bigint[],
      ${events.map((e) => e.reading?.verdict ?? null)}::text[], ${events.map((e) => e.reading?.link ?? null)}::bytea[],
      ${events.map((e) => e.reading?.position ?? null)}::smallint[],
      ${events.map((e) => e.tracked?.opens ?? null)}::text[], ${events.map((e) => e.tracked?.clicks ?? null)}::text[],
      ${events.map((e) => e.reading?.country ?? null)}::text[])
    on conflict do nothing`);
}

/** An event as it is stored, without whose it is. */
export interface EventRow {
  id: bigint;
  kind: EventKind;
  reason: number | null;
  replyCode: number | null;
  enhanced: string | null;
  sealed: Buffer | null;
  campaignId: bigint | null;
  verdict: Verdict | null;
  link: Buffer | null;
  position: number | null;
  trackedOpens: CountedAs | null;
  trackedClicks: CountedAs | null;
  country: string | null;
}

export const eventColumns = sql`e.id, e.kind, e.reason, e.reply_code as "replyCode", e.enhanced, e.sealed,
  e.campaign_id as "campaignId", e.verdict, e.link, e.position, e.tracked_opens as "trackedOpens",
  e.tracked_clicks as "trackedClicks", e.country`;

/** What happened to a message, oldest first. At most 1,000 entries: more attempts than any schedule makes, and more
 *  openings than anybody wants to read. */
export async function historyOf(reader: Sql, accountId: bigint, messageId: bigint): Promise<MessageEvent[]> {
  const rows = await reader.rows<EventRow>(sql`
    select ${eventColumns} from event e
    where e.account_id = ${accountId} and e.message_id = ${messageId} and e.id >= ${messageId}
    order by e.id limit 1000`);
  return rows.map((row) => eventOf({ accountId, messageId }, row));
}

/** Puts a stored event together. */
export function eventOf(of: Pick<MessageEvent, "accountId" | "messageId">, row: EventRow): MessageEvent {
  const {
    campaignId,
    verdict,
    link,
    position,
    trackedOpens: opens,
    trackedClicks: clicks,
    country,
    ...plain
  } = row;
  const from = country === null ? {} : { country };
  return {
    ...of,
    ...plain,
    ...(verdict === null ? {} : { reading: { campaignId, verdict, link, position, ...from } }),
    ...(opens === null && clicks === null ? {} : { tracked: { opens, clicks } }),
  };
}
