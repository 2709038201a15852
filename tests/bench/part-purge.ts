import { ManualClock } from "../../src/base/clock.ts";
import { type Database, sql } from "../../src/base/database.ts";
import { FiguresInForce } from "../../src/base/figures.ts";
import { idAt } from "../../src/base/ids.ts";
import { ensurePartitions, runRetention } from "../../src/core/retention/index.ts";
import { openBenchDatabase } from "./database.ts";
import type { Goal, PartResult } from "./options.ts";
import { figure, goalBelow, table } from "./table.ts";

const sizes = [
  { contents: 2_000, events: 100_000 },
  { contents: 20_000, events: 1_000_000 },
];
// Constant, but for what else is written meanwhile.
const growthMax = 1.5;
const contentBytes = 10_240;
const start = new Date("2026-01-12T12:00:00Z");
const dayMs = 86_400_000;
// Past the thirteenth month of everything that was written at the start.
const monthsMs = 400 * dayMs;

/** What it costs to remove a day of content and a week of messages and events, by size: whole partitions go. */
export async function benchPurge(): Promise<PartResult> {
  const rows: string[][] = [];
  const goals: Goal[] = [];
  const before = new Map<string, number>();
  for (const size of sizes) {
    await using opened = await openBenchDatabase();
    const { database } = opened;
    const clock = new ManualClock(start);
    const figures = new FiguresInForce();
    const context = { database, clock, figures, keyring: { destroyContentBefore: () => true } };
    await ensurePartitions(context);
    await fill(database, size);
    clock.advance((FiguresInForce.ofRelease.contentDays + 1) * dayMs);
    await ensurePartitions(context);
    const content = await purge(database, context, "content");
    clock.advance(monthsMs);
    await ensurePartitions(context);
    const event = await purge(database, context, "event");
    const name = `${figure(size.contents)} contents of 10 KB, ${figure(size.events)} events`;
    rows.push([name, content.text, event.text]);
    for (const [what, { kilobytes }] of Object.entries({ content, event })) {
      const least = before.get(what);
      before.set(what, least ?? kilobytes);
      if (least === undefined) continue;
      const goal = `log written by a purge of ten times as many rows of ${what}`;
      goals.push(goalBelow(goal, kilobytes / least, growthMax, "times as much"));
    }
  }
  return { text: table(["", "a day of content", "a week of messages and events"], rows), goals };
}

async function purge(
  database: Database,
  context: Parameters<typeof runRetention>[0],
  table: "content" | "event",
): Promise<{ text: string; kilobytes: number }> {
  await database.alone({ role: "operator" }, sql`checkpoint`);
  const before = await walPosition(database);
  const startedAt = performance.now();
  const { partitionsDropped } = await runRetention(context);
  const ms = performance.now() - startedAt;
  const kilobytes = Number((await walPosition(database)) - before) / 1024;
  const dropped = partitionsDropped.filter((name) => name.startsWith(table)).length;
  const partitions = `${dropped} of ${partitionsDropped.length} partitions`;
  return { text: `${figure(ms)} ms, ${figure(kilobytes)} KB of log (${partitions})`, kilobytes };
}

async function walPosition(database: Database): Promise<bigint> {
  const row = await database.read({ role: "operator" }, (reader) =>
    reader.row<{ at: bigint }>(sql`select pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')::bigint as at`),
  );
  return row?.at ?? 0n;
}

async function fill(database: Database, size: { contents: number; events: number }): Promise<void> {
  const first = idAt(start);
  await database.write({ role: "operator" }, async (tx) => {
    await tx.run(sql`
      insert into content (account_id, id, sealed)
      select 1, ${first}::bigint + g, (
        select string_agg(decode(md5(g::text || h::text), 'hex'), '') from generate_series(1, ${contentBytes / 16}::int) h)
      from generate_series(1, ${size.contents}::int) g`);
    await tx.run(sql`
      insert into event (account_id, id, message_id, kind, sealed)
      select 1, ${first}::bigint + g, ${first}::bigint + g, 'sent', decode(md5(g::text), 'hex')
      from generate_series(1, ${size.events}::int) g`);
  });
}
