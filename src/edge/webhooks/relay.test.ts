import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { type Consumer, startConsumer } from "../../../tests/support/webhook-consumer.ts";
import { sql } from "../../base/database.ts";
import { idAt } from "../../base/ids.ts";
import { lastPosition, type MessageEvent } from "../../core/events/index.ts";
import { insertReplay, selectReplays, tellOfChange } from "../../core/webhooks/index.ts";
import { openRelayWorld, type RelayWorld } from "./testing/relay-world.ts";

async function open(t: Parameters<typeof openRelayWorld>[0]) {
  const world = await openRelayWorld(t);
  const { accountId } = await world.account();
  await world.approve(accountId, "shop.example");
  const consumer = await startConsumer(t);
  const send = async (to: string) => {
    const [id = 0n] = await world.send(accountId, {
      from: "news@shop.example",
      to: [to],
      customId: "order-7",
      eventPayload: '{"a":1}',
    });
    return id;
  };
  return { world, accountId, consumer, send };
}

const idsOf = ({ received }: Consumer) => received.map(({ headers }) => headers["webhook-id"]);

/** Lets the time for another try come, as often as it takes until so many requests are there. */
async function laterUntil(
  { clock }: RelayWorld,
  relay: { wake(): void },
  { received }: Consumer,
  count: number,
): Promise<void> {
  for (let waited = 0; received.length < count && waited < 600; waited++) {
    clock.advance(31_000);
    relay.wake();
    await pause(50);
  }
  assert.ok(received.length >= count, `${received.length} requests came`);
}

test("what happens is posted once, one event a request, in Mailjet's words", async (t) => {
  const { world, accountId, consumer, send } = await open(t);
  const row = await world.subscribe(accountId, { url: consumer.url });
  const id = await send("ada@example.com");
  await world.startRelay();
  // Nobody asked for the other kinds.
  const [sent] = await world.happen(accountId, [
    { messageId: id, kind: "sent" },
    { messageId: id, kind: "opened" },
    { messageId: id, kind: "deferred" },
  ]);
  await consumer.until(1);
  const [request] = consumer.received;
  assert.ok(request && sent);
  assert.equal(request.headers["webhook-id"], `evt_${sent.id}`);
  const event = request.events[0] as Record<string, unknown>;
  assert.deepEqual(Object.keys(event), [
    ...["event", "time", "MessageID", "Message_GUID", "email", "mj_campaign_id", "mj_contact_id"],
    ...["customcampaign", "mj_message_id", "smtp_reply", "CustomID", "Payload"],
  ]);
  assert.equal(event.MessageID, String(id));
  assert.ok(request.body.includes(`"MessageID":${id},`), "a bare integer");
  assert.equal(event.email, "ada@example.com");
  assert.equal(event.CustomID, "order-7");
  assert.equal(event.Payload, '{"a":1}');
  assert.equal(event.time, Math.floor(world.clock.now().getTime() / 1000));
  await pause(600);
  assert.equal(consumer.received.length, 1);
  assert.equal((await world.webhookOf(row)).state, "alive");
});

test("events of a URL are grouped, in order, whatever their types; the same group has the same id", async (t) => {
  const { world, accountId, consumer, send } = await open(t);
  for (const eventType of ["sent", "bounce", "open"]) {
    await world.subscribe(accountId, { url: consumer.url, eventType, format: "mailjet_group" });
  }
  const ids = [await send("a@example.com"), await send("b@example.com")];
  const [a = 0n, b = 0n] = ids;
  const events = await world.happen(accountId, [
    { messageId: a, kind: "sent" },
    { messageId: b, kind: "bounced" },
    { messageId: a, kind: "opened" },
  ]);
  consumer.answer = ({ headers }) => ({
    status: idsOf(consumer).filter((id) => id === headers["webhook-id"]).length < 1 ? 503 : 200,
  });
  const relay = await world.startRelay();
  await consumer.until(1);
  await laterUntil(world, relay, consumer, 2);
  const [first, second] = consumer.received;
  assert.deepEqual(
    first?.events.map(({ event }) => event),
    ["sent", "bounce", "open"],
  );
  assert.equal(first?.headers["webhook-events"], events.map(({ id }) => id).join(","));
  assert.equal(first?.headers["webhook-id"], second?.headers["webhook-id"]);
  assert.equal(first?.body, second?.body);
});

test("one group follows the other at once while there is more than a group holds", async (t) => {
  const { world, accountId, consumer, send } = await open(t);
  await world.subscribe(accountId, { url: consumer.url, eventType: "sent", format: "mailjet_group" });
  const messageId = await send("a@example.com");
  const kinds = Array.from({ length: 250 }, () => ({ messageId, kind: "sent" as const }));
  const events = await world.happen(accountId, kinds);
  // The second that a group is waited for never passes.
  const standing = performance.now() + performance.timeOrigin;
  await world.startRelay({}, () => standing);
  await consumer.until(3);
  assert.deepEqual(
    consumer.received.map(({ events: group }) => group.length),
    [100, 100, 50],
  );
  const told = consumer.received.flatMap(({ headers }) => String(headers["webhook-events"]).split(","));
  assert.deepEqual(
    told,
    events.map(({ id }) => String(id)),
  );
});

test("many events come exactly once each, those of a message in order, over answers that come in any order", async (t) => {
  const { world, accountId, consumer, send } = await open(t);
  for (const eventType of ["sent", "open"])
    await world.subscribe(accountId, { url: consumer.url, eventType });
  const messages = await Promise.all(Array.from({ length: 30 }, (_, index) => send(`m${index}@example.com`)));
  consumer.answer = () => ({ status: 200, delayMs: Math.random() * 15 });
  await world.startRelay();
  const kinds = ["sent", "opened", "opened"] as const;
  const happened: MessageEvent[] = [];
  for (const kind of kinds) {
    happened.push(
      ...(await world.happen(
        accountId,
        messages.map((messageId) => ({ messageId, kind })),
      )),
    );
  }
  await consumer.until(happened.length);
  await pause(300);
  const ids = idsOf(consumer);
  assert.equal(ids.length, happened.length);
  assert.deepEqual(new Set(ids), new Set(happened.map(({ id }) => `evt_${id}`)));
  for (const messageId of messages) {
    const own = happened.filter((event) => event.messageId === messageId).map(({ id }) => `evt_${id}`);
    assert.deepEqual(
      ids.filter((id) => own.includes(String(id))),
      own,
    );
  }
});

test("an event that is refused is tried again with what follows of its message; the others go on", async (t) => {
  const { world, accountId, consumer, send } = await open(t);
  for (const eventType of ["sent", "open"])
    await world.subscribe(accountId, { url: consumer.url, eventType });
  const [bad, good] = [await send("bad@example.com"), await send("good@example.com")];
  const [first, second, third] = await world.happen(accountId, [
    { messageId: bad, kind: "sent" },
    { messageId: good, kind: "sent" },
    { messageId: bad, kind: "opened" },
  ]);
  let refuses = true;
  consumer.answer = ({ events }) => ({
    status: refuses && events[0]?.email === "bad@example.com" ? 422 : 200,
  });
  const relay = await world.startRelay();
  await consumer.until(2);
  await pause(600);
  assert.deepEqual(idsOf(consumer), [`evt_${first?.id}`, `evt_${second?.id}`]);
  refuses = false;
  await laterUntil(world, relay, consumer, 4);
  assert.deepEqual(idsOf(consumer).slice(2), [`evt_${first?.id}`, `evt_${third?.id}`]);
});

test("only 200 counts for Mailjet's formats, everything that begins with 2 for the standard one", async (t) => {
  const { world, accountId, consumer, send } = await open(t);
  const url = (path: string) => consumer.url.replace("/events", path);
  await world.subscribe(accountId, { url: url("/mailjet") });
  await world.subscribe(accountId, {
    ...{ url: url("/standard"), format: "standard", eventType: "sent", isMailjet: false },
  });
  consumer.answer = () => ({ status: 202 });
  const messageId = await send("ada@example.com");
  const relay = await world.startRelay();
  await world.happen(accountId, [{ messageId, kind: "sent" }]);
  await consumer.until(2);
  await laterUntil(world, relay, consumer, 4);
  const paths = consumer.received.map(({ path }) => path);
  assert.deepEqual(
    paths.filter((path) => path === "/standard"),
    ["/standard"],
  );
  assert.ok(paths.length >= 4, "the other one is tried again");
  const standard = consumer.received.find(({ path }) => path === "/standard");
  const { type, data } = JSON.parse(standard?.body ?? "") as {
    type: string;
    data: { message: { id: string } };
  };
  assert.deepEqual([type, data.message.id], ["message.sent", String(messageId)]);
});

test("webhooks that hang, refuse and answer slowly do not delay one that answers", async (t) => {
  const { world, accountId, consumer, send } = await open(t);
  const others = await Promise.all(Array.from({ length: 4 }, () => startConsumer(t)));
  const answers = ["hang", "reset", { status: 200, delayMs: 1500 }, "hang"] as const;
  for (const [index, other] of others.entries()) {
    other.answer = () => answers[index] ?? "hang";
    const owner = (await world.account(`Other ${index}`)).accountId;
    await world.approve(owner, "shop.example");
    await world.subscribe(owner, { url: other.url });
    for (let n = 0; n < 10; n++) {
      const [id = 0n] = await world.send(owner, { from: "a@shop.example", to: [`n${n}@example.com`] });
      await world.happen(owner, [{ messageId: id, kind: "sent" }]);
    }
  }
  await world.subscribe(accountId, { url: consumer.url });
  await world.startRelay({ timeoutMs: 3000 });
  await Promise.all(others.map((other) => other.until(1)));
  for (let n = 0; n < 20; n++) {
    await world.happen(accountId, [{ messageId: await send(`m${n}@example.com`), kind: "sent" }]);
  }
  await consumer.until(20);
  // The first requests of the hanging ones are still without an answer, and there is one of each.
  for (const index of [0, 3]) assert.equal(others[index]?.received.length, 1);
  for (const other of others) assert.ok(other.openConnections() <= 1);
});

test("a webhook that takes nothing for a day is dead; its backup goes on where it stopped", async (t) => {
  const { world, accountId, consumer, send } = await open(t);
  const backup = await startConsumer(t);
  const row = await world.subscribe(accountId, { url: consumer.url });
  await world.subscribe(accountId, { url: backup.url, isBackup: true });
  consumer.answer = () => "reset";
  const relay = await world.startRelay();
  const ids = [await send("a@example.com"), await send("b@example.com")];
  const happened = await world.happen(
    accountId,
    ids.map((messageId) => ({ messageId, kind: "sent" as const })),
  );
  await consumer.until(1);
  // As a night goes by, with a try from time to time.
  for (let quarter = 0; quarter < 4; quarter++) {
    const tries = consumer.received.length;
    assert.equal((await world.webhookOf(row)).state, "alive");
    world.clock.advance(6 * 3_500_000);
    await laterUntil(world, relay, consumer, tries + 1);
  }
  while ((await world.webhookOf(row)).state === "alive") {
    world.clock.advance(60_000);
    relay.wake();
    await pause(50);
  }
  await backup.until(2);
  assert.deepEqual(
    idsOf(backup),
    happened.map(({ id }) => `evt_${id}`),
  );
  assert.equal((await world.webhookOf(row)).state, "dead");
  assert.deepEqual(
    world.died.map(({ id }) => id),
    [row.webhookId],
  );
  assert.ok(new Set(idsOf(consumer)).size === 1, "one event was tried, not each");
});

test("a relay that is begun anew goes on where the last one was; nothing is lost and nothing comes twice", async (t) => {
  const { world, accountId, consumer, send } = await open(t);
  await world.subscribe(accountId, { url: consumer.url });
  const messages = await Promise.all(Array.from({ length: 25 }, (_, index) => send(`m${index}@example.com`)));
  consumer.answer = () => ({ status: 200, delayMs: 20 });
  for (const [index, messageId] of messages.entries()) {
    await world.happen(accountId, [{ messageId, kind: "sent" }]);
    if (index % 8 !== 0) continue;
    const relay = await world.startRelay();
    await pause(60);
    await relay.stop();
  }
  await world.startRelay();
  await consumer.until(messages.length);
  await pause(300);
  assert.equal(new Set(idsOf(consumer)).size, messages.length);
  assert.equal(consumer.received.length, messages.length);
});

test("what each request was answered is kept for its owner, sealed, and no more than its places", async (t) => {
  const { world, accountId, consumer, send } = await open(t);
  const { webhookId } = await world.subscribe(accountId, { url: consumer.url });
  consumer.answer = () => ({ status: 500, body: "the secret of ada@example.com" });
  const relay = await world.startRelay();
  await world.happen(accountId, [{ messageId: await send("ada@example.com"), kind: "sent" }]);
  await laterUntil(world, relay, consumer, 8);
  await relay.stop();
  const rows = await world.database.read({ role: "operator" }, (reader) =>
    reader.rows<{ slot: number; status: number; text: string }>(sql`
      select a.slot, a.status, a::text as text from webhook_attempt a where a.webhook_id = ${webhookId}`),
  );
  assert.ok(rows.length >= 8);
  assert.deepEqual(new Set(rows.map(({ status }) => status)), new Set([500]));
  assert.ok(!rows.some(({ text }) => text.includes(Buffer.from("secret").toString("hex"))));
});

test("a replay posts a part of the log once more, with the ids it had, after what is new", async (t) => {
  const { world, accountId, consumer, send } = await open(t);
  const { webhookId } = await world.subscribe(accountId, { url: consumer.url });
  const happened: MessageEvent[] = [];
  for (let day = 0; day < 4; day++) {
    const messageId = await send(`day${day}@example.com`);
    happened.push(...(await world.happen(accountId, [{ messageId, kind: "sent" }])));
    world.clock.advance(86_400_000);
  }
  await world.startRelay();
  await consumer.until(4);
  const dayMs = 86_400_000;
  const end = world.clock.now().getTime();
  await world.database.write({ role: "request", accountId }, async (tx) => {
    await insertReplay(tx, {
      accountId,
      id: world.ids.next(world.clock.now()),
      webhookId,
      fromId: idAt(new Date(end - 3 * dayMs)),
      untilId: idAt(new Date(end - dayMs)),
      logPosition: 0n,
      untilPosition: await lastPosition(tx),
      sent: 0n,
      endedAt: null,
    });
    await tellOfChange(tx, accountId);
  });
  await consumer.until(6);
  assert.deepEqual(
    idsOf(consumer).slice(4),
    happened.slice(1, 3).map(({ id }) => `evt_${id}`),
  );
  const isEnded = () =>
    world.database.read({ role: "request", accountId }, (reader) =>
      selectReplays(reader, accountId, { webhookId, beforeId: null, limit: 1 }),
    );
  while ((await isEnded())[0]?.endedAt === null) await pause(50);
  assert.equal((await isEnded())[0]?.sent, 2n);
});
