import { existsSync } from "node:fs";
import path from "node:path";
import { type Sql, sql } from "../../../base/database.ts";
import { dateOf, idAt } from "../../../base/ids.ts";
import { Ratchet } from "../../keys/index.ts";
import { canaryWord } from "../canary.ts";
import { plantCanary } from "../plant.ts";
import { Findings, type Probe, type ProbeContext } from "../probe.ts";
import { ensureSynthetic } from "../synthetic.ts";
import { selectPartitions } from "./catalogue-store.ts";
import { sweepGraceMs } from "./event-age.ts";

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
// Of what is beyond its time: enough to see, and bounded where a sweep stood still.
const sampleRows = 200;

interface SealedRow {
  accountId: bigint;
  id: bigint;
  sealed: Buffer;
}

/** Sends a canary that can be read now, and asks for content that is older than 6 days: nobody must be able to read it,
 *  neither with the keys in memory nor with those on disk. */
export function contentAgeProbe(context: ProbeContext): Probe {
  return {
    name: "content-age",
    everyMinutes: 60,
    run: async () => {
      const findings = new Findings();
      await checkFresh(context, findings);
      const { contentDays } = context.figures.at(context.clock.now());
      const oldest = new Date(context.clock.now().getTime() - contentDays * dayMs - sweepGraceMs);
      checkKeys(context, findings, oldest);
      await checkAged(context, findings, oldest);
      return findings.finding(
        `A canary sent just now can be read. The keys of every hour that began more than ${contentDays} days ago are destroyed, in memory and on disk, and no row or partition beyond that can be read.`,
      );
    },
  };
}

// Without it, a service that reads nothing at all would pass.
async function checkFresh(context: ProbeContext, findings: Findings): Promise<void> {
  const accounts = await ensureSynthetic(context);
  const messageId = await plantCanary(context, accounts);
  const row = await context.database.read({ role: "operator" }, (reader) =>
    selectContentOf(reader, accounts.first, messageId),
  );
  const opened = row === undefined ? null : openContent(context, "content", row);
  const isRead = opened?.includes(canaryWord(context.keyring)) ?? false;
  findings.check(isRead, "a canary sent just now cannot be read");
}

function checkKeys({ keyring, dataFolder }: ProbeContext, findings: Findings, oldest: Date): void {
  const firstAllowed = Math.floor(oldest.getTime() / hourMs);
  keyring.followRatchet();
  findings.check(keyring.firstContentHour >= firstAllowed, "keys of content beyond its time are in memory");
  const file = path.join(dataFolder, "secrets", "content.keys");
  if (!existsSync(file)) return;
  const { first } = Ratchet.load(file, 0);
  findings.check(first >= firstAllowed, "keys of content beyond its time are on disk");
}

async function checkAged(context: ProbeContext, findings: Findings, oldest: Date): Promise<void> {
  await context.database.read({ role: "operator" }, async (reader) => {
    const partitions = await selectPartitions(reader, ["content", "inbox"]);
    for (const { name, untilId } of partitions) {
      findings.check(dateOf(untilId) > oldest, `the partition ${name} is beyond its time`);
    }
    const cameIn = await selectAged(reader, "parse_post", oldest);
    findings.check(cameIn.length === 0, "mail that came in is there beyond its time");
    for (const table of ["report", "report_wish"] as const) {
      const isLeft = await hasReportsBefore(reader, table, oldest);
      findings.check(!isLeft, `a row of ${table} is there beyond the time of its message`);
    }
    for (const table of ["content", "inbox"] as const) {
      const rows = await selectAged(reader, table, oldest);
      await context.keyring.load(
        reader,
        rows.map((row) => row.accountId),
      );
      for (const row of rows) {
        const isReadable = context.keyring.has(row.accountId) && openContent(context, table, row) !== null;
        findings.check(!isReadable, `a row of ${table} beyond its time can be read`);
      }
    }
  });
}

// A report holds what was in the message it is about.
async function hasReportsBefore(
  reader: Sql,
  table: "report" | "report_wish",
  oldest: Date,
): Promise<boolean> {
  const row = await reader.row(sql`
    select from ${sql.identifier(table)} r where r.message_id < ${idAt(oldest)} limit 1`);
  return row !== undefined;
}

function openContent({ keyring }: ProbeContext, table: string, row: SealedRow): Buffer | null {
  return keyring.openContent({ table, accountId: row.accountId, id: row.id }, row.sealed);
}

async function selectContentOf(
  reader: Sql,
  accountId: bigint,
  messageId: bigint,
): Promise<SealedRow | undefined> {
  return reader.row(sql`
    select c.account_id as "accountId", c.id, c.sealed
    from message m join content c on c.account_id = m.account_id and c.id = m.content_id
    where m.account_id = ${accountId} and m.id = ${messageId}`);
}

// The day's partition stays until all of it is beyond its time, so there is something to try on most days.
async function selectAged(
  reader: Sql,
  table: "content" | "inbox" | "parse_post",
  oldest: Date,
): Promise<SealedRow[]> {
  return reader.rows(sql`
    select t.account_id as "accountId", t.id, t.sealed from ${sql.identifier(table)} t
    where t.id < ${idAt(oldest)} limit ${sampleRows}`);
}
