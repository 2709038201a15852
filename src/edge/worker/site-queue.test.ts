import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { DestinationBudget, limitsOf } from "../../core/delivery/index.ts";
import type { ClaimedDelivery } from "../../core/messages/index.ts";
import { CarriedOctets } from "./carried-octets.ts";
import { SiteQueue } from "./site-queue.ts";

function queueOf(): SiteQueue {
  return new SiteQueue("mx.example.org", null, new DestinationBudget(limitsOf([])));
}

function delivery(number: number, band: 0 | 1, lane = 3): ClaimedDelivery {
  const id = BigInt(number);
  return {
    ...{ lane, id, accountId: 1n, contentId: 1n, partId: null, route: "example.org", band },
    ...{
      dueAt: new Date(0),
      expiresAt: new Date(1),
      attempts: 0,
      isBulk: false,
      isRepeat: false,
      isReport: false,
    },
    claim: { lane, id, nodeId: 1, epoch: 1n },
  };
}

test("urgent mail goes first, and within each band in the order it came; nothing is lost or doubled", () => {
  const step = fc.oneof(
    fc.record({
      kind: fc.constant("add" as const),
      bands: fc.array(fc.constantFrom(0 as const, 1 as const)),
    }),
    fc.record({ kind: fc.constant("take" as const), count: fc.nat(6) }),
  );
  fc.assert(
    fc.property(fc.array(step), (steps) => {
      const queue = queueOf();
      const model: Record<0 | 1, number[]> = { 0: [], 1: [] };
      let next = 1;
      for (const each of steps) {
        if (each.kind === "add") {
          const added = each.bands.map((band) => delivery(next++, band));
          queue.add(added);
          for (const { band, id } of added) model[band].push(Number(id));
        } else {
          const urgent = model[0].splice(0, each.count);
          const expected = [...urgent, ...model[1].splice(0, each.count - urgent.length)];
          const taken = queue.take(each.count).map(({ id }) => Number(id));
          assert.deepEqual(taken, expected);
        }
        assert.equal(queue.length, model[0].length + model[1].length);
      }
      assert.deepEqual(
        queue.drain().map(({ id }) => Number(id)),
        [...model[0], ...model[1]],
      );
      assert.equal(queue.length, 0);
    }),
  );
});

test("what is put back is the next to be taken", () => {
  const queue = queueOf();
  queue.add([delivery(1, 1), delivery(2, 0), delivery(3, 1), delivery(4, 0), delivery(5, 1)]);
  const [first, ...rest] = queue.take(4);
  queue.putBack(rest);
  assert.equal(Number(first?.id), 2);
  assert.deepEqual(
    queue.drain().map(({ id }) => Number(id)),
    [4, 1, 3, 5],
  );
});

test("when it runs low it says which lanes have fed it", () => {
  const queue = queueOf();
  const heard: number[][] = [];
  queue.onLow = (lanes) => heard.push([...lanes].sort());
  queue.add(Array.from({ length: 300 }, (_, index) => delivery(index, 1, index % 2 === 0 ? 4 : 9)));
  assert.equal(queue.isLow, false);
  queue.take(50);
  assert.deepEqual(heard, []);
  queue.take(100);
  assert.deepEqual(heard, [[4, 9]]);
  assert.equal(queue.isLow, true);
});

test("taking from an empty queue is silent", () => {
  const queue = queueOf();
  queue.onLow = () => assert.fail();
  assert.deepEqual(queue.take(25), []);
  assert.deepEqual(queue.drain(), []);
});

test("what waits carries so many octets for all destinations; more, and what is stale, is read back from the database", () => {
  const carried = new CarriedOctets(100);
  const queues = ["mx.example.org", "mx.example.com"].map(
    (key) => new SiteQueue(key, null, new DestinationBudget(limitsOf([])), carried),
  );
  const [slow, other] = queues as [SiteQueue, SiteQueue];
  const carrying = (number: number, askedAt: number) =>
    ({ ...delivery(number, 1), carried: { sizeBytes: 40, askedAt } }) as ClaimedDelivery;
  const isCarrying = ({ carried }: ClaimedDelivery) => carried !== undefined;
  slow.add([carrying(1, 10), carrying(2, 20)]);
  const late = [carrying(3, 20), delivery(4, 1)];
  other.add(late);
  assert.equal(carried.bytes, 80);
  assert.deepEqual(late.map(isCarrying), [false, false], "there is no room for it");
  slow.forgetCarried(20);
  assert.equal(carried.bytes, 40);
  other.add([carrying(5, 20)]);
  assert.deepEqual(other.take(3).map(isCarrying), [false, false, true]);
  assert.deepEqual(slow.drain().map(isCarrying), [false, true]);
  assert.equal(carried.bytes, 0);
});
