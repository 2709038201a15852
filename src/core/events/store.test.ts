import assert from "node:assert/strict";
import { test } from "node:test";
import { openWorld, type World } from "../../../tests/support/world.ts";
import { idAt } from "../../base/ids.ts";
import { eventKinds, type MessageEvent, type Reading } from "./event.ts";
import { historyOf, recordEvents } from "./store.ts";

function eventOf(
  accountId: bigint,
  messageId: bigint,
  id: bigint,
  change: Partial<MessageEvent> = {},
): MessageEvent {
  const bare = { reason: null, replyCode: null, enhanced: null, sealed: null };
  return { accountId, id, messageId, kind: "deferred", ...bare, ...change };
}

const reading: Reading = { campaignId: 7n, verdict: "machine", link: Buffer.from([3]), position: 2 };

function record({ database }: World, events: MessageEvent[]): Promise<void> {
  return database.write({ role: "delivery" }, (tx) => recordEvents(tx, events));
}

function history({ database }: World, accountId: bigint, messageId: bigint): Promise<MessageEvent[]> {
  return database.read({ role: "request", accountId }, (reader) => historyOf(reader, accountId, messageId));
}

test("a message's history reads back as it was written, oldest first, whatever kind and in whatever order", async (t) => {
  const world = await openWorld(t);
  const { accountId } = await world.account();
  const messageId = world.ids.next(world.clock.now());
  const events = eventKinds.map((kind) =>
    eventOf(accountId, messageId, world.ids.next(world.clock.now()), {
      ...{ kind, reason: 13, replyCode: 450, enhanced: "4.7.1", sealed: Buffer.from([1, 2]) },
      ...(kind === "sent" ? { tracked: { opens: "identified", clicks: null } } : {}),
      ...(kind === "opened" || kind === "clicked" ? { reading } : {}),
    }),
  );
  await record(world, events.toReversed());
  assert.deepEqual(await history(world, accountId, messageId), events);
});

test("an event that is written a second time stays as it was", async (t) => {
  const world = await openWorld(t);
  const { accountId } = await world.account();
  const messageId = world.ids.next(world.clock.now());
  const event = eventOf(accountId, messageId, world.ids.next(world.clock.now()), { kind: "opened", reading });
  await record(world, [event]);
  await record(world, [event, event]);
  assert.deepEqual(await history(world, accountId, messageId), [event]);
});

test("only an opening or a click may belong to no message, and only they have a verdict", async (t) => {
  const world = await openWorld(t);
  const { accountId } = await world.account();
  const made = (change: Partial<MessageEvent>) => ({
    ...eventOf(accountId, world.ids.next(world.clock.now()), world.ids.next(world.clock.now())),
    ...change,
  });
  await record(world, [made({ kind: "clicked", messageId: null, reading })]);
  for (const wrong of [
    made({ kind: "sent", messageId: null }),
    made({ kind: "unsubscribed", messageId: null }),
    made({ kind: "opened" }),
    made({ kind: "sent", reading }),
  ]) {
    await assert.rejects(record(world, [wrong]), /check constraint/);
  }
});

test("a history reaches over the borders of weeks and holds nothing of other messages", async (t) => {
  const world = await openWorld(t);
  const { accountId } = await world.account();
  const now = world.clock.now().getTime();
  const messageId = idAt(new Date(now));
  const later = [0, 1, 3, 6, 9].map((days) =>
    eventOf(accountId, messageId, idAt(new Date(now + days * 86_400_000)) + 1n),
  );
  const other = eventOf(accountId, messageId + 1n, world.ids.next(world.clock.now()));
  await record(world, [...later, other]);
  assert.deepEqual(await history(world, accountId, messageId), later);
});

test("an account reads nothing of another's history", async (t) => {
  const world = await openWorld(t);
  const [one, other] = [await world.account("One"), await world.account("Other")];
  const messageId = world.ids.next(world.clock.now());
  await record(world, [eventOf(one.accountId, messageId, world.ids.next(world.clock.now()))]);
  assert.equal((await history(world, one.accountId, messageId)).length, 1);
  assert.deepEqual(await history(world, other.accountId, messageId), []);
});

test("writing no events asks nothing of the database", async () => {
  await recordEvents({} as Parameters<typeof recordEvents>[0], []);
});
