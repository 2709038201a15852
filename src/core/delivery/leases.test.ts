import assert from "node:assert/strict";
import { test } from "node:test";
import { testDatabase } from "../../../tests/support/database.ts";
import { type Database, sql } from "../../base/database.ts";
import { laneCount } from "./lanes.ts";
import {
  countLiveNodes,
  dropLanes,
  joinAsNode,
  leaseSeconds,
  nodeNamed,
  renewLanes,
  returnLanes,
  silentHolders,
  takeLanes,
  touchNode,
} from "./leases.ts";
import { after, claimAs, deliver, now, own, put, row } from "./testing/queued.ts";

function join(database: Database, name: string, at = now, delivers = true): Promise<number> {
  return deliver(database, (tx) => joinAsNode(tx, { name, delivers }, at));
}

test("a name gets a number of its own and the same one each time", async (t) => {
  const { database } = await testDatabase(t);
  assert.deepEqual(
    [await join(database, "a/0"), await join(database, "a/1"), await join(database, "a/0")],
    [0, 1, 0],
  );
  const found = await deliver(database, async (tx) => [
    await nodeNamed(tx, "a/1"),
    await nodeNamed(tx, "b/0"),
  ]);
  assert.deepEqual(found, [1, undefined]);
});

test("processes that start at once get different numbers", async (t) => {
  const { database } = await testDatabase(t);
  const ids = await Promise.all(Array.from({ length: 12 }, (_, index) => join(database, `a/${index}`)));
  assert.equal(new Set(ids).size, 12);
});

const month = 31 * 86_400;

test("a number that was not used for a month is given away, unless mail or a lane still hangs on it", async (t) => {
  const { database } = await testDatabase(t);
  for (const name of ["idle", "holding", "owning", "fresh"]) await join(database, name);
  const lane = await own(database, 1);
  await put(database, [row(1)]);
  await deliver(database, (tx) => claimAs(tx, 1, lane));
  await deliver(database, (tx) => returnLanes(tx, 1, [lane]));
  await deliver(database, (tx) => dropLanes(tx, 1));
  await deliver(database, (tx) => takeLanes(tx, 2, now, 1));
  await deliver(database, (tx) => touchNode(tx, 3, after(month - 60)));
  assert.equal(await join(database, "new", after(month)), 0);
  assert.equal(await join(database, "newer", after(month)), 4);
});

test("when all 512 numbers are in use, the next process is told so", async (t) => {
  const { database } = await testDatabase(t);
  await database.write({ role: "operator" }, (tx) =>
    tx.run(sql`
      insert into node (id, name, delivers, seen_at)
      select g.id, 'a/' || g.id, true, ${now} from generate_series(0, 511) as g (id)`),
  );
  await assert.rejects(join(database, "b/0"), /512 node numbers/);
});

test("a lane has one owner at a time; it changes hands when the lease ends, and never in between", async (t) => {
  const { database } = await testDatabase(t);
  const first = await deliver(database, (tx) => takeLanes(tx, 1, now, 40));
  const second = await deliver(database, (tx) => takeLanes(tx, 2, now, laneCount));
  assert.equal(first.length, 40);
  assert.equal(second.length, laneCount - 40);
  assert.equal(new Set([...first, ...second].map(({ lane }) => lane)).size, laneCount);
  assert.deepEqual(await deliver(database, (tx) => takeLanes(tx, 3, after(leaseSeconds - 1), laneCount)), []);
  assert.equal(
    (await deliver(database, (tx) => takeLanes(tx, 3, after(leaseSeconds), laneCount))).length,
    laneCount,
  );
});

test("two nodes that take lanes at once share them without a double", async (t) => {
  const { database } = await testDatabase(t);
  const taken = await Promise.all(
    [1, 2, 3, 4].map((nodeId) => deliver(database, (tx) => takeLanes(tx, nodeId, now, 16))),
  );
  const lanes = taken.flat().map(({ lane }) => lane);
  assert.equal(new Set(lanes).size, lanes.length);
});

test("a renewed lease goes on; one that has ended cannot be renewed, even if nobody took the lane", async (t) => {
  const { database } = await testDatabase(t);
  await join(database, "a/0");
  const taken = await deliver(database, (tx) => takeLanes(tx, 0, now, 2));
  const renewed = await deliver(database, (tx) => renewLanes(tx, 0, after(10)));
  assert.deepEqual(
    renewed.toSorted((a, b) => a.lane - b.lane),
    taken.toSorted((a, b) => a.lane - b.lane),
  );
  assert.equal((await deliver(database, (tx) => renewLanes(tx, 0, after(10 + leaseSeconds - 1)))).length, 2);
  assert.deepEqual(await deliver(database, (tx) => renewLanes(tx, 0, after(100))), []);
});

test("every take-over raises the epoch, even by the same node", async (t) => {
  const { database } = await testDatabase(t);
  const epochs: bigint[] = [];
  for (const [nodeId, at] of [
    [1, 0],
    [2, 60],
    [2, 120],
  ] as const) {
    epochs.push((await own(database, nodeId, after(at))).epoch);
  }
  await deliver(database, (tx) => dropLanes(tx, 2));
  epochs.push((await own(database, 2, after(121))).epoch);
  assert.deepEqual(epochs, [1n, 2n, 3n, 4n]);
});

test("only the owner under the current epoch can give a lane back", async (t) => {
  const { database } = await testDatabase(t);
  const old = await own(database, 1);
  const fresh = await own(database, 2, after(60));
  await deliver(database, async (tx) => {
    await returnLanes(tx, 1, [old]);
    await returnLanes(tx, 1, [fresh]);
    await returnLanes(tx, 2, [old]);
  });
  assert.deepEqual(await deliver(database, (tx) => takeLanes(tx, 3, after(61), laneCount)), []);
  await deliver(database, (tx) => returnLanes(tx, 2, [fresh]));
  assert.equal((await deliver(database, (tx) => takeLanes(tx, 3, after(61), laneCount))).length, 1);
});

test("living nodes are those that deliver and were heard of within a lease", async (t) => {
  const { database } = await testDatabase(t);
  await join(database, "a/0", after(-leaseSeconds));
  await join(database, "a/1", after(-leaseSeconds + 1));
  await join(database, "a/2", now);
  await join(database, "a/3", now, false);
  assert.equal(await deliver(database, (tx) => countLiveNodes(tx, now)), 2);
});

test("a node that is silent and holds mail is found; one that holds none is let be", async (t) => {
  const { database } = await testDatabase(t);
  for (const name of ["a/0", "a/1"]) await join(database, name);
  const lane = await own(database, 1);
  await put(database, [row(1)]);
  await deliver(database, (tx) => claimAs(tx, 1, lane));
  assert.deepEqual(await deliver(database, (tx) => silentHolders(tx, now)), []);
  assert.deepEqual(await deliver(database, (tx) => silentHolders(tx, after(1))), [{ id: 1, name: "a/1" }]);
});
