import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { openCore } from "../../src/app.ts";
import { sql } from "../../src/base/database.ts";
import { createLog } from "../../src/base/log.ts";
import { readRootKey } from "../../src/config/secrets.ts";
import { sendThroughCrashes } from "../support/crash.ts";
import { TestService } from "../support/service.ts";
import { startSmtpServer } from "../support/smtp-server.ts";
import { type Received, startConsumer } from "../support/webhook-consumer.ts";

const calls = 5;
const messagesPerCall = 30;
const kills = 2;

interface Told {
  id: bigint;
  messageId: bigint;
}

test("kills of the service lose no event and tell none out of order, also to a consumer that fails", async (t) => {
  const sink = await startSmtpServer({ keep: "counts" });
  t.after(() => sink.close());
  const consumer = await startConsumer(t);
  let count = 0;
  // One request in nine fails in one way or the other.
  consumer.answer = () => {
    count++;
    if (count % 27 === 0) return "reset";
    return { status: count % 9 === 0 ? 500 : 200, delayMs: Math.random() * 10 };
  };
  const service = new TestService({ env: { FACTEUR_ROUTES: `*=127.0.0.1:${sink.port}` } });
  t.after(() => service.remove());
  await service.start();
  const credentials = await service.account("sender@shop.example", "shop.example");
  const callback = { EventType: "sent", Url: `${consumer.url}/grouped`, Version: 2 };
  const events = ["sent", "deferred", "bounced", "unknown"];
  const webhook = { url: `${consumer.url}/each`, events };
  for (const [target, body] of [
    ["/v3/REST/eventcallbackurl", callback],
    ["/api/v1/webhooks", webhook],
  ] as const) {
    assert.equal((await service.request(credentials, "POST", target, { body })).status, 201);
  }

  const plan = {
    calls,
    messagesPerCall,
    from: "news@shop.example",
    domainOf: (n: number) => `d${n % 5}.example`,
  };
  const sending = sendThroughCrashes(service, credentials, plan);
  for (let kill = 0; kill < kills; kill++) {
    await pause(300 + Math.random() * 700);
    await service.kill();
    await service.start();
  }
  const accepted = await sending;
  const own = (path: string) => consumer.received.filter((request) => request.path.endsWith(path));
  const sentIn = (path: string) => own(path).flatMap(({ events: told }) => told.map(messageIdOf));
  await consumer.untilReceived(() => new Set(sentIn("/grouped")).size >= accepted.length);
  let happened = await eventsOf(service, BigInt(credentials.accountId));
  // Whoever waits for a second try of a single event waits for the time of the product to come.
  for (let round = 0; round < 60; round++) {
    const told = new Set(toldIn(own("/each")).map(({ id }) => id));
    if (happened.every(({ id }) => told.has(id))) break;
    await service.command("clock", "advance", "31s");
    await pause(300);
    happened = await eventsOf(service, BigInt(credentials.accountId));
  }
  await service.stop();
  const sent = happened.filter(({ kind }) => kind === "sent").map(({ id }) => id);
  assert.deepEqual(idsIn(own("/grouped")), new Set(sent), "every event and no other, in groups");
  const each = new Set(happened.map(({ id }) => id));
  assert.deepEqual(
    new Set(toldIn(own("/each")).map(({ id }) => id)),
    each,
    "every event and no other, one by one",
  );
  const position = new Map(happened.map(({ id }, index) => [id, index]));
  const last = new Map<bigint, number>();
  for (const { id, messageId } of firstsOf(toldIn(own("/each")))) {
    const at = position.get(id) ?? -1;
    assert.ok(at > (last.get(messageId) ?? -1), "in the order of the log within a message");
    last.set(messageId, at);
  }
  const requests = own("/each").length;
  t.diagnostic(`${each.size} events in ${requests} single requests, ${kills} kills`);
});

function messageIdOf(event: Record<string, unknown>): string {
  const { data } = event as { data?: { message?: { id?: string } } };
  return String(event.MessageID ?? data?.message?.id);
}

// A group's own header says which events are in it.
function idsIn(requests: Received[]): Set<bigint> {
  return new Set(requests.flatMap(({ headers }) => String(headers["webhook-events"]).split(",").map(BigInt)));
}

function toldIn(requests: Received[]): Told[] {
  return requests.map(({ headers, events: [event = {}] }) => ({
    id: BigInt(String(headers["webhook-id"]).slice("evt_".length)),
    messageId: BigInt(messageIdOf(event)),
  }));
}

function firstsOf(told: Told[]): Told[] {
  const seen = new Set<bigint>();
  return told.filter(({ id }) => !seen.has(id) && seen.add(id));
}

/** What happened to the messages of an account, in the order of the log. */
async function eventsOf(service: TestService, accountId: bigint): Promise<{ id: bigint; kind: string }[]> {
  const rootKey = await readRootKey({ kind: "file", file: `${service.dataFolder}/secrets/root.key` });
  const log = createLog({ level: "silent" });
  const { dataFolder } = service;
  await using core = await openCore({ dataFolder, databaseUrl: null, rootKey, log, delivers: false });
  return await core.database.read({ role: "operator" }, (reader) =>
    reader.rows<{ id: bigint; kind: string }>(sql`
      select e.id, e.kind from event e where e.account_id = ${accountId} order by e.log_position`),
  );
}
