import { type Query, type Sql, sql, type Transaction } from "../../base/database.ts";
import { dateOf, idAt } from "../../base/ids.ts";
import { hardBounceReasons, type MessageState } from "./message.ts";

/** A message row, as it is stored, with what became of it. */
export interface StoredMessage {
  accountId: bigint;
  id: bigint;
  lookup: Buffer;
  campaignId: bigint | null;
  senderId: bigint | null;
  domain: string;
  sealed: Buffer;
  sizeBytes: number;
  attachmentCount: number;
  hasHtml: boolean;
  hasText: boolean;
  trackOpens: string;
  trackClicks: string;
  state: MessageState;
  reason: number | null;
  attempts: number;
  wasUnknown: boolean;
  changedAt: Date;
}

/** Where a message stands, with bounces told apart. */
export type Standing = MessageState | "bounced_hard" | "bounced_soft";

/** Which messages of an account. The range of ids is always there: without it PostgreSQL would open every partition. */
export interface MessageSelection {
  accountId: bigint;
  /** The first id that belongs to it. */
  fromId: bigint;
  /** The first id that does not belong to it any more. */
  untilId: bigint;
  lookup?: Buffer;
  /** Both ends belong to it. */
  lookupRange?: { from: Buffer; until: Buffer };
  customLookup?: Buffer;
  campaignId?: bigint;
  senderIds?: bigint[];
  standings?: Standing[];
  reason?: number;
  destinationId?: bigint;
}

const columns = sql`m.account_id as "accountId", m.id, m.lookup, m.campaign_id as "campaignId",
  m.sender_id as "senderId", m.domain, m.sealed, m.size_bytes as "sizeBytes",
  m.attachment_count as "attachmentCount", m.has_html as "hasHtml", m.has_text as "hasText",
  m.track_opens as "trackOpens", m.track_clicks as "trackClicks", m.state, m.reason, m.attempts,
  m.was_unknown as "wasUnknown", m.changed_at as "changedAt"`;

/** A page in order of ids, which is the order of acceptance. The primary key gives it without a sort, and newer
 *  partitions are not opened before the page needs them. */
export async function selectMessages(
  reader: Sql,
  selection: MessageSelection,
  page: { offset: number; limit: number; isNewestFirst: boolean },
): Promise<StoredMessage[]> {
  const direction = page.isNewestFirst ? sql`desc` : sql`asc`;
  return reader.rows(sql`
    select ${columns} from message m where ${conditionOf(selection)}
    order by m.id ${direction} limit ${page.limit} offset ${page.offset}`);
}

export async function countMessages(reader: Sql, selection: MessageSelection): Promise<number> {
  const row = await reader.row<{ count: bigint }>(sql`
    select count(*) as count from message m where ${conditionOf(selection)}`);
  return Number(row?.count ?? 0n);
}

export async function selectMessage(
  reader: Sql,
  key: { accountId: bigint; id: bigint },
): Promise<StoredMessage | undefined> {
  return reader.row(sql`
    select ${columns} from message m where m.account_id = ${key.accountId} and m.id = ${key.id}`);
}

/** Where what is in a message is kept; undefined when the account has no such message. */
export async function selectContentIds(
  reader: Sql,
  key: { accountId: bigint; id: bigint },
): Promise<{ contentId: bigint; partId: bigint | null } | undefined> {
  return reader.row(sql`
    select m.content_id as "contentId", m.part_id as "partId" from message m
    where m.account_id = ${key.accountId} and m.id = ${key.id}`);
}

/** When the oldest content that can be opened and the oldest message of an account are from: the first rows of their
 *  primary keys. */
export async function selectOldest(
  reader: Sql,
  accountId: bigint,
  firstContentHour: number,
): Promise<{ content: Date | null; event: Date | null }> {
  const fromId = idAt(new Date(firstContentHour * 3_600_000));
  const row = await reader.row<{ content: bigint | null; event: bigint | null }>(sql`
    select (select min(c.id) from content c where c.account_id = ${accountId} and c.id >= ${fromId}) as content,
      (select min(m.id) from message m where m.account_id = ${accountId}) as event`);
  const dateOrNull = (id: bigint | null | undefined) => (id == null ? null : dateOf(id));
  return { content: dateOrNull(row?.content), event: dateOrNull(row?.event) };
}

/** Is there a row of content, whoever can open it? */
export async function contentExists(reader: Sql, key: { accountId: bigint; id: bigint }): Promise<boolean> {
  const row = await reader.row(sql`
    select from content c where c.account_id = ${key.accountId} and c.id = ${key.id}`);
  return row !== undefined;
}

// Only the conditions that were asked for: each plan is made for what it has to find.
function conditionOf(selection: MessageSelection): Query {
  const { lookup, lookupRange, customLookup, campaignId, senderIds, standings, reason, destinationId } =
    selection;
  const conditions = [
    sql`m.account_id = ${selection.accountId}`,
    sql`m.id >= ${selection.fromId} and m.id < ${selection.untilId}`,
  ];
  if (lookup !== undefined) conditions.push(sql`m.lookup = ${lookup}`);
  if (lookupRange !== undefined) {
    conditions.push(sql`m.lookup >= ${lookupRange.from} and m.lookup <= ${lookupRange.until}`);
  }
  if (customLookup !== undefined) conditions.push(sql`m.custom_lookup = ${customLookup}`);
  if (campaignId !== undefined) conditions.push(sql`m.campaign_id = ${campaignId}`);
  if (senderIds !== undefined) conditions.push(sql`m.sender_id = any(${senderIds}::bigint[])`);
  if (standings !== undefined) conditions.push(standingCondition(standings));
  if (reason !== undefined) conditions.push(sql`m.reason = ${reason}`);
  if (destinationId !== undefined) conditions.push(sql`${destinationNumber} = ${destinationId}`);
  return sql.join(conditions, " and ");
}

function standingCondition(standings: Standing[]): Query {
  const states = standings.filter((standing) => standing !== "bounced_hard" && standing !== "bounced_soft");
  const isHard = sql`m.state = 'bounced' and coalesce(m.reason, 0) = any(${hardBounceReasons()}::smallint[])`;
  const isSoft = sql`m.state = 'bounced' and coalesce(m.reason, 0) <> all(${hardBounceReasons()}::smallint[])`;
  const conditions = [sql`m.state = any(${states}::text[])`];
  if (standings.includes("bounced_hard")) conditions.push(sql`(${isHard})`);
  if (standings.includes("bounced_soft")) conditions.push(sql`(${isSoft})`);
  return sql`(${sql.join(conditions, " or ")})`;
}

// The same number as `destinationIdOf` gives.
const destinationNumber = sql`
  ('x' || left(encode(sha256(convert_to(m.domain, 'UTF8')), 'hex'), 13))::bit(52)::bigint + 1`;

/** The number of a campaign by the keyed hash of its name. */
export async function selectCampaignId(
  reader: Sql,
  accountId: bigint,
  lookup: Buffer,
): Promise<bigint | undefined> {
  const row = await reader.row<{ id: bigint }>(sql`
    select c.id from campaign c where c.account_id = ${accountId} and c.lookup = ${lookup}`);
  return row?.id;
}

/** How many messages wait for each recipient domain, the fullest first. */
export async function selectWaitingDomains(
  reader: Sql,
  accountId: bigint,
  fromId: bigint,
): Promise<{ domain: string; waiting: number; deferred: number }[]> {
  return reader.rows(sql`
    select m.domain, (count(*) filter (where m.state = 'queued'))::int as waiting,
      (count(*) filter (where m.state = 'deferred'))::int as deferred
    from message m
    where m.account_id = ${accountId} and m.id >= ${fromId} and m.state in ('queued', 'deferred')
    group by m.domain order by count(*) desc, m.domain`);
}

/** The messages that have waited longest. */
export async function selectWaiting(
  reader: Sql,
  accountId: bigint,
  { fromId, limit }: { fromId: bigint; limit: number },
): Promise<{ id: bigint; domain: string; reason: number | null }[]> {
  return reader.rows(sql`
    select m.id, m.domain, m.reason from message m
    where m.account_id = ${accountId} and m.id >= ${fromId} and m.state in ('queued', 'deferred')
    order by m.id limit ${limit}`);
}

/** Ends a message that was taken out of the queue. Answers false when it had ended already. */
export async function updateToCancelled(
  tx: Transaction,
  key: { accountId: bigint; id: bigint },
  now: Date,
): Promise<boolean> {
  const count = await tx.run(sql`
    update message m set state = 'cancelled', reason = null, changed_at = ${now}
    where m.account_id = ${key.accountId} and m.id = ${key.id} and m.state in ('queued', 'deferred')`);
  return count > 0;
}

/** The sealed names of campaigns, by id. */
export async function selectCampaignNames(
  reader: Sql,
  accountId: bigint,
  ids: bigint[],
): Promise<{ id: bigint; sealedName: Buffer }[]> {
  if (ids.length === 0) return [];
  return reader.rows(sql`
    select c.id, c.sealed_name as "sealedName" from campaign c
    where c.account_id = ${accountId} and c.id = any(${ids}::bigint[])`);
}
