import assert from "node:assert/strict";
import { after, test } from "node:test";
import fc from "fast-check";
import { openWorld } from "../../../tests/support/world.ts";
import { sql } from "../../base/database.ts";
import { messageReasons } from "../delivery/index.ts";
import {
  EventHorizon,
  type EventKind,
  type Following,
  follow,
  type MessageEvent,
  recordEvents,
} from "../events/index.ts";
import { countNext } from "./count-next.ts";
import { noPlaceCounts } from "./counts.ts";
import { selectCountryStatistics, selectDomainStatistics } from "./read-store.ts";
import { rebuildStatistics } from "./rebuild.ts";
import { addDomains, domainsOfDayMax } from "./tally-store.ts";

const world = await openWorld({ after });
const { database, keyring, clock, ids } = world;
const horizon = new EventHorizon(database);
let real = Date.UTC(2026, 0, 1);

async function lead(nodeId = 1): Promise<Following> {
  real += 60_000;
  const wish = { name: "statistics", nodeId, epoch: null } as const;
  const following = await database.write({ role: "relay" }, (tx) => follow(tx, wish, new Date(real)));
  return following ?? assert.fail();
}

async function countAll(following: Following): Promise<number> {
  const until = await horizon.advance();
  for (let events = 0; ; ) {
    const batch = await countNext({ database, keyring, ids, now: clock.now() }, following, until);
    assert.ok(batch);
    events += batch.events;
    if (batch.isLast) return events;
  }
}

interface Happening {
  kind: EventKind;
  messageId: bigint | null;
  reason?: number;
  verdict?: "people" | "machine";
  campaignId?: bigint;
  url?: string;
  country?: string;
}

async function happen(accountId: bigint, ...happenings: Happening[]): Promise<void> {
  const events = happenings.map(({ kind, messageId, reason = null, ...more }): MessageEvent => {
    const id = ids.next(clock.now());
    const bare = { accountId, id, messageId, kind, reason, replyCode: null, enhanced: null };
    if (kind !== "opened" && kind !== "clicked") return { ...bare, sealed: null };
    const { verdict = "people", campaignId = null, url, country } = more;
    const link = url === undefined ? null : keyring.lookup(accountId, `link/${url}`);
    const sealed =
      url === undefined
        ? null
        : keyring.sealIdentity({ table: "event", accountId, id }, JSON.stringify({ url }));
    return {
      ...bare,
      sealed,
      reading: {
        campaignId,
        verdict,
        link,
        position: url === undefined ? null : 1,
        ...(country && { country }),
      },
    };
  });
  await database.write({ role: "delivery" }, (tx) => recordEvents(tx, events));
}

type Row = Record<string, unknown>;

/** What the statistics say of an account: only what is not 0. */
async function statisticsOf(
  accountId: bigint,
  of: { source?: string; timing: string; resolution?: string },
): Promise<Row[]> {
  const { source = "account", timing, resolution = "day" } = of;
  const rows = await database.read({ role: "operator" }, (reader) =>
    reader.rows<{ row: Row }>(sql`
      select to_jsonb(s) - array['account_id', 'source', 'timing', 'resolution', 'delivery_ms'] as row
      from statistic s where s.account_id = ${accountId} and s.source = ${source} and s.timing = ${timing}
        and s.resolution = ${resolution} order by s.slice, s.source_id`),
  );
  return rows.map(({ row }) => Object.fromEntries(Object.entries(row).filter(([, value]) => value !== 0)));
}

async function dumpOf(accountId: bigint): Promise<string> {
  const tables = [
    "statistic",
    "statistic_domain",
    "statistic_provider",
    "statistic_reason",
    "statistic_link",
  ];
  const texts = await database.read({ role: "operator" }, (reader) =>
    Promise.all(
      tables.map((table) =>
        reader.rows<{ text: string }>(sql`
          select to_jsonb(t)::text as text from ${sql.identifier(table)} t where t.account_id = ${accountId} order by 1`),
      ),
    ),
  );
  return texts.flatMap((rows, index) => rows.map(({ text }) => `${tables[index]} ${text}`)).join("\n");
}

test("a message counts once by what became of it last, and each event by when it happened", async () => {
  const { accountId } = await world.account();
  await world.approve(accountId, "shop.example");
  const send = async (to: string) =>
    (
      await world.send(accountId, { from: "a@shop.example", to: [to], content: { customCampaign: "spring" } })
    )[0] ?? 0n;
  const following = await lead();
  const [one, two, three] = [
    await send("a@gmail.com"),
    await send("b@firm.example"),
    await send("c@firm.example"),
  ];
  await happen(accountId, { kind: "deferred", messageId: one }, { kind: "deferred", messageId: two });
  await countAll(following);
  const day = "2026-11-23T00:00:00+00:00";
  const first = { slice: day, accepted: 3, deferred: 2 };
  assert.deepEqual(await statisticsOf(accountId, { timing: "message" }), [first]);

  clock.advance(86_400_000);
  await happen(
    accountId,
    { kind: "deferred", messageId: one },
    { kind: "sent", messageId: one },
    { kind: "bounced", messageId: two, reason: messageReasons.userUnknown },
    { kind: "bounced", messageId: three, reason: messageReasons.quotaExceeded },
    { kind: "opened", messageId: null, verdict: "machine" },
    { kind: "opened", messageId: null },
    { kind: "clicked", messageId: null, url: "https://shop.example/a" },
    { kind: "unsubscribed", messageId: one },
  );
  await countAll(following);
  const people = { opened_people: 1, opened_messages: 1, clicked_people: 1, clicked_messages: 1 };
  const readers = { ...people, opened_machine: 1 };
  const next = "2026-11-24T00:00:00+00:00";
  assert.deepEqual(await statisticsOf(accountId, { timing: "message" }), [
    { slice: day, accepted: 3, sent: 1, bounced_hard: 1, bounced_soft: 1, unsubscribed: 1 },
    { slice: next, ...readers },
  ]);
  assert.deepEqual(await statisticsOf(accountId, { timing: "event" }), [
    { slice: day, accepted: 3, deferred: 2 },
    { slice: next, deferred: 1, sent: 1, bounced_hard: 1, bounced_soft: 1, unsubscribed: 1, ...readers },
  ]);
  const campaigns = await statisticsOf(accountId, { source: "campaign", timing: "message" });
  assert.deepEqual(
    campaigns.map(({ accepted, sent, bounced_hard }) => [accepted, sent, bounced_hard]),
    [[3, 1, 1]],
  );
  const text = await dumpOf(accountId);
  assert.match(text, /statistic_provider .*"sent": 1.*"provider": "Gmail"/);
  assert.match(text, /statistic_domain .*"domain": "firm.example".*"bounced_hard": 1/);
  assert.match(text, /statistic_reason .*"kind": "bounced", "events": 1, "reason": 3/);
  assert.match(text, /statistic_link .*"people": 1/);
});

test("a message that bounces after it was delivered moves from one count to the other", async () => {
  const { accountId } = await world.account();
  await world.approve(accountId, "shop.example");
  const [id = 0n] = await world.send(accountId, { from: "a@shop.example", to: ["a@firm.example"] });
  const following = await lead();
  await happen(accountId, { kind: "sent", messageId: id });
  await countAll(following);
  await happen(accountId, { kind: "bounced", messageId: id, reason: messageReasons.userUnknown });
  await countAll(following);
  const [row] = await statisticsOf(accountId, { timing: "message" });
  assert.deepEqual([row?.sent, row?.bounced_hard], [undefined, 1]);
});

test("of a reader who is known, openings and clicks count once a message; of the others each time", async () => {
  const { accountId } = await world.account();
  await world.approve(accountId, "shop.example");
  const content = { customCampaign: "known" };
  const send = (to: string) => world.send(accountId, { from: "a@shop.example", to: [to], content });
  const [[one = 0n], [two = 0n]] = [await send("a@firm.example"), await send("b@firm.example")];
  const following = await lead();
  const opened = (messageId: bigint | null, verdict: "people" | "machine" = "people") =>
    ({ kind: "opened", messageId, verdict }) as const;
  await happen(accountId, opened(one, "machine"), opened(one), opened(one), opened(two));
  await happen(accountId, { kind: "clicked", messageId: one }, opened(null), opened(null));
  await countAll(following);
  // A later batch knows of the one before.
  await happen(
    accountId,
    opened(one),
    { kind: "clicked", messageId: one },
    { kind: "clicked", messageId: two },
  );
  await countAll(following);
  for (const timing of ["event", "message"]) {
    const [row] = await statisticsOf(accountId, { timing });
    assert.deepEqual(
      [
        row?.opened_people,
        row?.opened_messages,
        row?.clicked_people,
        row?.clicked_messages,
        row?.opened_machine,
      ],
      [6, 4, 3, 2, 1],
      timing,
    );
  }
  const [campaign] = await statisticsOf(accountId, { source: "campaign", timing: "message" });
  assert.deepEqual([campaign?.opened_messages, campaign?.clicked_messages], [2, 2]);
});

test("who has lost the lease adds nothing, and its successor goes on where it was", async () => {
  const { accountId } = await world.account();
  const first = await lead(1);
  await happen(accountId, { kind: "sent", messageId: ids.next(clock.now()) });
  const second = await lead(2);
  const until = await horizon.advance();
  const context = { database, keyring, ids, now: clock.now() };
  assert.equal(await countNext(context, first, until), null);
  assert.equal(await countAll(second), 1);
  assert.equal(await countAll(second), 0);
  assert.deepEqual(
    (await statisticsOf(accountId, { timing: "event" })).map(({ sent }) => sent),
    [1],
  );
});

test("days that are counted anew come to the same, whatever was wrong with them", async () => {
  const { accountId } = await world.account();
  await world.approve(accountId, "shop.example");
  const following = await lead();
  const kinds = fc.sample(
    fc.constantFrom<EventKind>(
      "deferred",
      "sent",
      "bounced",
      "blocked",
      "expired",
      "unsubscribed",
      "complained",
    ),
    { numRuns: 60, seed: 7 },
  );
  for (const [index, kind] of kinds.entries()) {
    clock.advance(3_600_000);
    await world.ensurePartitions();
    const [id = 0n] = await world.send(accountId, {
      from: "a@shop.example",
      to: [`p${index % 5}@gmail.com`],
    });
    await happen(
      accountId,
      { kind: "deferred", messageId: id },
      { kind, messageId: id },
      { kind: "clicked", messageId: null, url: `https://shop.example/${index % 3}` },
    );
    if (index % 7 === 0) await countAll(following);
  }
  await countAll(following);
  const right = await dumpOf(accountId);
  await database.write({ role: "operator" }, (tx) =>
    tx.run(sql`update statistic set sent = sent + 1, bounced_soft = 0 where account_id = ${accountId}`),
  );
  const days = { from: new Date("2026-11-24T00:00:00Z"), until: new Date("2026-11-30T00:00:00Z") };
  await rebuildStatistics({ database, keyring, ids, oldest: days.from, now: clock.now() }, days);
  assert.equal(await dumpOf(accountId), right);
  await countAll(following);
  assert.equal(await dumpOf(accountId), right, "and nothing is counted a second time after it");
});

test("where a link leads is kept without what may be one reader's own, and a click that is damaged holds nothing up", async () => {
  const { accountId } = await world.account();
  const following = await lead();
  const clickOn = (link: string, sealed: (id: bigint) => Buffer): MessageEvent => {
    const id = ids.next(clock.now());
    const bare = { accountId, id, messageId: null, kind: "clicked", reason: null, replyCode: null } as const;
    const reading = {
      campaignId: null,
      verdict: "people",
      position: 1,
      link: keyring.lookup(accountId, `link/${link}`),
    } as const;
    return { ...bare, enhanced: null, sealed: sealed(id), reading };
  };
  // What an event of somebody who has agreed to be told apart holds.
  const own = JSON.stringify({ url: "https://shop.example/reset?token=T&email=jane@example.com#top" });
  const events = [
    clickOn("https://shop.example/damaged", () => Buffer.from("not sealed by us")),
    clickOn("https://shop.example/reset", (id) =>
      keyring.sealIdentity({ table: "event", accountId, id }, own),
    ),
  ];
  await database.write({ role: "delivery" }, (tx) => recordEvents(tx, events));
  assert.equal(await countAll(following), 2);
  const targets = await database.read({ role: "operator" }, (reader) =>
    reader.rows<{ id: bigint; sealed: Buffer }>(sql`
      select t.id, t.sealed_url as sealed from statistic_link_target t where t.account_id = ${accountId}`),
  );
  assert.deepEqual(
    targets.map(({ id, sealed }) =>
      keyring.openIdentity({ table: "statistic_link_target", accountId, id }, sealed).toString(),
    ),
    ["https://shop.example/reset"],
  );
  const [day] = await statisticsOf(accountId, { timing: "event" });
  assert.equal(Number(day?.clicked_people), 2);
});

test("a day has so many domains of its own, the first ones; all others count together, in every batch", async () => {
  const { accountId } = await world.account();
  const day = { accountId, dayMs: Date.UTC(2026, 10, 23) };
  const row = (name: string) => ({ ...day, domain: name, counts: { ...noPlaceCounts(), sent: 1 } });
  const many = Array.from({ length: domainsOfDayMax + 5 }, (_, index) => row(`d${index}.example`));
  await database.write({ role: "relay" }, (tx) => addDomains(tx, many));
  await database.write({ role: "relay" }, (tx) => addDomains(tx, [row("d3.example"), row("new.example")]));
  const rows = await database.read({ role: "operator" }, (reader) =>
    reader.rows<{ domain: string; sent: number }>(sql`
      select d.domain, d.sent from statistic_domain d where d.account_id = ${accountId} order by d.sent desc, d.domain`),
  );
  assert.deepEqual(rows.slice(0, 2), [
    { domain: "", sent: 6 },
    { domain: "d3.example", sent: 2 },
  ]);
  assert.equal(rows.length, domainsOfDayMax + 1);
  const page = { fromDay: "2026-11-23", untilDay: "2026-11-24", limit: 2 };
  const { domains, others, count } = await database.read({ role: "request", accountId }, (reader) =>
    selectDomainStatistics(reader, accountId, page),
  );
  assert.deepEqual(
    domains.map(({ name }) => name),
    ["d3.example", "d0.example"],
  );
  assert.deepEqual([others.sent, count], [domainsOfDayMax - 2 + 6, domainsOfDayMax]);
});

test("two ranges do not tell by their difference which country a day of few readings was", async () => {
  const { accountId } = await world.account();
  const following = await lead();
  const opening = { kind: "opened", messageId: null, country: "FR" } as const;
  const day = clock.now().toISOString().slice(0, 10);
  await happen(accountId, ...Array.from({ length: 10 }, () => opening));
  clock.advance(86_400_000);
  await happen(accountId, opening);
  await countAll(following);
  const read = (days: number) => {
    const untilDay = new Date(Date.parse(day) + days * 86_400_000).toISOString().slice(0, 10);
    return database.read({ role: "request", accountId }, (reader) =>
      selectCountryStatistics(reader, accountId, { campaignId: null, days: { fromDay: day, untilDay } }),
    );
  };
  const france = { country: "FR", opened: 10, clicked: 0 };
  assert.deepEqual(await read(1), [france]);
  assert.deepEqual(await read(2), [france, { country: "", opened: 1, clicked: 0 }]);
});
