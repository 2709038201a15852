import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate as turn } from "node:timers/promises";
import fc from "fast-check";
import { GroupWriter } from "./group-writer.ts";

const groupBytesMax = 16 * 1024 * 1024;
const groupItemsMax = 1000;
const nothingShared = () => false;

/** A store that keeps each write waiting until the test lets it end. */
function heldStore() {
  const groups: number[][] = [];
  const ends: ((error?: Error) => void)[] = [];
  const write = (items: number[]) =>
    new Promise<number[]>((resolve, reject) => {
      groups.push(items);
      ends.push((error) => (error === undefined ? resolve(items.map((item) => item * 10)) : reject(error)));
    });
  return { groups, ends, write };
}

async function turns(count = 3): Promise<void> {
  for (let each = 0; each < count; each++) await turn();
}

test("what arrives in one turn is committed together, and each gets its own result", async () => {
  const groups: number[][] = [];
  const writer = new GroupWriter(async (items: number[]) => {
    groups.push(items);
    return items.map((item) => item * 10);
  }, nothingShared);
  assert.deepEqual(await Promise.all([1, 2, 3].map((item) => writer.add(item, 1))), [10, 20, 30]);
  assert.deepEqual(groups, [[1, 2, 3]]);
});

test("two groups are under way at most; what arrives meanwhile forms the next one, in order", async () => {
  const { groups, ends, write } = heldStore();
  const writer = new GroupWriter(write, nothingShared);
  const added: Promise<number>[] = [];
  for (let item = 1; item <= 6; item++) {
    added.push(writer.add(item, 1));
    await turns();
  }
  assert.deepEqual(groups, [[1], [2]]);
  ends[1]?.();
  await turns();
  assert.deepEqual(groups, [[1], [2], [3, 4, 5, 6]]);
  ends[0]?.();
  ends[2]?.();
  assert.deepEqual(await Promise.all(added), [10, 20, 30, 40, 50, 60]);
});

test("no two groups that are under way have the same place", async () => {
  const places: number[] = [];
  const ends: (() => void)[] = [];
  const writer = new GroupWriter(async (items: number[], place) => {
    places.push(place);
    await new Promise<void>((resolve) => ends.push(resolve));
    return items;
  }, nothingShared);
  const added: Promise<number>[] = [];
  const add = async () => {
    added.push(writer.add(1, 1));
    await turns();
  };
  await add();
  await add();
  assert.deepEqual(places.toSorted(), [0, 1]);
  ends[0]?.();
  await turns();
  await add();
  assert.equal(places[2], places[0]);
  for (const end of ends) end();
  await Promise.all(added);
});

test("a group has no more than a thousand items and sixteen megabytes, and one larger item goes alone", async () => {
  const { groups, ends, write } = heldStore();
  const writer = new GroupWriter(write, nothingShared);
  const sizes = [1, groupBytesMax - 1, 1, groupBytesMax * 2, ...new Array<number>(groupItemsMax + 1).fill(0)];
  const added = sizes.map((sizeBytes, item) => writer.add(item, sizeBytes));
  for (let end = 0; end < 5; end++) {
    await turns();
    for (const each of ends.splice(0)) each();
  }
  await Promise.all(added);
  assert.deepEqual(
    groups.map((items) => items.length),
    [2, 1, 1, groupItemsMax, 1],
  );
});

test("one bad item is refused alone; the others of its group are stored, in order", async () => {
  const stored: number[] = [];
  const writer = new GroupWriter(async (items: number[]) => {
    if (items.includes(2)) throw new Error("2 is bad");
    stored.push(...items);
    return items;
  }, nothingShared);
  const ends = await Promise.allSettled([1, 2, 3, 4].map((item) => writer.add(item, 1)));
  assert.deepEqual(
    ends.map((end) => (end.status === "fulfilled" ? end.value : (end.reason as Error).message)),
    [1, "2 is bad", 3, 4],
  );
  assert.deepEqual(stored, [1, 3, 4]);
});

test("when the whole store is away, a group is refused at once instead of item by item", async () => {
  let writes = 0;
  const away = new Error("away");
  const writer = new GroupWriter<number, number>(
    async () => {
      writes++;
      throw away;
    },
    (error) => error === away,
  );
  const ends = await Promise.allSettled([1, 2, 3].map((item) => writer.add(item, 1)));
  assert.ok(ends.every((end) => end.status === "rejected" && end.reason === away));
  assert.equal(writes, 1);
});

test("after a failure the next items are written as ever", async () => {
  let isAway = true;
  const writer = new GroupWriter(
    async (items: number[]) => {
      if (isAway) throw new Error("away");
      return items;
    },
    () => true,
  );
  await assert.rejects(writer.add(1, 1), /away/);
  isAway = false;
  assert.equal(await writer.add(2, 1), 2);
});

test("the bytes that wait are known, and are none once all is written", async () => {
  const { ends, write } = heldStore();
  const writer = new GroupWriter(write, nothingShared);
  const added = [writer.add(1, 5), writer.add(2, 7)];
  assert.equal(writer.waitingBytes, 12);
  await turns();
  assert.equal(writer.waitingBytes, 0, "they are under way");
  ends[0]?.();
  await Promise.all(added);
  assert.equal(writer.waitingBytes, 0);
});

test("whatever arrives, whatever fails: each item is answered once, written once at most, and in the order it came", async () => {
  const item = fc.record({
    sizeBytes: fc.oneof(fc.nat(100), fc.nat(groupBytesMax * 2)),
    isBad: fc.boolean(),
    pause: fc.nat(2),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(item, { maxLength: 40 }), async (items) => {
      const stored: number[] = [];
      const writer = new GroupWriter(async (group: number[]) => {
        await turn();
        if (group.some((index) => items[index]?.isBad)) throw new Error("bad");
        stored.push(...group);
        return group;
      }, nothingShared);
      const added: Promise<number>[] = [];
      for (const [index, { sizeBytes, pause }] of items.entries()) {
        const result = writer.add(index, sizeBytes);
        result.catch(() => {}); // looked at below
        added.push(result);
        await turns(pause);
      }
      const ends = await Promise.allSettled(added);
      for (const [index, end] of ends.entries()) {
        assert.equal(end.status, items[index]?.isBad ? "rejected" : "fulfilled");
        if (end.status === "fulfilled") assert.equal(end.value, index);
      }
      const good = items.flatMap(({ isBad }, index) => (isBad ? [] : [index]));
      assert.deepEqual(
        stored.toSorted((a, b) => a - b),
        good,
      );
    }),
    { numRuns: 60 },
  );
});

test("a stream of small items does not starve a large one", async () => {
  const order: number[] = [];
  const writer = new GroupWriter(async (group: number[]) => {
    await turn();
    order.push(...group);
    return group;
  }, nothingShared);
  const added: Promise<number>[] = [];
  for (let index = 0; index < 200; index++) {
    added.push(writer.add(index, index === 100 ? groupBytesMax * 3 : 1000));
    if (index % 10 === 0) await turn();
  }
  await Promise.all(added);
  assert.ok(order.indexOf(100) <= order.indexOf(199));
  assert.equal(order.length, 200);
});
