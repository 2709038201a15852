import assert from "node:assert/strict";
import { after, test } from "node:test";
import { sql } from "../../../base/database.ts";
import { Refusal } from "../../../base/errors.ts";
import { idAt } from "../../../base/ids.ts";
import { messageReasons } from "../../../core/delivery/index.ts";
import { type EventKind, recordEvents } from "../../../core/events/index.ts";
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
  const services = { ...resourceServices(context), ...statisticsServices(context, manyEvents - 1) };
  const { status, words } = await ask(`bouncestatistics?CampaignID=${id}`, services);
  assert.deepEqual([status, /More than 20000 events .* EventFromTs/.test(words)], [400, true]);
  const from = clock.now().toISOString();
  assert.equal((await ask(`bouncestatistics?CampaignID=${id}&EventFromTs=${from}`, services)).status, 200);
});
