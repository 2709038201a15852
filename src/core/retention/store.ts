import { type Sql, sql, type Transaction } from "../../base/database.ts";
import { idAt } from "../../base/ids.ts";
import type { Span } from "./periods.ts";

/** Waits until nobody else makes partitions. Asked for before they are listed: PostgreSQL remembers that a table was not
 *  there, and does not look again for having waited. */
export async function lockPartitions(tx: Transaction): Promise<void> {
  await tx.run(sql`select pg_advisory_xact_lock(hashtext('make_partition'))`);
}

export async function makePartition(tx: Transaction, table: string, span: Span): Promise<boolean> {
  const row = await tx.row<{ made: boolean }>(sql`
    select make_partition(${table}, ${span.suffix}, ${idAt(span.from)}, ${idAt(span.until)}) as made`);
  return row?.made ?? false;
}

export async function dropPartition(tx: Transaction, table: string, suffix: string): Promise<boolean> {
  const row = await tx.row<{ dropped: boolean }>(sql`
    select drop_partition(${table}, ${suffix}) as dropped`);
  return row?.dropped ?? false;
}

/** The partitions that exist, by the day they begin. */
export async function listPartitions(reader: Sql, table: string): Promise<string[]> {
  const rows = await reader.rows<{ suffix: string }>(sql`
    select right(c.relname, 8) as suffix
    from pg_inherits i join pg_class c on c.oid = i.inhrelid
    where i.inhparent = ${`public.${table}`}::regclass
    order by c.relname`);
  return rows.map((row) => row.suffix);
}

/** How many rows went, of each kind. */
export interface DeletedRows {
  idempotency: number;
  campaignRecipients: number;
  sessions: number;
  signInLinks: number;
  webhookLogs: number;
  parsePosts: number;
  reports: number;
  smtpRefusals: number;
  shares: number;
  statistics: number;
}

/** Removes what is kept for a time shorter than a partition's.
 *  @param before `ended`: sessions and links know their own end */
export async function deleteAged(
  tx: Transaction,
  before: {
    idempotency: Date;
    campaignRecipients: Date;
    ended: Date;
    shares: Date;
    webhookLogs: Date;
    events: Date;
    fineStatistics: Date;
    content: Date;
    smtpRefusals: Date;
  },
): Promise<DeletedRows> {
  const idempotency = await tx.run(sql`
    delete from idempotency where created_at < ${before.idempotency}`);
  const campaignRecipients = await tx.run(sql`
    delete from campaign_recipient where created_at < ${before.campaignRecipients}`);
  const sessions = await tx.run(sql`delete from session where ends_at <= ${before.ended}`);
  const signInLinks = await tx.run(sql`delete from sign_in_link where expires_at <= ${before.ended}`);
  const shares = await tx.run(sql`
    delete from source_usage where day < ${before.shares.toISOString().slice(0, 10)}::date`);
  const firstLogged = idAt(before.webhookLogs);
  const attempts = await tx.run(sql`delete from webhook_attempt where id < ${firstLogged}`);
  const replays = await tx.run(sql`
    delete from webhook_replay where ended_at is not null and id < ${firstLogged}`);
  const parsePosts = await tx.run(sql`delete from parse_post where id < ${idAt(before.content)}`);
  const smtpRefusals = await tx.run(sql`
    delete from smtp_refusal where id < ${idAt(before.smtpRefusals)}`);
  const reports = await deleteReports(tx, idAt(before.content));
  const statistics = await deleteStatistics(tx, before);
  const webhookLogs = attempts + replays;
  return {
    idempotency,
    campaignRecipients,
    sessions,
    signInLinks,
    shares,
    webhookLogs,
    parsePosts,
    reports,
    smtpRefusals,
    statistics,
  };
}

// Wishes for reports, and reports that could not be delivered: as old as the messages they are about.
async function deleteReports(tx: Transaction, firstId: bigint): Promise<number> {
  const wishes = await tx.run(sql`delete from report_wish where message_id < ${firstId}`);
  const reports = await tx.run(sql`delete from report where message_id < ${firstId}`);
  return wishes + reports;
}

// Sums stay; domains, links and countries go with the events, and so does the finest resolution, which nobody asks for later.
async function deleteStatistics(
  tx: Transaction,
  { events, fineStatistics }: { events: Date; fineStatistics: Date },
): Promise<number> {
  const day = events.toISOString().slice(0, 10);
  const domains = await tx.run(sql`delete from statistic_domain where day <= ${day}::date`);
  const links = await tx.run(sql`delete from statistic_link where day <= ${day}::date`);
  const countries = await tx.run(sql`delete from statistic_country where day <= ${day}::date`);
  const targets = await tx.run(sql`delete from statistic_link_target where last_day <= ${day}::date`);
  await tx.run(sql`delete from statistic where resolution = 'five' and slice < ${fineStatistics}`);
  return domains + links + countries + targets;
}
