import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { startConsumer } from "../../../tests/support/webhook-consumer.ts";
import { openRelayWorld } from "./testing/relay-world.ts";

const hourMs = 3_600_000;

async function open(t: Parameters<typeof openRelayWorld>[0]) {
  const world = await openRelayWorld(t);
  const { accountId } = await world.account();
  await world.approve(accountId, "shop.example");
  const send = async () => {
    const [id = 0n] = await world.send(accountId, { from: "a@shop.example", to: ["ada@example.com"] });
    return id;
  };
  return { world, accountId, send };
}

async function until(holds: () => boolean | Promise<boolean>, act: () => void = () => {}): Promise<void> {
  for (let waited = 0; waited < 600; waited++) {
    if (await holds()) return;
    act();
    await pause(50);
  }
  assert.fail("It did not come about.");
}

test("one event that is always refused does not end a webhook that was away for a moment", async (t) => {
  const { world, accountId, send } = await open(t);
  const consumer = await startConsumer(t);
  const row = await world.subscribe(accountId, { url: consumer.url });
  consumer.answer = () => "reset";
  const relay = await world.startRelay();
  const [bad, good] = await world.happen(accountId, [
    { messageId: await send(), kind: "sent" },
    { messageId: await send(), kind: "sent" },
  ]);
  assert.ok(bad && good);
  await consumer.until(1);
  consumer.answer = ({ headers }) => ({ status: headers["webhook-id"] === `evt_${bad.id}` ? 400 : 200 });
  const isThere = () => consumer.received.some(({ headers }) => headers["webhook-id"] === `evt_${good.id}`);
  await until(isThere, () => {
    world.clock.advance(31_000);
    relay.wake();
  });
  assert.equal((await world.webhookOf(row)).state, "alive");
});

test("of two backups of a dead webhook, one that is away does not keep the other from its events", async (t) => {
  const { world, accountId, send } = await open(t);
  const [dead, away, there] = await Promise.all([startConsumer(t), startConsumer(t), startConsumer(t)]);
  const row = await world.subscribe(accountId, { url: dead.url });
  await world.subscribe(accountId, { url: dead.url, eventType: "bounce" });
  await world.subscribe(accountId, { url: away.url, isBackup: true });
  await world.subscribe(accountId, { url: there.url, eventType: "bounce", isBackup: true });
  dead.answer = () => "reset";
  away.answer = () => "reset";
  const relay = await world.startRelay();
  const [message] = [await send()];
  await world.happen(accountId, [{ messageId: message, kind: "sent" }]);
  await dead.until(1);
  await until(
    async () => (await world.webhookOf(row)).state === "dead",
    () => {
      world.clock.advance(hourMs);
      relay.wake();
    },
  );
  await away.until(1);
  const [bounced] = await world.happen(accountId, [{ messageId: await send(), kind: "bounced" }]);
  assert.ok(bounced);
  await until(
    () => there.received.length > 0,
    () => relay.wake(),
  );
  assert.equal(there.received[0]?.headers["webhook-id"], `evt_${bounced.id}`);
  const tries = away.received.length;
  await pause(1000);
  assert.equal(away.received.length, tries, "it is left alone until its time comes");
});
