import assert from "node:assert/strict";
import { test } from "node:test";
import { type Delivery, DestinationBudget, limitsOf } from "../../core/delivery/index.ts";
import type { ClaimedDelivery, Reservation } from "../../core/messages/index.ts";
import { DirectHandOver } from "./hand-over.ts";
import { HeldClaims } from "./held-claims.ts";
import type { LaneKeeper } from "./lane-keeper.ts";
import { SiteQueue } from "./site-queue.ts";

function openHandOver() {
  const state = { real: 0, epoch: 5n as bigint | null, isOpen: true, ready: 0 };
  const released: bigint[] = [];
  const employed: SiteQueue[] = [];
  const held = new HeldClaims();
  const queue = new SiteQueue("mx.example.org", null, new DestinationBudget(limitsOf([])));
  const handOver = new DirectHandOver({
    clock: { now: () => new Date(state.real), real: () => state.real },
    nodeId: 1,
    keeper: { epochOf: () => state.epoch } as unknown as LaneKeeper,
    held,
    isOpen: () => state.isOpen,
    ready: () => state.ready,
    employ: (each) => void employed.push(each),
    release: async (deliveries) => void released.push(...deliveries.map(({ id }) => id)),
  });
  return { state, released, employed, held, queue, handOver };
}

function deliveries(count: number, route = "example.org"): Delivery[] {
  return Array.from({ length: count }, (_, index) => ({
    ...{
      lane: 3,
      id: BigInt(index + 1),
      accountId: 1n,
      contentId: 1n,
      partId: null,
      route,
      band: 0 as const,
    },
    ...{
      dueAt: new Date(0),
      expiresAt: new Date(1),
      attempts: 0,
      isBulk: false,
      isRepeat: false,
      isReport: false,
    },
  }));
}

function taken(reservation: Reservation | null, rows: Delivery[]): ClaimedDelivery[] {
  return rows.flatMap((row) => {
    const claim = reservation?.claims.get(row.id);
    return claim === undefined ? [] : [{ ...row, claim }];
  });
}

test("only a route of which nothing waits in the database takes messages, and only for a while", () => {
  const { state, queue, handOver } = openHandOver();
  assert.equal(handOver.reserve(deliveries(1)), null);
  handOver.open("example.org", queue);
  const both = handOver.reserve([...deliveries(1), ...deliveries(2, "other.example").slice(1)]);
  assert.deepEqual([...(both?.claims.values() ?? [])], [{ lane: 3, id: 1n, nodeId: 1, epoch: 5n }]);
  both?.end([]);
  assert.equal(handOver.reserve(deliveries(1)), null, "the one that was not taken waits in the database");
  handOver.open("example.org", queue);
  state.real += 5001;
  assert.equal(handOver.reserve(deliveries(1)), null);
});

test("a lane that is not held, a pause and a full queue take nothing, until a claim has found nothing more", () => {
  const { state, queue, handOver } = openHandOver();
  for (const change of [{ epoch: null }, { isOpen: false }]) {
    Object.assign(state, change);
    handOver.open("example.org", queue);
    assert.equal(handOver.reserve(deliveries(1)), null);
    Object.assign(state, { epoch: 5n, isOpen: true });
    assert.equal(handOver.reserve(deliveries(1)), null, "it stays closed");
  }
  handOver.open("example.org", queue);
  const first = handOver.reserve(deliveries(300));
  const second = handOver.reserve(deliveries(300));
  assert.deepEqual([first?.claims.size, second?.claims.size], [300, 100]);
});

test("all destinations together take so many", () => {
  const { state, queue, handOver } = openHandOver();
  state.ready = 990;
  handOver.open("example.org", queue);
  assert.equal(handOver.reserve(deliveries(20))?.claims.size, 10);
  handOver.open("example.org", queue);
  assert.equal(handOver.reserve(deliveries(1)), null, "what is being written counts");
});

test("what is on disk goes into the queue and is known to be held; the room of the rest is free again", () => {
  const { queue, handOver, held, employed } = openHandOver();
  handOver.open("example.org", queue);
  const rows = deliveries(400);
  const reservation = handOver.reserve(rows);
  assert.ok(held.isClaimingSince(0));
  const all = taken(reservation, rows);
  reservation?.end(all.slice(0, 10));
  assert.equal(queue.length, 10);
  assert.deepEqual(employed, [queue]);
  assert.ok(!held.isClaimingSince(0));
  assert.deepEqual(
    all.slice(8, 12).map(({ claim }) => held.has(claim)),
    [true, true, false, false],
  );
  handOver.open("example.org", queue);
  assert.equal(handOver.reserve(deliveries(1000))?.claims.size, 390);
});

test("a stop waits for what is being written, and gives it back", async () => {
  const { queue, handOver, released } = openHandOver();
  handOver.open("example.org", queue);
  const rows = deliveries(2);
  const reservation = handOver.reserve(rows);
  let isStopped = false;
  const stopping = handOver.stop().then(() => {
    isStopped = true;
  });
  assert.equal(handOver.reserve(deliveries(1)), null);
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(isStopped, false);
  reservation?.end(taken(reservation, rows));
  await stopping;
  assert.deepEqual(released, [1n, 2n]);
  assert.equal(queue.length, 0);
});
