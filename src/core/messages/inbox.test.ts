import assert from "node:assert/strict";
import { test } from "node:test";
import { openWorld, type World } from "../../../tests/support/world.ts";
import { hourOf } from "../keys/index.ts";
import { emptyInbox, keepInInbox, listInbox, readInbox } from "./inbox.ts";

const hourMs = 3_600_000;
const envelope = { from: "b-1@example.org", to: "ada@example.com" };

function keep(world: World, accountId: bigint, messageId: bigint, source = Buffer.from("the message")) {
  const entry = { accountId, messageId, envelope, subject: "Hello", source };
  return world.database.write({ role: "delivery" }, (tx) => keepInInbox(tx, world, entry));
}

function list(world: World, accountId: bigint, beforeId: bigint | null = null, limit = 100) {
  return world.database.read({ role: "request", accountId }, (reader) =>
    listInbox(reader, world.keyring, { accountId, beforeId, limit }),
  );
}

function read(world: World, accountId: bigint, id: bigint) {
  return world.database.read({ role: "request", accountId }, (reader) =>
    readInbox(reader, world.keyring, { accountId, id }),
  );
}

test("a kept message reads back to the octet, and its list entry says how large it is", async (t) => {
  const world = await openWorld(t);
  const { accountId } = await world.account();
  const messageId = world.ids.next(world.clock.now());
  const source = Buffer.from([0, 255, 10, 13, 10, 123, 125]);
  const id = await keep(world, accountId, messageId, source);
  const item = { id, messageId, envelope, subject: "Hello", sizeBytes: source.length };
  assert.deepEqual(await list(world, accountId), [item]);
  assert.deepEqual(await read(world, accountId, id), { ...item, source });
});

test("a message that is delivered again after a crash is kept once", async (t) => {
  const world = await openWorld(t);
  const { accountId } = await world.account();
  const messageId = world.ids.next(world.clock.now());
  await keep(world, accountId, messageId);
  world.clock.advance(hourMs);
  await keep(world, accountId, messageId);
  assert.equal((await list(world, accountId)).length, 1);
});

test("a kept message goes with the hour it was accepted in, however late it was delivered", async (t) => {
  const world = await openWorld(t);
  const { accountId } = await world.account();
  const acceptedAt = world.clock.now();
  const messageId = world.ids.next(acceptedAt);
  world.clock.advance(100 * hourMs);
  const id = await keep(world, accountId, messageId);
  assert.ok((await read(world, accountId, id)) !== null);
  world.keyring.destroyContentBefore(hourOf(acceptedAt) + 1);
  assert.equal(await read(world, accountId, id), null);
  assert.deepEqual(await list(world, accountId), []);
});

test("the inbox is listed a page at a time, the newest first", async (t) => {
  const world = await openWorld(t);
  const { accountId } = await world.account();
  const kept: bigint[] = [];
  for (let count = 0; count < 5; count++) {
    kept.push(await keep(world, accountId, world.ids.next(world.clock.now())));
  }
  const first = await list(world, accountId, null, 3);
  const rest = await list(world, accountId, first.at(-1)?.id ?? null, 3);
  assert.deepEqual(
    [...first, ...rest].map(({ id }) => id),
    kept.toReversed(),
  );
});

test("large messages are listed in several steps, and none is left out", async (t) => {
  const world = await openWorld(t);
  const { accountId } = await world.account();
  const source = Buffer.alloc(12 * 1024 * 1024, "x");
  for (let count = 0; count < 4; count++)
    await keep(world, accountId, world.ids.next(world.clock.now()), source);
  assert.equal((await list(world, accountId)).length, 4);
});

test("an account sees and empties its own inbox only", async (t) => {
  const world = await openWorld(t);
  const [one, other] = [await world.account("One"), await world.account("Other")];
  const id = await keep(world, one.accountId, world.ids.next(world.clock.now()));
  await keep(world, other.accountId, world.ids.next(world.clock.now()));
  assert.equal((await list(world, one.accountId)).length, 1);
  assert.equal(await read(world, other.accountId, id), null);
  // Even a query that names another account is answered with nothing: the row is not there for this one.
  const scope = { role: "request", accountId: other.accountId } as const;
  assert.equal(await world.database.write(scope, (tx) => emptyInbox(tx, one.accountId)), 0);
  assert.equal(await world.database.write(scope, (tx) => emptyInbox(tx, other.accountId)), 1);
  assert.equal((await list(world, one.accountId)).length, 1);
});
