import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { type Database, type Sql, sql } from "../../src/base/database.ts";
import { IdSource, idAt } from "../../src/base/ids.ts";
import { EventHorizon, follow } from "../../src/core/events/index.ts";
import { dayOf, Keyring, openChains } from "../../src/core/keys/index.ts";
import { ensurePartitions } from "../../src/core/retention/index.ts";
import {
  countNext,
  domainsOfDayMax,
  selectCampaignStatistics,
  selectCampaignTotals,
  selectDomainStatistics,
  selectLinkStatistics,
  selectProviderStatistics,
  selectReasonStatistics,
  selectSeries,
  selectTotals,
} from "../../src/core/statistics/index.ts";
import { openBenchDatabase } from "./database.ts";
import type { BenchOptions, Goal, PartResult } from "./options.ts";
import { figure, goalBelow, median, megabytes, table } from "./table.ts";

const accountId = 1n;
const now = new Date("2026-11-23T12:00:00Z");
const dayMs = 86_400_000;
const days = 400;
const queryMsMax = 100;
// Events that are really added up; the sums of the others are made in SQL.
const countedMax = 500_000;

/** What the pages of the dashboard ask, over the sums of so many events, and how fast events are added up. */
export async function benchStatistics({ events, rounds }: BenchOptions): Promise<PartResult> {
  await using opened = await openBenchDatabase();
  const { database } = opened;
  await ensurePartitions({ database, clock: { now: () => now, real: () => now.getTime() } });
  const rate = await countEvents(database, Math.min(events, countedMax));
  await fillSums(database, events);
  const size = await sizesOf(database);
  const rows: string[][] = [];
  const goals: Goal[] = [];
  for (const [name, ask] of Object.entries(questions)) {
    const taken = await timesOf(database, ask, rounds);
    rows.push([name, figure(median(taken)), figure(Math.max(...taken))]);
    goals.push(goalBelow(`statistics: ${name}, ${figure(events)} events`, median(taken), queryMsMax, "ms"));
  }
  const text = [
    `Added up: ${figure(rate)} events/s (${figure(Math.min(events, countedMax))} events of as many messages, one process).`,
    `The sums of ${figure(events)} events over ${days} days: ${size}.`,
    "",
    table(["question", "median ms", "most ms"], rows),
  ];
  return { text: text.join("\n"), goals };
}

async function countEvents(database: Database, count: number): Promise<number> {
  const folder = mkdtempSync(path.join(tmpdir(), "facteur-bench-statistics-"));
  try {
    const keyring = new Keyring(
      Buffer.alloc(32, 7),
      openChains(folder, { content: 0, accounts: dayOf(now) }),
    );
    const first = idAt(new Date(now.getTime() - 3_600_000));
    await database.write({ role: "operator" }, async (tx) => {
      await tx.run(sql`
        insert into account (id, parent_id, state, address_lookup, sealed, created_at)
        values (${accountId}, null, 'active', '', '', ${now})`);
      await tx.run(sql`
        insert into message (account_id, id, content_id, lookup, domain, sealed, size_bytes, attachment_count, has_html,
          has_text, track_opens, track_clicks, campaign_id, sender_id, state, attempts, changed_at)
        select ${accountId}, ${first}::bigint + g, 1, decode(md5(g::text), 'hex'), 'd' || g % 5000 || '.example', '', 1, 0,
          true, true, 'enabled', 'enabled', g % 100 + 1, 1, 'sent', 1, ${now}
        from generate_series(1, ${count}::int) g`);
      await tx.run(sql`
        insert into event (account_id, id, message_id, kind, reason)
        select ${accountId}, ${first}::bigint + g, ${first}::bigint + g,
          case when g % 50 = 0 then 'bounced' else 'sent' end, case when g % 50 = 0 then 3 end
        from generate_series(1, ${count}::int) g`);
    });
    await database.alone({ role: "operator" }, sql`vacuum analyze`);
    const wish = { name: "statistics", nodeId: 1, epoch: null } as const;
    const following = await database.write({ role: "relay" }, (tx) => follow(tx, wish, new Date()));
    if (following === null) throw new Error("Somebody else counts.");
    const horizon = await new EventHorizon(database).advance();
    const context = { database, keyring, ids: new IdSource(1), now };
    const startedAt = performance.now();
    for (let batch = await countNext(context, following, horizon); batch?.isLast === false; ) {
      batch = await countNext(context, following, horizon);
    }
    return count / ((performance.now() - startedAt) / 1000);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

// As many rows as so many events would have made: an account that sends every hour, campaigns of ten days, five that
// never end, and with each day more domains the more is sent.
async function fillSums(database: Database, events: number): Promise<void> {
  const campaigns = Math.min(1000, Math.max(20, Math.round(events / 100_000)));
  const domainsADay = Math.min(domainsOfDayMax, Math.round(events / days / 20));
  const start = new Date(now.getTime() - days * dayMs);
  const each = Math.round(events / days / 24);
  const sums = sql`${each}, ${each}, 5, 2, 3, 1, 0, 1, 0, 40, 20, 9, 4, 1, 0, 0, ${each}, ${each}, 60000`;
  await database.write({ role: "operator" }, async (tx) => {
    for (const timing of ["event", "message"]) {
      for (const [resolution, step] of [
        ["hour", 3_600_000],
        ["day", dayMs],
      ] as const) {
        const count = Math.floor((days * dayMs) / step);
        const slice = sql`${start}::timestamptz + g * ${step}::bigint * '1 millisecond'::interval`;
        await tx.run(sql`
          insert into statistic select ${accountId}, 'account', 0, ${timing}, ${resolution}, ${slice}, ${sums}
          from generate_series(0, ${count - 1}::int) g on conflict do nothing`);
        await tx.run(sql`
          insert into statistic select ${accountId}, 'campaign', c, ${timing}, ${resolution}, ${slice}, ${sums}
          from generate_series(1, 5) c, generate_series(0, ${count - 1}::int) g on conflict do nothing`);
        const steps = Math.floor((10 * dayMs) / step);
        await tx.run(sql`
          insert into statistic select ${accountId}, 'campaign', c, ${timing}, ${resolution},
            date_trunc(${resolution}, ${start}::timestamptz, 'UTC')
              + (c % ${days - 10}::int) * ${dayMs}::bigint * '1 millisecond'::interval
              + g * ${step}::bigint * '1 millisecond'::interval, ${sums}
          from generate_series(6, ${campaigns}::int) c, generate_series(0, ${steps - 1}::int) g on conflict do nothing`);
      }
    }
    await tx.run(sql`
      insert into campaign (account_id, id, lookup, sealed_name, created_at)
      select ${accountId}, c, decode(md5(c::text), 'hex'), '', ${start} from generate_series(1, ${campaigns}::int) c`);
    await tx.run(sql`
      insert into statistic_domain
      select ${accountId}, ${start}::date + g, 'd' || d || '.example', 18, 1, 1, 0, 0, 0, 0, 0, 60000
      from generate_series(0, ${days}::int) g, generate_series(1, ${domainsADay}::int) d on conflict do nothing`);
    await tx.run(sql`
      insert into statistic_reason select ${accountId}, c, ${start}::date + c % ${days - 10}::int + g, 'bounced', r, 3
      from generate_series(0, ${campaigns}::int) c, generate_series(0, 9) g, generate_series(1, 5) r on conflict do nothing`);
    await tx.run(sql`
      insert into statistic_provider
      select ${accountId}, c, ${start}::date + c % ${days - 10}::int + g, 'P' || p, 9, 1, 1, 0, 0, 0, 0, 0, 60000
      from generate_series(0, ${campaigns}::int) c, generate_series(0, 9) g, generate_series(1, 12) p
      on conflict do nothing`);
    await tx.run(sql`
      insert into statistic_link
      select ${accountId}, c, ${start}::date + c % ${days - 10}::int + g, decode(md5(c || '/' || l), 'hex'), l, 20, 4
      from generate_series(0, ${campaigns}::int) c, generate_series(0, 9) g, generate_series(1, 10) l
      on conflict do nothing`);
  });
  await database.alone({ role: "operator" }, sql`vacuum analyze`);
}

const dayText = (back: number) => new Date(now.getTime() - back * dayMs).toISOString().slice(0, 10);
const lastDays = (count: number) => ({ fromDay: dayText(count), untilDay: dayText(-1) });
const since = (count: number) => ({ from: new Date(now.getTime() - count * dayMs), until: now });
const whole = { source: "account", sourceId: 0n, timing: "message" } as const;

type Question = (reader: Sql) => Promise<unknown>;

const questions: Record<string, Question> = {
  "30 days by the day": (reader) =>
    selectSeries(reader, accountId, { ...whole, step: "day", timeZone: "UTC", ...since(30) }),
  "30 days by the day, Berlin": (reader) =>
    selectSeries(reader, accountId, { ...whole, step: "day", timeZone: "Europe/Berlin", ...since(30) }),
  "400 days by the day, Berlin": (reader) =>
    selectSeries(reader, accountId, { ...whole, step: "day", timeZone: "Europe/Berlin", ...since(days) }),
  "31 days by the hour": (reader) =>
    selectSeries(reader, accountId, { ...whole, step: "hour", timeZone: "UTC", ...since(31) }),
  "campaigns of 30 days": (reader) =>
    selectCampaignStatistics(reader, accountId, { timing: "message", ...lastDays(30), offset: 0, limit: 25 }),
  "campaigns of 400 days": (reader) =>
    selectCampaignStatistics(reader, accountId, {
      timing: "message",
      ...lastDays(days),
      offset: 0,
      limit: 25,
    }),
  "domains of 30 days": (reader) => selectDomainStatistics(reader, accountId, { ...lastDays(30), limit: 25 }),
  "domains of 93 days": (reader) => selectDomainStatistics(reader, accountId, { ...lastDays(93), limit: 25 }),
  "providers of 400 days": (reader) =>
    selectProviderStatistics(reader, accountId, { campaignId: null, days: lastDays(days) }),
  "reasons of 400 days": (reader) =>
    selectReasonStatistics(reader, accountId, { campaignId: 0n, ...lastDays(days) }),
  "links of 400 days": (reader) =>
    selectLinkStatistics(reader, accountId, { campaignId: null, days: lastDays(days), offset: 0, limit: 25 }),
  "statcounters, Lifetime": (reader) =>
    selectTotals(reader, accountId, { source: "account", sourceIds: [0n], timing: "message" }),
  "campaignstatistics, 1,000 rows": (reader) =>
    selectCampaignTotals(reader, accountId, {
      ...{ id: null, lookup: null, from: null, until: null, has: [], offset: 0, limit: 1000 },
      ...{ activeFrom: null, activeUntil: null },
      order: { by: "id", isDescending: true },
    }),
};

async function timesOf(database: Database, ask: Question, rounds: number): Promise<number[]> {
  const taken: number[] = [];
  // The first one reads from the disk what the others find in memory.
  for (let round = 0; round <= rounds * 3; round++) {
    const startedAt = performance.now();
    await database.read({ role: "request", accountId }, ask);
    if (round > 0) taken.push(performance.now() - startedAt);
  }
  return taken;
}

async function sizesOf(database: Database): Promise<string> {
  const names = ["statistic", "statistic_domain", "statistic_provider", "statistic_reason", "statistic_link"];
  const parts: string[] = [];
  for (const name of names) {
    const row = await database.read({ role: "operator" }, (reader) =>
      reader.row<{ rows: number; bytes: number }>(sql`
        select (select count(*)::float8 from ${sql.identifier(name)}) as rows,
          pg_total_relation_size(${name}::regclass)::float8 as bytes`),
    );
    parts.push(`${name} ${figure(row?.rows ?? 0)} rows, ${megabytes(row?.bytes ?? 0)} MB`);
  }
  return parts.join("; ");
}
