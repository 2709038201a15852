import assert from "node:assert/strict";
import { test } from "node:test";
import { testDatabase } from "../../../tests/support/database.ts";
import { placeInQueue } from "./lanes.ts";
import { selectQueueFigures } from "./queue-figures-store.ts";
import { after, deliver, now, put, row } from "./testing/queued.ts";

test("the oldest due is that of all, however few rows are counted, and what goes first is as old as it is", async (t) => {
  const { database } = await testDatabase(t);
  const oldest = async () => (await deliver(database, (tx) => selectQueueFigures(tx, now, 2))).oldestDueAt;
  assert.equal(await oldest(), null);
  await put(database, [
    row(1, { dueAt: after(1) }),
    row(2, { dueAt: after(-10) }),
    row(3, { ...placeInQueue(3, after(-20)), route: "a.example" }),
    row(4, { ...placeInQueue(3, after(-5)), route: "a.example" }),
  ]);
  assert.deepEqual(await oldest(), after(-20));
  await put(database, [row(5, { dueAt: after(-30), route: "z.example", lane: 9, band: 1 })]);
  assert.deepEqual(await oldest(), after(-30));
});
