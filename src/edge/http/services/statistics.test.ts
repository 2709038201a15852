import assert from "node:assert/strict";
import { after, test } from "node:test";
import { messageReasons } from "../../../core/delivery/index.ts";
import {
  EventHorizon,
  type EventKind,
  follow,
  type MessageEvent,
  recordEvents,
} from "../../../core/events/index.ts";
import { countNext } from "../../../core/statistics/index.ts";
import { registerApi } from "../api/register.ts";
import { basic, createTestServer } from "../testing/server.ts";
import { apiServices } from "./api.ts";
import { openServiceWorld } from "./testing/service-world.ts";

// The statistics as a dashboard asks for them, over HTTP, from the database.

const world = await openServiceWorld({ after });
const { context, database, keyring, clock, ids } = world;
const principal = await world.principal();
const { accountId } = principal;
await world.approve(accountId, "shop.example");
const { server } = createTestServer({ authenticate: async () => principal, clock });
registerApi(server, apiServices(context));
after(() => server.app.close());

async function ask(path: string) {
  const url = `/api/v1${path}`;
  const response = await server.app.inject({ method: "GET", url, headers: { authorization: basic() } });
  return { status: response.statusCode, json: JSON.parse(response.body) };
}

async function send(to: string, campaign = ""): Promise<bigint> {
  const content = { customCampaign: campaign, html: "<p>Hi</p>", trackOpens: "enabled" as const };
  const [id = 0n] = await world.send(accountId, { from: "a@shop.example", to: [to], content });
  return id;
}

async function happen(
  kind: EventKind,
  messageId: bigint | null,
  more: Partial<MessageEvent> = {},
): Promise<void> {
  const id = ids.next(clock.now());
  const bare = { reason: null, replyCode: null, enhanced: null, sealed: null };
  const event = { accountId, id, messageId, kind, ...bare, ...more };
  await database.write({ role: "delivery" }, (tx) => recordEvents(tx, [event]));
}

async function click(url: string, verdict: "people" | "machine", campaignId: bigint | null): Promise<void> {
  const id = ids.next(clock.now());
  const sealed = keyring.sealIdentity({ table: "event", accountId, id }, JSON.stringify({ url }));
  const reading = { campaignId, verdict, link: keyring.lookup(accountId, `link/${url}`), position: 2 };
  await happen("clicked", null, { id, sealed, reading });
}

async function count(): Promise<void> {
  const real = new Date(Date.now());
  const following = await database.write({ role: "relay" }, (tx) =>
    follow(tx, { name: "statistics", nodeId: 1, epoch: null }, real),
  );
  assert.ok(following);
  const until = await new EventHorizon(database).advance();
  assert.ok(await countNext({ database, keyring, ids, now: clock.now() }, following, until));
}

// Monday 23 November 2026, 10:00 UTC, and the night between 23 and 24 in Berlin.
const spring = [await send("a@gmail.com", "spring"), await send("b@firm.example", "spring")];
const single = await send("c@firm.example");
clock.advance(2000);
await happen("sent", spring[0] ?? 0n, { tracked: { opens: "anonymous", clicks: null } });
await happen("bounced", spring[1] ?? 0n, { reason: messageReasons.quotaExceeded });
clock.advance(13.5 * 3_600_000);
await happen("opened", null, {
  reading: { campaignId: null, verdict: "people", link: null, position: null },
});
await count();
const campaigns = await ask("/statistics/campaigns");
const campaignId = BigInt(campaigns.json.items[0].campaign.id);
await click("https://shop.example/a", "people", campaignId);
await click("https://shop.example/a", "machine", campaignId);
await click("https://shop.example/b", "people", null);
await count();

test("the sums over a time are those of its steps, and a message that waits is queued", async () => {
  const { status, json } = await ask("/statistics?from=2026-11-22T00:00:00Z&until=2026-11-25T00:00:00Z");
  assert.equal(status, 200);
  assert.deepEqual(
    json.points.map(({ from, counts }: { from: string; counts: { accepted: number } }) => [
      from,
      counts.accepted,
    ]),
    [
      ["2026-11-22T00:00:00.000Z", 0],
      ["2026-11-23T00:00:00.000Z", 3],
      ["2026-11-24T00:00:00.000Z", 0],
    ],
  );
  const { accepted, queued, sent, bounced, opened, clicked, measured, averageDeliverySeconds } = json.total;
  assert.deepEqual(
    { accepted, queued, sent, bounced, opened, clicked, measured, averageDeliverySeconds },
    {
      ...{
        accepted: 3,
        queued: 1,
        sent: 1,
        bounced: { total: 1, hard: 0, soft: 1 },
        averageDeliverySeconds: 2,
      },
      ...{ opened: { raw: 1, people: 1, machine: 0 }, clicked: { raw: 3, people: 2, machine: 1 } },
      measured: { opens: 1, clicks: 0 },
    },
  );
});

test("days and hours begin where the time zone says, and a campaign has statistics of its own", async () => {
  const time = "from=2026-11-23T00:00:00Z&until=2026-11-24T12:00:00Z";
  const berlin = await ask(`/statistics?${time}&timeZone=Europe/Berlin&timing=event`);
  assert.deepEqual(
    berlin.json.points.map((point: { from: string; counts: { opened: { raw: number }; sent: number } }) => [
      point.from,
      point.counts.sent,
      point.counts.opened.raw,
    ]),
    [
      ["2026-11-22T23:00:00.000Z", 1, 0],
      ["2026-11-23T23:00:00.000Z", 0, 1],
    ],
  );
  const hours = await ask(`/statistics?${time}&step=hour&campaignId=${campaignId}&timing=event`);
  assert.equal(hours.json.points.length, 36);
  const { accepted, sent, clicked, queued } = hours.json.total;
  assert.deepEqual([accepted, sent, clicked.people, queued], [2, 1, 1, null]);
  const months = await ask(`/statistics?from=2026-03-10T00:00:00Z&until=2026-12-01T00:00:00Z&step=month`);
  assert.equal(months.json.points.length, 9);
  assert.equal(months.json.total.accepted, 3);
});

test("campaigns, domains, providers, reasons and links have their counts, the largest first, page by page", async () => {
  assert.deepEqual(
    campaigns.json.items.map((item: { campaign: { name: string }; counts: { sent: number } }) => [
      item.campaign.name,
      item.counts.sent,
    ]),
    [["spring", 1]],
  );
  const domains = await ask("/statistics/domains?limit=1");
  assert.equal(domains.json.items.length, 1);
  assert.equal(domains.json.others.domains, 1);
  const all = await ask("/statistics/domains");
  assert.deepEqual(
    all.json.items.map((item: { domain: string }) => item.domain),
    ["firm.example", "gmail.com"],
  );
  const providers = await ask(`/statistics/providers?campaignId=${campaignId}`);
  assert.deepEqual(
    providers.json.items.map(
      (item: { provider: string; counts: { sent: number; bounced: { soft: number } } }) => [
        item.provider,
        item.counts.sent,
        item.counts.bounced.soft,
      ],
    ),
    [
      ["Gmail", 1, 0],
      ["Other", 0, 1],
    ],
  );
  const reasons = await ask("/statistics/reasons");
  assert.deepEqual(
    reasons.json.items.map(
      (item: { kind: string; reason: object; meaning: { code: string }; events: number }) => [
        item.kind,
        item.reason,
        item.meaning.code,
        item.events,
      ],
    ),
    [["bounced", { number: 3, text: "quota exceeded" }, "mailbox_full", 1]],
  );
  const links = await ask("/statistics/links?limit=1");
  assert.deepEqual(links.json.items, [
    { url: "https://shop.example/a", position: 2, clicked: { raw: 2, people: 1, machine: 1 } },
  ]);
  const next = await ask(`/statistics/links?limit=1&cursor=${links.json.nextCursor}`);
  assert.deepEqual([next.json.items[0].url, next.json.nextCursor], ["https://shop.example/b", null]);
});

for (const query of [
  "from=2026-11-24T00:00:00Z&until=2026-11-23T00:00:00Z",
  "from=2020-01-01T00:00:00Z",
  "timeZone=Europe/Atlantis",
  "timeZone=%2B02:00",
  "step=minute",
  "timing=never",
  "campaignId=x",
  "campaignId=1&senderId=2",
]) {
  test(`statistics with ${query} are refused with the name of a parameter`, async () => {
    const { status, json } = await ask(`/statistics?${query}`);
    assert.equal(status, 422, JSON.stringify(json));
    assert.ok(json.errors[0].field.length > 0);
  });
}

test("nothing that names somebody is readable in the tables of statistics", async () => {
  assert.ok(single > 0n);
  const tables = [
    "statistic",
    "statistic_provider",
    "statistic_reason",
    "statistic_link",
    "statistic_link_target",
  ];
  assert.doesNotMatch(await world.dump(tables), /shop\.example|spring|firm/);
});
