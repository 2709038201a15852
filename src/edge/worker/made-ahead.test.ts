import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import type { Loaded } from "../../core/messages/index.ts";
import { ComposedOctets } from "./composed-octets.ts";
import { MadeAhead } from "./made-ahead.ts";
import type { Handover } from "./sign.ts";

type Ready = Extract<Loaded, { kind: "ready" }>;

const megabyte = 1024 * 1024;

// What a message holds is all that is asked of it here.
function itemOf(sizeBytes: number): Ready {
  const content = { octets: { length: sizeBytes } };
  return { input: { prepared: { hasFeedbackId: false, content } } } as unknown as Ready;
}

function batchOf(count: number, sizeBytes: number, room: ComposedOctets) {
  const alive = new Set<number>();
  const items = Array.from({ length: count }, () => itemOf(sizeBytes));
  const made = new MadeAhead(
    items,
    async (item) => {
      const index = items.indexOf(item);
      alive.add(index);
      return { kind: "unsignable", detail: String(index) } satisfies Handover;
    },
    room,
  );
  return { made, alive, items };
}

test("messages come in order, a few are made ahead, and what had its turn is let go of", async () => {
  const room = new ComposedOctets(100 * megabyte);
  const { made, alive } = batchOf(20, megabyte, room);
  for (let index = 0; index < 20; index++) {
    const handover = await made.take(index, () => true);
    assert.deepEqual(handover, { kind: "unsignable", detail: String(index) });
    assert.ok(alive.size <= index + 4, `${alive.size} are made at the turn of ${index}`);
    assert.ok(room.bytes <= 4 * megabyte);
    made.letGo(index);
    assert.equal(made.peek(index), null);
  }
  assert.deepEqual(await made.leave(20), []);
  assert.equal(room.bytes, 0);
});

test("batches share their room: one waits until another lets go, and gives up when it may not wait", async () => {
  const room = new ComposedOctets(3 * megabyte);
  const [one, other] = [batchOf(4, megabyte, room), batchOf(2, megabyte, room)];
  await one.made.take(0, () => true);
  assert.equal(room.bytes, 3 * megabyte);
  assert.equal(await other.made.take(0, () => false), "no_room");
  assert.deepEqual(await other.made.leave(0), other.items);
  const waiting = batchOf(2, megabyte, room);
  const taken = waiting.made.take(0, () => true);
  assert.equal(await Promise.race([taken, pause(250, "waits")]), "waits");
  one.made.letGo(0);
  assert.deepEqual(await taken, { kind: "unsignable", detail: "0" });
  assert.equal((await one.made.leave(1)).length, 3);
  assert.equal((await waiting.made.leave(1)).length, 1);
  assert.equal(room.bytes, 0);
});

test("one larger than all the room goes alone, and small ones never wait", async () => {
  const room = new ComposedOctets(3 * megabyte);
  const large = batchOf(2, 20 * megabyte, room);
  await large.made.take(0, () => true);
  assert.equal(large.alive.size, 1);
  const small = batchOf(4, 1000, room);
  await small.made.take(0, () => false);
  assert.equal(small.alive.size, 4);
  large.made.letGo(0);
  assert.deepEqual(await large.made.take(1, () => false), { kind: "unsignable", detail: "1" });
  await large.made.leave(2);
  assert.equal(room.bytes, 0);
});

test("what was settled while it was made is not put back", async () => {
  const items = [itemOf(megabyte), itemOf(megabyte), itemOf(megabyte)];
  const room = new ComposedOctets();
  const made = new MadeAhead(items, async (item) => (item === items[1] ? null : ({} as Handover)), room);
  await made.take(0, () => true);
  made.letGo(0);
  assert.deepEqual(await made.leave(1), [items[2]]);
  assert.equal(room.bytes, 0);
});
