import { type Query, type Sql, sql } from "../../base/database.ts";
import {
  type CountedAs,
  type DeliveryKind,
  deliveryKinds,
  type EventKind,
  type MessageEvent,
  type RecordedEvent,
} from "./event.ts";
import { type EventRow, eventColumns, eventOf } from "./store.ts";

/** Where the log ends at this moment, and which transactions are writing to it. */
export interface LogEnd {
  /** The last position that was drawn. */
  last: bigint;
  writers: string[];
}

/** Reads the end first and the writers after it: whoever drew a position before the first look holds the lock at the
 *  second, or has ended. */
export async function selectLogEnd(reader: Sql): Promise<LogEnd> {
  const last = await lastPosition(reader);
  const rows = await reader.rows<{ writer: string }>(sql`
    select distinct l.virtualtransaction as writer from pg_locks l
    where l.locktype = 'relation' and l.relation = 'event'::regclass and l.mode = 'RowExclusiveLock'
      and l.database = (select d.oid from pg_database d where d.datname = current_database())`);
  return { last, writers: rows.map(({ writer }) => writer) };
}

/** The last position that was drawn: events that are written from now on come behind it. */
export async function lastPosition(reader: Sql): Promise<bigint> {
  const row = await reader.row<{ last: bigint }>(sql`
    select case when s.is_called then s.last_value else 0 end as last from event_log_position_seq s`);
  return row?.last ?? 0n;
}

/** Which part of an account's log is wanted. */
export interface LogRange {
  /** Behind this position. */
  after: bigint;
  /** Up to this one, which belongs to it. */
  until: bigint;
  /** Null for all. */
  kinds: EventKind[] | null;
  /** Null for all. */
  messageId: bigint | null;
  /** Bounds of the events' ids, which carry their time; the second does not belong to it. */
  ids: { from: bigint; until: bigint } | null;
  limit: number;
}

/** Events of an account in the order of the log. The index on it gives them without a sort, one look a partition; those
 *  of one message come from the index by message. */
export async function selectLog(reader: Sql, accountId: bigint, range: LogRange): Promise<RecordedEvent[]> {
  const { after, until, kinds, messageId, ids, limit } = range;
  const conditions = [
    sql`e.account_id = ${accountId} and e.log_position > ${after} and e.log_position <= ${until}`,
    ...(kinds === null ? [] : [sql`e.kind = any(${kinds}::text[])`]),
    ...(messageId === null ? [] : [sql`e.message_id = ${messageId} and e.id >= ${messageId}`]),
    ...(ids === null ? [] : [sql`e.id >= ${ids.from} and e.id < ${ids.until}`]),
  ];
  const rows = await reader.rows<LogRow>(sql`
    select ${columns} from event e where ${sql.join(conditions, " and ")}
    order by e.log_position limit ${limit}`);
  return rows.map((row) => recordedOf(accountId, row));
}

/** Single events of an account by their positions. */
export async function selectLogAt(
  reader: Sql,
  accountId: bigint,
  positions: bigint[],
): Promise<RecordedEvent[]> {
  if (positions.length === 0) return [];
  const rows = await reader.rows<LogRow>(sql`
    select ${columns} from event e
    where e.account_id = ${accountId} and e.log_position = any(${positions}::bigint[])
    order by e.log_position`);
  return rows.map((row) => recordedOf(accountId, row));
}

type LogRow = EventRow & { logPosition: bigint; messageId: bigint | null };

const columns = sql`e.log_position as "logPosition", e.message_id as "messageId", ${eventColumns}`;

function recordedOf(accountId: bigint, { logPosition, messageId, ...row }: LogRow): RecordedEvent {
  return { ...eventOf({ accountId, messageId }, row), logPosition };
}

/** Whose events lie in a part of the log: from the index on positions alone. */
export async function selectAccountsWithNews(reader: Sql, after: bigint, until: bigint): Promise<bigint[]> {
  const rows = await reader.rows<{ accountId: bigint }>(sql`
    select distinct e.account_id as "accountId" from event e
    where e.log_position > ${after} and e.log_position <= ${until}`);
  return rows.map(({ accountId }) => accountId);
}

/** A position that a reader who wants what happened from an instant on may begin behind. Positions are drawn when events
 *  are written, and so nearly in the order of their ids; what was written late (after a crash, from a journal) lies
 *  behind others. So it goes back by more events than a node's journal holds, and takes the first of their positions. */
export async function selectStartOf(reader: Sql, accountId: bigint, fromId: bigint): Promise<bigint> {
  const row = await reader.row<{ first: bigint | null }>(sql`
    select min(b.log_position) as first
    from (select e.log_position from event e where e.account_id = ${accountId} and e.id < ${fromId}
      order by e.id desc limit ${writtenLateMax}) b`);
  return row?.first ?? 0n;
}

const writtenLateMax = 10_000;

/** The position of the event that comes so many events after another one; null when there are fewer. From the index
 *  alone. */
export async function selectPositionAhead(
  reader: Sql,
  accountId: bigint,
  range: { after: bigint; until: bigint; count: number },
): Promise<bigint | null> {
  const row = await reader.row<{ position: bigint }>(sql`
    select e.log_position as position from event e
    where e.account_id = ${accountId} and e.log_position > ${range.after} and e.log_position <= ${range.until}
    order by e.log_position offset ${range.count - 1} limit 1`);
  return row?.position ?? null;
}

/** Everybody's events in the order of the log: from the index on positions.
 *  @param range `fromId` leaves out those with smaller ids */
export async function selectWholeLog(
  reader: Sql,
  { after, until, limit, fromId = 0n }: { after: bigint; until: bigint; limit: number; fromId?: bigint },
): Promise<RecordedEvent[]> {
  const rows = await reader.rows<LogRow & { accountId: bigint }>(sql`
    select e.account_id as "accountId", ${columns} from event e
    where e.log_position > ${after} and e.log_position <= ${until} and e.id >= ${fromId}
    order by e.log_position limit ${limit}`);
  return rows.map(({ accountId, ...row }) => recordedOf(accountId, row));
}

/** An event, as far as it says what delivery made of a message. */
export interface Outcome {
  id: bigint;
  kind: DeliveryKind;
  reason: number | null;
  /** Of `sent`: how openings and clicks are counted. */
  tracked?: NonNullable<MessageEvent["tracked"]>;
}

/** What delivery had made of messages before a position of the log, by the given events' positions: one look at the
 *  index by message for each. */
export async function selectOutcomesBefore(
  reader: Sql,
  events: readonly { accountId: bigint; messageId: bigint; logPosition: bigint }[],
): Promise<Map<bigint, Outcome>> {
  if (events.length === 0) return new Map();
  const rows = await reader.rows<OutcomeRow>(sql`
    select f.position, p.id, p.kind, p.reason, p.opens, p.clicks
    from unnest(${events.map((e) => e.accountId)}::bigint[], ${events.map((e) => e.messageId)}::bigint[],
      ${events.map((e) => e.logPosition)}::bigint[]) as f (account_id, message_id, position)
    cross join lateral (
      select e.id, e.kind, e.reason, e.tracked_opens as opens, e.tracked_clicks as clicks from event e
      where e.account_id = f.account_id and e.message_id = f.message_id and e.id >= f.message_id
        and e.log_position < f.position and e.kind = any(${[...deliveryKinds]}::text[])
      order by e.log_position desc limit 1) p`);
  return new Map(
    rows.map(({ position, opens, clicks, ...outcome }) => [
      position,
      opens === null && clicks === null ? outcome : { ...outcome, tracked: { opens, clicks } },
    ]),
  );
}

/** Which of these openings and clicks by people are not the first of their kind for their message, by their positions in the
 *  log. Only readers who have agreed are known by their message: one look at the index by message for each. */
export async function selectRepeatedReadings(
  reader: Sql,
  events: readonly { accountId: bigint; messageId: bigint; logPosition: bigint; kind: EventKind }[],
): Promise<Set<bigint>> {
  if (events.length === 0) return new Set();
  const rows = await reader.rows<{ position: bigint }>(sql`
    select f.position
    from unnest(${events.map((e) => e.accountId)}::bigint[], ${events.map((e) => e.messageId)}::bigint[],
      ${events.map((e) => e.logPosition)}::bigint[], ${events.map((e) => e.kind)}::text[])
      as f (account_id, message_id, position, kind)
    where exists (
      select from event e
      where e.account_id = f.account_id and e.message_id = f.message_id and e.id >= f.message_id
        and e.kind = f.kind and e.verdict = 'people' and e.log_position < f.position)`);
  return new Set(rows.map(({ position }) => position));
}

interface OutcomeRow {
  position: bigint;
  id: bigint;
  kind: DeliveryKind;
  reason: number | null;
  opens: CountedAs | null;
  clicks: CountedAs | null;
}

/** Which events of known messages are wanted, in the order of their time. */
export interface EventList {
  kinds: EventKind[];
  /** Bounds of the ids, which carry the time; the second does not belong to it. */
  fromId: bigint;
  untilId: bigint;
  messageId: bigint | null;
  /** Null for all. */
  campaignId: bigint | null;
  isNewestFirst: boolean;
  offset: number;
  limit: number;
}

/** Events of messages by their time: a range of the primary key. */
export async function selectEventList(
  reader: Sql,
  accountId: bigint,
  list: EventList,
): Promise<RecordedEvent[]> {
  const rows = await reader.rows<LogRow>(sql`
    select ${columns} from event e where ${listed(accountId, list)}
    order by e.id ${list.isNewestFirst ? sql`desc` : sql`asc`} offset ${list.offset} limit ${list.limit}`);
  return rows.map((row) => recordedOf(accountId, row));
}

/** How many there are. */
export async function countEventList(reader: Sql, accountId: bigint, list: EventList): Promise<number> {
  const row = await reader.row<{ count: number }>(sql`
    select count(*)::int as count from event e where ${listed(accountId, list)}`);
  return row?.count ?? 0;
}

/** Are there more events of an account in a time than this? It looks at no more of them: from the primary key alone. */
export async function hasMoreEvents(
  reader: Sql,
  accountId: bigint,
  { fromId, untilId, count }: Pick<EventList, "fromId" | "untilId"> & { count: number },
): Promise<boolean> {
  const row = await reader.row<{ id: bigint }>(sql`
    select e.id from event e where e.account_id = ${accountId} and e.id >= ${fromId} and e.id < ${untilId}
    order by e.id offset ${count} limit 1`);
  return row !== undefined;
}

function listed(accountId: bigint, { kinds, fromId, untilId, messageId, campaignId }: EventList): Query {
  return sql.join(
    [
      sql`e.account_id = ${accountId} and e.id >= ${fromId} and e.id < ${untilId}`,
      sql`e.kind = any(${kinds}::text[])`,
      messageId === null ? sql`e.message_id is not null` : sql`e.message_id = ${messageId}`,
      ...(campaignId === null ? [] : [ofCampaign(kinds, campaignId)]),
    ],
    " and ",
  );
}

// Readings say whose they are; of everything else the message knows it.
function ofCampaign(kinds: EventKind[], campaignId: bigint): Query {
  return kinds.every((kind) => kind === "opened" || kind === "clicked")
    ? sql`e.campaign_id = ${campaignId}`
    : sql`exists (
        select from message m
        where m.account_id = e.account_id and m.id = e.message_id and m.campaign_id = ${campaignId})`;
}
