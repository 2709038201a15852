import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { type TestContext, test } from "node:test";
import { testDatabase } from "../../../tests/support/database.ts";
import { ManualClock } from "../../base/clock.ts";
import { type Database, sql } from "../../base/database.ts";
import { FiguresInForce } from "../../base/figures.ts";
import { dateOf, idAt } from "../../base/ids.ts";
import { dayOf, hourOf, Keyring, openChains } from "../keys/index.ts";
import {
  firstReadableHour,
  isOver,
  monthsAfter,
  partitionedTables,
  spanNamed,
  spansNeeded,
} from "./periods.ts";
import { selectPurges } from "./purge.ts";
import { ensurePartitions, runRetention } from "./retention.ts";

const figures = new FiguresInForce();
const { contentDays, eventMonths } = FiguresInForce.ofRelease;
const start = new Date("2026-11-23T10:00:00Z");
const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const operator = { role: "operator" } as const;

async function open(t: TestContext) {
  const { database } = await testDatabase(t, { poolSizes: { retention: 6 } });
  const folder = mkdtempSync(path.join(tmpdir(), "facteur-retention-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const clock = new ManualClock(start);
  const first = { content: firstReadableHour(start, figures), accounts: dayOf(start) };
  const keyring = new Keyring(Buffer.alloc(32, 7), openChains(folder, first));
  await database.write(operator, (tx) => keyring.create(tx, 1n, start));
  return { database, clock, keyring, figures };
}

async function suffixesOf(database: Database, table: string): Promise<string[]> {
  const rows = await database.read(operator, (reader) =>
    reader.rows<{ suffix: string }>(sql`
      select right(c.relname, 8) as suffix from pg_inherits i join pg_class c on c.oid = i.inhrelid
      where i.inhparent = ${table}::regclass order by c.relname`),
  );
  return rows.map(({ suffix }) => suffix);
}

/** A row of everything that ages, made now. */
async function leaveTraces({ database, clock, keyring }: Awaited<ReturnType<typeof open>>): Promise<void> {
  const now = clock.now();
  const id = idAt(now);
  const sealed = keyring.sealContent({ table: "content", accountId: 1n, id }, Buffer.from("body"));
  await database.write(operator, async (tx) => {
    await tx.run(sql`insert into content (account_id, id, sealed) values (1, ${id}, ${sealed})`);
    await tx.run(sql`insert into inbox (account_id, id, message_id, sealed) values (1, ${id}, ${id}, '')`);
    await tx.run(sql`
      insert into message (account_id, id, content_id, lookup, domain, sealed, size_bytes, attachment_count, has_html,
        has_text, track_opens, track_clicks, state, changed_at)
      values (1, ${id}, ${id}, '', '', '', 0, 0, false, true, '', '', 'sent', ${now})`);
    await tx.run(sql`insert into event (account_id, id, message_id, kind) values (1, ${id}, ${id}, 'sent')`);
    await tx.run(sql`
      insert into idempotency (account_id, key_hash, body_hash, answer_id, sealed_answer, created_at)
      values (1, ${Buffer.from(id.toString())}, '', ${id}, '', ${now})`);
    await tx.run(sql`
      insert into campaign_recipient (account_id, campaign_id, lookup, created_at)
      values (1, ${id}, '', ${now})`);
  });
}

async function oldestOf(
  database: Database,
): Promise<Record<"content" | "inbox" | "message" | "event", Date | null>> {
  const row = await database.read(operator, (reader) =>
    reader.row<Record<string, bigint | null>>(sql`
      select (select min(id) from content) as content, (select min(id) from inbox) as inbox,
        (select min(id) from message) as message, (select min(id) from event) as event`),
  );
  return Object.fromEntries(
    Object.entries(row ?? {}).map(([table, id]) => [table, id === null ? null : dateOf(id)]),
  ) as Awaited<ReturnType<typeof oldestOf>>;
}

test("over 20 days, content can be read until its six days are over, never after, and its partitions follow", async (t) => {
  const setup = await open(t);
  const { database, clock, keyring } = setup;
  await ensurePartitions(setup);
  const written: { id: bigint; sealed: Buffer }[] = [];
  for (let step = 0; step < 20 * 4; step++) {
    await leaveTraces(setup);
    const id = idAt(clock.now());
    written.push({
      id,
      sealed: keyring.sealContent({ table: "content", accountId: 1n, id }, Buffer.from("body")),
    });
    clock.advance(6 * hourMs);
    await runRetention(setup);
    const now = clock.now();
    for (const { id: each, sealed } of written) {
      const ageMs = now.getTime() - dateOf(each).getTime();
      const isReadable = keyring.openContent({ table: "content", accountId: 1n, id: each }, sealed) !== null;
      if (ageMs >= contentDays * dayMs) assert.equal(isReadable, false, `${ageMs / hourMs} hours old`);
      if (ageMs < contentDays * dayMs - 2 * hourMs)
        assert.equal(isReadable, true, `${ageMs / hourMs} hours old`);
    }
    const oldest = await oldestOf(database);
    for (const table of ["content", "inbox"] as const) {
      // The row waits, unreadable, for the rest of its day to become so.
      assert.ok((oldest[table] ?? now).getTime() > now.getTime() - (contentDays + 1) * dayMs);
    }
  }
  assert.equal(keyring.firstContentHour, firstReadableHour(clock.now(), figures));
  assert.ok((await suffixesOf(database, "content")).length <= contentDays + 1 + 1 + 4);
});

test("over 14 months, partitions are made ahead and dropped in time, and nothing that is due remains", async (t) => {
  const setup = await open(t);
  const { database, clock } = setup;
  await ensurePartitions(setup);
  for (let day = 0; day < 426; day += 3) {
    await leaveTraces(setup);
    clock.advance(3 * dayMs);
    await runRetention(setup);
    const now = clock.now();
    const { message, event } = await oldestOf(database);
    for (const oldest of [message, event]) {
      assert.ok(
        oldest !== null && monthsAfter(oldest, eventMonths) > now,
        "an event of 13 months is still there",
      );
    }
  }
  const now = clock.now();
  for (const each of partitionedTables) {
    const suffixes = await suffixesOf(database, each.table);
    for (const suffix of suffixes)
      assert.ok(!isOver(each, spanNamed(suffix, each.spanDays), now, figures), `${each.table} ${suffix}`);
    for (const { suffix } of spansNeeded(each, now))
      assert.ok(suffixes.includes(suffix), `${each.table} ${suffix}`);
  }
  const { event } = await oldestOf(database);
  assert.ok(
    event !== null && event.getTime() < monthsAfter(now, -12).getTime() - 20 * dayMs,
    "history is kept",
  );
  const left = await database.read(operator, (reader) =>
    reader.row<{ answers: Date; recipients: Date }>(sql`
      select (select min(created_at) from idempotency) as answers,
        (select min(created_at) from campaign_recipient) as recipients`),
  );
  assert.ok((left?.answers ?? now).getTime() >= now.getTime() - dayMs);
  assert.ok(monthsAfter(left?.recipients ?? now, eventMonths) > now);
});

test("a run right after another finds nothing to do", async (t) => {
  const setup = await open(t);
  await ensurePartitions(setup);
  await leaveTraces(setup);
  setup.clock.advance(40 * dayMs);
  const first = await runRetention(setup);
  assert.ok(first.partitionsMade > 0 && first.partitionsDropped.length > 0 && first.isContentKeyDestroyed);
  assert.equal(first.idempotencyDeleted, 1);
  assert.deepEqual(await runRetention(setup), {
    partitionsMade: 0,
    partitionsDropped: [],
    isContentKeyDestroyed: false,
    idempotencyDeleted: 0,
    campaignRecipientsDeleted: 0,
    sessionsDeleted: 0,
    signInLinksDeleted: 0,
    statisticsDeleted: 0,
    webhookLogsDeleted: 0,
    parsePostsDeleted: 0,
    reportsDeleted: 0,
    smtpRefusalsDeleted: 0,
  });
});

test("what was removed last is noted, a row a kind, and so is a failure", async (t) => {
  const setup = await open(t);
  const { database, clock } = setup;
  const noted = async () => {
    const rows = await database.read({ role: "request", accountId: 1n }, selectPurges);
    return new Map(rows.map(({ kind, ...rest }) => [kind, rest]));
  };
  await ensurePartitions(setup);
  await leaveTraces(setup);
  await runRetention(setup);
  clock.advance(dayMs + hourMs);
  await runRetention(setup);
  const removedAt = clock.now();
  assert.deepEqual((await noted()).get("day"), {
    lookedAt: removedAt,
    outcome: "done",
    removedAt,
    removed: 1,
  });
  clock.advance(hourMs);
  await runRetention(setup);
  const again = await noted();
  assert.deepEqual(again.get("day"), { lookedAt: clock.now(), outcome: "done", removedAt, removed: 1 });
  assert.equal(again.size, 4);
  const keyring = {
    destroyContentBefore() {
      throw new Error("The disk is full.");
    },
  };
  await assert.rejects(runRetention({ ...setup, keyring }));
  assert.deepEqual(
    [...(await noted()).values()].map(({ outcome }) => outcome),
    Array(4).fill("failed"),
  );
});

test("sessions and links go when their own end has come", async (t) => {
  const setup = await open(t);
  const { database, clock } = setup;
  const ends = [3_600_000, 7_200_000].map((ms) => new Date(clock.now().getTime() + ms));
  await database.write(operator, async (tx) => {
    for (const [id, end] of ends.entries()) {
      const hash = Buffer.from([id]);
      await tx.run(sql`
        insert into session (account_id, id, secret_hash, created_at, ends_at)
        values (1, ${id}, ${hash}, ${clock.now()}, ${end})`);
      await tx.run(sql`
        insert into sign_in_link (account_id, id, token_hash, expires_at) values (1, ${id}, ${hash}, ${end})`);
    }
  });
  const early = await runRetention(setup);
  assert.deepEqual([early.sessionsDeleted, early.signInLinksDeleted], [0, 0]);
  clock.advance(3_600_000);
  const first = await runRetention(setup);
  assert.deepEqual([first.sessionsDeleted, first.signInLinksDeleted], [1, 1]);
});

test("processes that make partitions at once do not get in each other's way", async (t) => {
  const setup = await open(t);
  for (let round = 0; round < 3; round++) {
    setup.clock.advance(30 * dayMs);
    const made = await Promise.all(Array.from({ length: 6 }, () => ensurePartitions(setup)));
    const needed = partitionedTables.flatMap((each) => spansNeeded(each, setup.clock.now()));
    assert.equal(
      made.reduce((sum, count) => sum + count, 0),
      needed.length,
    );
  }
});

test("a run that is cut off is finished by the next one", async (t) => {
  const setup = await open(t);
  await ensurePartitions(setup);
  await leaveTraces(setup);
  setup.clock.advance(450 * dayMs);
  let writes = 0;
  const failing = new Proxy(setup.database, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name);
      if (typeof value !== "function") return value;
      if (name !== "write") return value.bind(target);
      return (...args: unknown[]) => {
        // Past the partitions that are made, in the middle of those that are dropped.
        if (++writes === partitionedTables.length + 4) throw new Error("cut off");
        return value.apply(target, args) as unknown;
      };
    },
  });
  await assert.rejects(runRetention({ ...setup, database: failing }), /cut off/);
  assert.equal(
    hourOf(setup.clock.now()) - setup.keyring.firstContentHour,
    contentDays * 24 - 1,
    "keys go first",
  );
  const report = await runRetention(setup);
  assert.ok(report.partitionsDropped.length > 0);
  assert.deepEqual(Object.values(await oldestOf(setup.database)), [null, null, null, null]);
});

test("what is read at this moment is not torn away: the partition goes afterwards", async (t) => {
  const setup = await open(t);
  await ensurePartitions(setup);
  await leaveTraces(setup);
  setup.clock.advance(40 * dayMs);
  const { promise: read, resolve: endRead } = Promise.withResolvers<void>();
  const reading = setup.database.read({ role: "delivery" }, async (reader) => {
    await reader.rows(sql`select c.id from content c`);
    await read;
    return reader.rows(sql`select c.id from content c`);
  });
  const running = runRetention(setup);
  setTimeout(endRead, 300);
  assert.equal((await reading).length, 1);
  assert.ok((await running).partitionsDropped.some((name) => name.startsWith("content_")));
});

test("requests, acceptance and delivery can neither make nor drop partitions", async (t) => {
  const { database } = await open(t);
  for (const scope of [
    { role: "request", accountId: 1n },
    { role: "accept" },
    { role: "delivery" },
  ] as const) {
    for (const call of [
      sql`select make_partition('event', '20990101', 1, 2)`,
      sql`select drop_partition('event', '20261123')`,
    ]) {
      await assert.rejects(
        database.write(scope, (tx) => tx.run(call)),
        { code: "42501" },
      );
    }
  }
});

test("no partition of content, nor what it keeps outside the row, is vacuumed for what was added", async (t) => {
  const context = await open(t);
  const { database } = context;
  await ensurePartitions(context);
  const rows = await database.read(operator, (reader) =>
    reader.rows<{ own: string[] | null; outside: string[] | null }>(sql`
      select c.reloptions as own, o.reloptions as outside
      from pg_inherits i join pg_class c on c.oid = i.inhrelid join pg_class o on o.oid = c.reltoastrelid
      where i.inhparent = 'content'::regclass`),
  );
  assert.ok(rows.length > 0);
  const option = "autovacuum_vacuum_insert_threshold=-1";
  for (const { own, outside } of rows) assert.deepEqual([own, outside], [[option], [option]]);
});

test("only the four tables have partitions, under names of eight digits", async (t) => {
  const { database } = await open(t);
  const calls = [
    sql`select make_partition('account', '20990101', 1, 2)`,
    sql`select make_partition('event', '2099; drop table account', 1, 2)`,
    sql`select drop_partition('account', '20990101')`,
    sql`select drop_partition('event', '')`,
  ];
  for (const call of calls) {
    await assert.rejects(
      database.write({ role: "retention" }, (tx) => tx.run(call)),
      { code: "P0001" },
    );
  }
});

test("what an address has sent to a provider is forgotten when its day is over everywhere", async (t) => {
  const setup = await open(t);
  const { database, clock } = setup;
  await database.write(operator, (tx) =>
    tx.run(sql`
      insert into source_usage (source, provider, day, sent)
      select '192.0.2.1', 'google', d.day::date, 5
      from unnest(array['2026-11-21', '2026-11-22', '2026-11-23']) as d (day)`),
  );
  const days = async () => {
    await runRetention(setup);
    const rows = await database.read(operator, (reader) =>
      reader.rows<{ day: string }>(sql`select u.day::text as day from source_usage u order by u.day`),
    );
    return rows.map(({ day }) => day);
  };
  assert.deepEqual(await days(), ["2026-11-22", "2026-11-23"]);
  clock.advance(2 * dayMs);
  assert.deepEqual(await days(), []);
});
