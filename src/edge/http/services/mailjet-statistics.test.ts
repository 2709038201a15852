import assert from "node:assert/strict";
import { after, test } from "node:test";
import { sql } from "../../../base/database.ts";
import { Refusal } from "../../../base/errors.ts";
import { idAt } from "../../../base/ids.ts";
import { messageReasons } from "../../../core/delivery/index.ts";
import { type EventKind, recordEvents } from "../../../core/events/index.ts";
import { countCampaigns } from "../../../core/statistics/index.ts";
import { mailjetResources } from "../mailjet/resources/all.ts";
import { createRestEngine } from "../mailjet/rest/engine.ts";
import { RestFailure } from "../mailjet/rest/failure.ts";
import { resourceServices } from "./resources.ts";
import { statisticsServices } from "./statistics.ts";
import { openServiceWorld } from "./testing/service-world.ts";

// Mailjet's statistics of accounts that are large, from the database.

const world = await openServiceWorld({ after });
const { context, database, clock, ids } = world;
const principal = await world.principal();
const { accountId } = principal;
await world.approve(accountId, "shop.example");

type Row = Record<string, unknown>;

/** What a program is answered. */
async function ask(path: string, services = resourceServices(context)) {
  const [place = "", query = ""] = path.split("?");
  const engine = createRestEngine(mailjetResources(services));
  const segments = place.split("/");
  const wish = { method: "GET", segments, query, body: Buffer.alloc(0), principal, now: clock.now() };
  try {
    const { body } = await engine.handle(wish);
    const { Data, Total } = JSON.parse(body?.toString() ?? "") as { Data: Row[]; Total: number };
    return { status: 200, rows: Data, total: Total, words: "" };
  } catch (error) {
    if (!(error instanceof RestFailure) && !(error instanceof Refusal)) throw error;
    return { status: 400, rows: [], total: 0, words: error.message };
  }
}

async function send(customCampaign: string, from = "a@shop.example"): Promise<bigint> {
  const [id = 0n] = await world.send(accountId, {
    from,
    to: ["b@firm.example"],
    content: { customCampaign },
  });
  return id;
}

async function happen(kind: EventKind, messageId: bigint): Promise<void> {
  const reason = kind === "bounced" ? messageReasons.quotaExceeded : null;
  const bare = { reason, replyCode: null, enhanced: null, sealed: null };
  const event = { accountId, id: ids.next(clock.now()), messageId, kind, ...bare };
  await database.write({ role: "delivery" }, (tx) => recordEvents(tx, [event]));
}

async function campaignOf(messageId: bigint): Promise<bigint> {
  const row = await database.read({ role: "operator" }, (reader) =>
    reader.row<{ id: bigint }>(sql`
      select m.campaign_id as id from message m where m.account_id = ${accountId} and m.id = ${messageId}`),
  );
  return row?.id ?? assert.fail();
}

const manyEvents = 20_001;

test("bounces of a campaign are found however many others the account had before", async () => {
  const old = await send("old");
  clock.advance(1000);
  await database.write({ role: "operator" }, (tx) =>
    tx.run(sql`
      insert into event (account_id, id, message_id, kind, reason)
      select ${accountId}, ${idAt(clock.now())}::bigint + g, ${old}, 'bounced', 3
      from generate_series(1, ${manyEvents}::int) g`),
  );
  clock.advance(3 * 3_600_000);
  const fresh = await send("fresh");
  clock.advance(1000);
  await happen("deferred", fresh);
  await happen("bounced", fresh);
  const id = await campaignOf(fresh);
  const found = await ask(`bouncestatistics?CampaignID=${id}&countRecords=1`);
  assert.deepEqual([found.words, found.total], ["", 1]);
  assert.deepEqual(
    found.rows.map((row) => row.CampaignID),
    [Number(id)],
  );
  const before = await ask(`bouncestatistics?CampaignID=${await campaignOf(old)}&Limit=10&countRecords=1`);
  assert.deepEqual([before.rows.length, before.total], [10, manyEvents]);
  assert.equal((await ask(`bouncestatistics?CampaignID=77&countRecords=1`)).total, 0);
});

test("a campaign with more around it than is gone through is refused, not answered in part", async () => {
  const id = await campaignOf(await send("old"));
  const services = {
    ...resourceServices(context),
    ...statisticsServices(context, { events: manyEvents - 1 }),
  };
  const { status, words } = await ask(`bouncestatistics?CampaignID=${id}`, services);
  assert.deepEqual([status, /More than 20000 events .* EventFromTs/.test(words)], [400, true]);
  const from = clock.now().toISOString();
  assert.equal((await ask(`bouncestatistics?CampaignID=${id}&EventFromTs=${from}`, services)).status, 200);
});

interface Series {
  source: "account" | "campaign" | "sender";
  ids: readonly bigint[];
  timing: "event" | "message";
  resolution: "five" | "hour" | "day";
  from: string;
  count: number;
  opened?: number;
}

/** As if this had been counted: two messages accepted and one sent in each slice. */
async function fill({ source, ids: of, timing, resolution, from, count, opened = 0 }: Series): Promise<void> {
  const step = { five: 300, hour: 3600, day: 86_400 }[resolution];
  await database.write({ role: "operator" }, (tx) =>
    tx.run(sql`
      insert into statistic
      select ${accountId}, ${source}, i, ${timing}, ${resolution},
        ${new Date(from)}::timestamptz + g * ${step}::int * interval '1 second',
        2, 1, 0, 0, 0, 0, 0, 0, 0, ${opened}::int, 0, 0, 0, 0, 0, 0, 0, 0, 0
      from unnest(${of}::bigint[]) i, generate_series(0, ${count - 1}::int) g`),
  );
}

async function madeCampaign(at: Date): Promise<bigint> {
  const id = ids.nextSmall(clock.now());
  await database.write({ role: "operator" }, (tx) =>
    tx.run(sql`
      insert into campaign (account_id, id, lookup, sealed_name, created_at)
      values (${accountId}, ${id}, ${Buffer.from(String(id))},
        ${context.keyring.sealIdentity({ table: "campaign", accountId, id }, String(id))}, ${at})`),
  );
  return id;
}

test("a chart has the whole first day, one point for several senders, and the newest where it is too long", async () => {
  const senders = await Promise.all(
    ["x@other.example", "y@other.example"].map(async (Email) => {
      const service = resourceServices(context);
      const made = await service.createSender(principal, {
        address: Email,
        name: "",
        category: "unknown",
        isDefault: false,
      });
      return made.kind === "created" ? made.sender.id : assert.fail(made.kind);
    }),
  );
  await fill({
    ...{ source: "sender", ids: senders, timing: "message", resolution: "day" },
    ...{ from: "2023-01-01T00:00:00Z", count: 1100 },
  });
  const days = await ask(
    "graphstatistics?FromDomain=other.example&FromTS=2024-03-01T10:15:00Z&ToTS=2024-03-02T10:00:00Z&Limit=1000",
  );
  assert.deepEqual(
    days.rows.map((row) => [row.RefTimestamp, row.ProcessedCount]),
    [
      ["2024-03-01T00:00:00Z", 4],
      ["2024-03-02T00:00:00Z", 4],
    ],
  );
  const all = await ask("graphstatistics?FromDomain=other.example&FromTS=2023-01-01T00:00:00Z&Limit=1000");
  assert.deepEqual([all.rows.length, all.rows.at(-1)?.RefTimestamp], [1000, "2026-01-04T00:00:00Z"]);
});

test("a campaign's chart has the hours in which readers did something, however long ago it began", async () => {
  const id = await madeCampaign(new Date("2025-01-01T00:00:00Z"));
  const hours = { source: "campaign", ids: [id], timing: "event", resolution: "hour" } as const;
  await fill({ ...hours, from: "2025-01-01T00:00:00Z", count: 1000 });
  await fill({ ...hours, from: "2026-01-01T00:00:00Z", count: 2, opened: 3 });
  const { rows } = await ask(`campaigngraphstatistics?IDS=${id}`);
  assert.deepEqual(
    rows.map((row) => row.Opencount),
    [3, 3],
  );
});

test("statcounters answers all slices of all sources, and refuses more than fit", async () => {
  const sources = Array.from({ length: 20 }, (_, index) => BigInt(index + 1));
  await fill({
    ...{ source: "sender", ids: sources, timing: "message", resolution: "hour" },
    ...{ from: "2026-01-01T00:00:00Z", count: 100 },
  });
  const wish = "CounterSource=Sender&CounterTiming=Message&CounterResolution=Hour";
  const time = "FromTS=2026-01-01T00:00:00Z&ToTS=2026-01-05T04:00:00Z";
  const found = await ask(
    `statcounters?${wish}&SourceIDs=${sources.join(",")}&${time}&Offset=1900&Limit=1000&countRecords=1`,
  );
  assert.deepEqual([found.words, found.rows.length, found.total], ["", 100, 2000]);
  const ids = Array.from({ length: 201 }, (_, index) => index + 1).join(",");
  const refused = await ask(`statcounters?${wish}&SourceIDs=${ids}`);
  assert.match(refused.words, /more than 20000 slices together/);
});

test("filters that the sums know are applied to campaigns", async () => {
  const at = new Date("2024-01-01T00:00:00Z");
  const [waiting, done] = [await madeCampaign(at), await madeCampaign(at)];
  await fill({
    ...{ source: "campaign", ids: [waiting], timing: "message", resolution: "day" },
    ...{ from: "2024-01-01T00:00:00Z", count: 1 },
  });
  for (const [id, from] of [
    [waiting, "2024-01-01T08:00:00Z"],
    [done, "2024-01-02T08:00:00Z"],
  ] as const) {
    await fill({ source: "campaign", ids: [id], timing: "event", resolution: "hour", from, count: 1 });
  }
  const expected: [string, bigint[]][] = [
    ["Queued=true", [waiting]],
    ["Queued=false", [done]],
    ["MinLastActivityAt=2024-01-02T00:00:00Z", [done]],
    ["MaxLastActivityAt=2024-01-02T00:00:00Z", [waiting]],
    ["LastActivityAt=2024-01-01T08:00:00Z", [waiting]],
    ["CampaignStatus=2", [waiting, done]],
    ["CampaignStatus=0", []],
  ];
  for (const [filter, wanted] of expected) {
    const time = "FromTS=2023-12-31T00:00:00Z&ToTS=2024-01-02T00:00:00Z";
    const { rows, total } = await ask(`campaignstatistics?${time}&${filter}&countRecords=1`);
    assert.deepEqual(
      [rows.map((row) => row.CampaignSubject), total],
      [wanted.map(String), wanted.length],
      filter,
    );
  }
});

test("filters that the sums do not know are refused by their name", async () => {
  const id = await campaignOf(await send("known"));
  const refused: [string, string][] = [
    ["campaignstatistics?Sender=5", "Sender"],
    [`messagestatistics?CampaignID=${id}&From=x@other.example`, "From"],
    [`graphstatistics?CampaignID=${id}&FromDomain=other.example`, "FromDomain"],
    ["messagestatistics?CampaignStatus=2", "CampaignStatus"],
    ...["bouncestatistics", "messagestatistics", "openstatistics", "domainstatistics", "graphstatistics"].map(
      (resource): [string, string] => [`${resource}?MessageStatus=sent`, "MessageStatus"],
    ),
  ];
  for (const [path, name] of refused) {
    const { status, words } = await ask(path);
    assert.deepEqual([path, status, words.endsWith(`leave out ${name}`)], [path, 400, true]);
  }
});

test("campaigns are counted without their sums, and only so many are summed up to be chosen", async () => {
  const services = { ...resourceServices(context), ...statisticsServices(context, { campaigns: 1 }) };
  const first = await ask("campaignstatistics?Limit=1&countRecords=1", services);
  assert.ok(first.rows.length === 1 && first.total > 1, first.words);
  for (const filter of ["Sort=ProcessedCount+DESC", "Open=true"]) {
    const { words } = await ask(`campaignstatistics?${filter}`, services);
    assert.match(words, /More than 1 campaigns would have to be summed up/);
  }
  const wish = {
    id: null,
    lookup: null,
    from: null,
    until: null,
    has: [],
    activeFrom: null,
    activeUntil: null,
  };
  const order = { by: "id", isDescending: false } as const;
  // Who delivers mail may see campaigns and no sums.
  const count = await database.read({ role: "delivery" }, (reader) =>
    countCampaigns(reader, accountId, { ...wish, order, offset: 0, limit: 1 }),
  );
  assert.equal(count, first.total);
});
