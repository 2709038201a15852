import type { Clock } from "../../base/clock.ts";
import type { Database, Transaction } from "../../base/database.ts";
import type { FiguresInForce } from "../../base/figures.ts";
import {
  firstEventKept,
  firstReadableHour,
  isOver,
  type PartitionedTable,
  partitionedTables,
  spanNamed,
  spansNeeded,
} from "./periods.ts";
import { noteFailure, notePurges, type PurgedKind } from "./purge.ts";
import { deleteAged, dropPartition, listPartitions, lockPartitions, makePartition } from "./store.ts";

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
// How long sums of five minutes are kept; those of hours and days stay. Nobody is in them: it is a matter of room.
const fineStatisticsDays = 31;

export interface RetentionContext {
  database: Database;
  /** The keys of content by the hour; retention itself knows no other module. */
  keyring: { destroyContentBefore(hour: number): boolean };
  clock: Clock;
  figures: FiguresInForce;
}

/** What a run did. */
export interface RetentionReport {
  partitionsMade: number;
  partitionsDropped: string[];
  /** Were content keys destroyed? */
  isContentKeyDestroyed: boolean;
  idempotencyDeleted: number;
  campaignRecipientsDeleted: number;
  sessionsDeleted: number;
  signInLinksDeleted: number;
  /** Requests to webhooks in their logs, and replays that have ended. */
  webhookLogsDeleted: number;
  /** Domains and links in the figures. */
  statisticsDeleted: number;
  /** Mail that came in and could not be posted. */
  parsePostsDeleted: number;
  /** What was asked of delivery reports, and reports that could not be delivered. */
  reportsDeleted: number;
  /** What programs were refused by SMTP. */
  smtpRefusalsDeleted: number;
}

/** Makes the partitions that the present time needs and the next days will; answers how many. Harmless to repeat. */
export async function ensurePartitions({
  database,
  clock,
}: Pick<RetentionContext, "database" | "clock">): Promise<number> {
  const now = clock.now();
  let made = 0;
  for (const table of partitionedTables) {
    // One transaction a table: a new partition locks its parent, and whoever reads two of them in another order must
    // not be locked out for good.
    made += await database.write({ role: "retention" }, (tx) => makeMissing(tx, table, now));
  }
  return made;
}

async function makeMissing(tx: Transaction, table: PartitionedTable, now: Date): Promise<number> {
  await lockPartitions(tx);
  const existing = new Set(await listPartitions(tx, table.table));
  let made = 0;
  for (const span of spansNeeded(table, now)) {
    if (!existing.has(span.suffix) && (await makePartition(tx, table.table, span))) made++;
  }
  return made;
}

/** Removes everything whose time is over: content keys by the hour, partitions by the day and week, short-lived rows.
 *  Each step is complete in itself, so that a run that is cut off is finished by the next one. What it has done is noted
 *  for people to see; so is that it failed. */
export async function runRetention(context: RetentionContext): Promise<RetentionReport> {
  const { database, clock } = context;
  try {
    const report = await removeDue(context);
    await database.write({ role: "retention" }, (tx) => notePurges(tx, countsOf(report), clock.now()));
    return report;
  } catch (error) {
    await database.write({ role: "retention" }, (tx) => noteFailure(tx, clock.now())).catch(() => {});
    throw error;
  }
}

function countsOf(report: RetentionReport): Record<PurgedKind, number> {
  const dropped = (tables: RegExp) => report.partitionsDropped.filter((name) => tables.test(name)).length;
  return {
    content:
      dropped(/^(content|inbox)_/) +
      report.parsePostsDeleted +
      report.reportsDeleted +
      (report.isContentKeyDestroyed ? 1 : 0),
    event: dropped(/^(message|event)_/) + report.campaignRecipientsDeleted + report.statisticsDeleted,
    day: report.idempotencyDeleted + report.smtpRefusalsDeleted,
    session: report.sessionsDeleted + report.signInLinksDeleted,
  };
}

async function removeDue(context: RetentionContext): Promise<RetentionReport> {
  const { database, keyring, clock, figures } = context;
  const now = clock.now();
  const isContentKeyDestroyed = keyring.destroyContentBefore(firstReadableHour(now, figures));
  const partitionsMade = await ensurePartitions(context);
  const partitionsDropped = await dropOldPartitions(context, now);
  const deleted = await database.write({ role: "retention" }, (tx) =>
    deleteAged(tx, {
      idempotency: new Date(now.getTime() - figures.at(now).idempotencyHours * hourMs),
      campaignRecipients: firstEventKept(now, figures),
      ended: now,
      events: firstEventKept(now, figures),
      fineStatistics: new Date(now.getTime() - fineStatisticsDays * dayMs),
      content: new Date(firstReadableHour(now, figures) * hourMs),
      webhookLogs: new Date(now.getTime() - figures.at(now).webhookLogDays * 24 * hourMs),
      smtpRefusals: new Date(now.getTime() - hourMs),
      // Clocks may differ by a little: the day before may still be today elsewhere.
      shares: new Date(now.getTime() - dayMs),
    }),
  );
  return {
    partitionsMade,
    partitionsDropped,
    isContentKeyDestroyed,
    idempotencyDeleted: deleted.idempotency,
    campaignRecipientsDeleted: deleted.campaignRecipients,
    sessionsDeleted: deleted.sessions,
    signInLinksDeleted: deleted.signInLinks,
    webhookLogsDeleted: deleted.webhookLogs,
    statisticsDeleted: deleted.statistics,
    parsePostsDeleted: deleted.parsePosts,
    reportsDeleted: deleted.reports,
    smtpRefusalsDeleted: deleted.smtpRefusals,
  };
}

// One transaction a partition: dropping takes a lock on the parent, which must be short.
async function dropOldPartitions({ database, figures }: RetentionContext, now: Date): Promise<string[]> {
  const dropped: string[] = [];
  for (const table of partitionedTables) {
    const existing = await database.read({ role: "retention" }, (reader) =>
      listPartitions(reader, table.table),
    );
    for (const suffix of existing) {
      if (!isOver(table, spanNamed(suffix, table.spanDays), now, figures)) continue;
      await database.write({ role: "retention" }, (tx) => dropPartition(tx, table.table, suffix));
      dropped.push(`${table.table}_${suffix}`);
    }
  }
  return dropped;
}
