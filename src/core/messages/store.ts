import { type Sql, sql, type Transaction } from "../../base/database.ts";
import type { MessageState } from "./message.ts";

/** A sealed content or part, as it is stored. */
export interface ContentRow {
  accountId: bigint;
  id: bigint;
  sealed: Buffer;
}

/** A message row, as it is stored. */
export interface MessageRow {
  accountId: bigint;
  id: bigint;
  contentId: bigint;
  partId: bigint | null;
  lookup: Buffer;
  customLookup: Buffer | null;
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
  changedAt: Date;
}

export async function insertContents(tx: Transaction, rows: ContentRow[]): Promise<void> {
  if (rows.length === 0) return;
  // Unnested here and not in FROM, where PostgreSQL would write all of it down before it reads the first row.
  await tx.run(sql.named("insert_contents")`
    insert into content (account_id, id, sealed)
    select unnest(${rows.map((r) => r.accountId)}::bigint[]), unnest(${rows.map((r) => r.id)}::bigint[]),
      unnest(${rows.map((r) => r.sealed)}::bytea[])`);
}

export async function insertMessages(tx: Transaction, rows: MessageRow[]): Promise<void> {
  if (rows.length === 0) return;
  await tx.run(sql.named("insert_messages")`
    insert into message (account_id, id, content_id, part_id, lookup, custom_lookup, campaign_id, sender_id, domain,
      sealed, size_bytes, attachment_count, has_html, has_text, track_opens, track_clicks, state, reason, changed_at)
    select * from unnest(
      ${rows.map((r) => r.accountId)}::bigint[], ${rows.map((r) => r.id)}::bigint[],
      ${rows.map((r) => r.contentId)}::bigint[], ${rows.map((r) => r.partId)}::bigint[],
      ${rows.map((r) => r.lookup)}::bytea[], ${rows.map((r) => r.customLookup)}::bytea[],
      ${rows.map((r) => r.campaignId)}::bigint[], ${rows.map((r) => r.senderId)}::bigint[],
      ${rows.map((r) => r.domain)}::text[], ${rows.map((r) => r.sealed)}::bytea[],
      ${rows.map((r) => r.sizeBytes)}::int[], ${rows.map((r) => r.attachmentCount)}::smallint[],
      ${rows.map((r) => r.hasHtml)}::boolean[], ${rows.map((r) => r.hasText)}::boolean[],
      ${rows.map((r) => r.trackOpens)}::text[], ${rows.map((r) => r.trackClicks)}::text[],
      ${rows.map((r) => r.state)}::text[], ${rows.map((r) => r.reason)}::smallint[],
      ${rows.map((r) => r.changedAt)}::timestamptz[])`);
}

/** Counts what was accepted, an account, day and writer a row.
 *  @param writer no other transaction may count under it at the same moment: it would wait until this one is on disk */
export async function countUsage(
  tx: Transaction,
  counts: { accountId: bigint; count: number }[],
  { day, writer }: { day: string; writer: number },
): Promise<void> {
  if (counts.length === 0) return;
  // In order of the account, so that two groups that count the same accounts cannot lock each other out.
  const ordered = counts.toSorted((a, b) => (a.accountId < b.accountId ? -1 : 1));
  await tx.run(sql.named("count_usage")`
    insert into usage_day as u (account_id, day, writer, accepted)
    select f.account_id, ${day}::date, ${writer}::int, f.accepted
    from unnest(${ordered.map((c) => c.accountId)}::bigint[], ${ordered.map((c) => c.count)}::bigint[])
      as f (account_id, accepted)
    on conflict (account_id, day, writer) do update set accepted = u.accepted + excluded.accepted`);
}

/** How many messages an account handed in on a day, and how many it may: null is no limit of its own. */
export async function usageOf(
  reader: Sql,
  accountId: bigint,
  day: string,
): Promise<{ accepted: bigint; quota: bigint | null; state: string } | undefined> {
  return reader.row(sql.named("usage_of")`
    select (select coalesce(sum(u.accepted), 0)::bigint from usage_day u
        where u.account_id = a.id and u.day = ${day}::date) as accepted, a.day_quota as quota, a.state
    from account a where a.id = ${accountId}`);
}

/** What a message needs to be composed. */
export interface ComposableRow {
  accountId: bigint;
  id: bigint;
  lookup: Buffer;
  sealed: Buffer;
  campaignId: bigint | null;
  state: MessageState;
}

/** The rows of claimed messages, by primary key. */
export async function selectComposable(
  reader: Sql,
  keys: { accountId: bigint; id: bigint }[],
): Promise<ComposableRow[]> {
  return reader.rows(sql.named("select_composable")`
    select m.account_id as "accountId", m.id, m.lookup, m.sealed, m.campaign_id as "campaignId", m.state
    from unnest(${keys.map((k) => k.accountId)}::bigint[], ${keys.map((k) => k.id)}::bigint[]) as f (account_id, id)
    join message m on m.account_id = f.account_id and m.id = f.id
    where m.id >= ${lowest(keys)} and m.id <= ${highest(keys)}`);
}

/** When messages were handed over, by primary key; those that were not are missing. */
export async function selectDelivered(
  reader: Sql,
  keys: readonly { accountId: bigint; id: bigint }[],
): Promise<Map<bigint, Date>> {
  if (keys.length === 0) return new Map();
  const rows = await reader.rows<{ id: bigint; at: Date }>(sql.named("select_delivered")`
    select m.id, m.changed_at as at
    from unnest(${keys.map((k) => k.accountId)}::bigint[], ${keys.map((k) => k.id)}::bigint[]) as f (account_id, id)
    join message m on m.account_id = f.account_id and m.id = f.id
    where m.id >= ${lowest(keys)} and m.id <= ${highest(keys)} and m.state = 'sent'`);
  return new Map(rows.map(({ id, at }) => [id, at]));
}

/** Contents and parts by key. */
export async function selectContents(
  reader: Sql,
  keys: { accountId: bigint; id: bigint }[],
): Promise<ContentRow[]> {
  if (keys.length === 0) return [];
  return reader.rows(sql.named("select_contents")`
    select c.account_id as "accountId", c.id, c.sealed
    from unnest(${keys.map((k) => k.accountId)}::bigint[], ${keys.map((k) => k.id)}::bigint[]) as f (account_id, id)
    join content c on c.account_id = f.account_id and c.id = f.id
    where c.id >= ${lowest(keys)} and c.id <= ${highest(keys)}`);
}

/** Contents and parts by key, the first ones with what they hold: up to so many octets, and the first two in any case, which one
 *  message may need. Of the others it only says that they are there. */
export async function selectContentsUpTo(
  reader: Sql,
  keys: { accountId: bigint; id: bigint }[],
  bytesMax: number,
): Promise<{ id: bigint; sealed: Buffer | null }[]> {
  if (keys.length === 0) return [];
  // The length of what is stored aside is known without reading it.
  return reader.rows(sql.named("select_contents_up_to")`
    select c.id, case when f.place <= 2
      or sum(octet_length(c.sealed)) over (order by f.place) <= ${bytesMax}::bigint then c.sealed end as sealed
    from unnest(${keys.map((k) => k.accountId)}::bigint[], ${keys.map((k) => k.id)}::bigint[])
      with ordinality as f (account_id, id, place)
    join content c on c.account_id = f.account_id and c.id = f.id
    where c.id >= ${lowest(keys)} and c.id <= ${highest(keys)}`);
}

/** A change of a message's state. */
export interface StateChange {
  accountId: bigint;
  id: bigint;
  state: MessageState;
  reason: number | null;
  /** Attempts to add to the count. */
  attempts: number;
  wasUnknown: boolean;
  changedAt: Date;
}

export async function applyStates(tx: Transaction, changes: StateChange[]): Promise<void> {
  if (changes.length === 0) return;
  await tx.run(sql.named("apply_states")`
    update message m set state = f.state, reason = f.reason, attempts = m.attempts + f.attempts,
      was_unknown = m.was_unknown or f.was_unknown, changed_at = f.changed_at
    from unnest(
      ${changes.map((c) => c.accountId)}::bigint[], ${changes.map((c) => c.id)}::bigint[],
      ${changes.map((c) => c.state)}::text[], ${changes.map((c) => c.reason)}::smallint[],
      ${changes.map((c) => c.attempts)}::smallint[], ${changes.map((c) => c.wasUnknown)}::boolean[],
      ${changes.map((c) => c.changedAt)}::timestamptz[])
      as f (account_id, id, state, reason, attempts, was_unknown, changed_at)
    where m.account_id = f.account_id and m.id = f.id
      and m.id >= ${lowest(changes)} and m.id <= ${highest(changes)}`);
}

/** Notes that a message which had been taken came back. Answers whose it was; nothing where it had not been taken, or was
 *  known to have come back: a report that is sent twice counts once. */
export async function returnMessage(
  tx: Transaction,
  change: Pick<StateChange, "accountId" | "id" | "reason" | "changedAt">,
): Promise<{ lookup: Buffer; sealed: Buffer } | undefined> {
  return tx.row(sql.named("return_message")`
    update message m set state = 'bounced', reason = ${change.reason}::smallint, changed_at = ${change.changedAt}
    where m.account_id = ${change.accountId} and m.id = ${change.id} and m.state in ('sent', 'unknown')
    returning m.lookup, m.sealed`);
}

/** Whose a message is; nobody else changes it, or locks it, until the transaction ends. */
export async function lockMessage(
  tx: Transaction,
  { accountId, id }: Pick<StateChange, "accountId" | "id">,
): Promise<{ lookup: Buffer; sealed: Buffer } | undefined> {
  return tx.row(sql.named("lock_message")`
    select m.lookup, m.sealed from message m
    where m.account_id = ${accountId} and m.id = ${id} for update`);
}

// Bounds of the ids asked for: they let PostgreSQL leave out all partitions but the few concerned when it plans.
function lowest(keys: readonly { id: bigint }[]): bigint {
  return keys.reduce((least, key) => (key.id < least ? key.id : least), keys[0]?.id ?? 0n);
}

function highest(keys: readonly { id: bigint }[]): bigint {
  return keys.reduce((most, key) => (key.id > most ? key.id : most), 0n);
}
