import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { FairTurns } from "./fair-turns.ts";

const never = () => assert.fail("It waited too long.");

test("works follow one another, also behind one that fails", async () => {
  const turns = new FairTurns({ runningMax: 1, waitMsMax: 60_000 });
  let underWay = 0;
  const done: number[] = [];
  const work = (number: number) => async () => {
    underWay++;
    assert.equal(underWay, 1);
    await pause(1);
    underWay--;
    done.push(number);
    if (number === 1) throw new Error("bad");
    return number;
  };
  const results = await Promise.allSettled(
    [0, 1, 2].map((number) => turns.take({ key: "a" }, work(number), never)),
  );
  assert.deepEqual(done, [0, 1, 2]);
  assert.deepEqual(
    results.map(({ status }) => status),
    ["fulfilled", "rejected", "fulfilled"],
  );
  assert.deepEqual(turns.counts, { running: 0, waiting: 0 });
});

test("whoever has much waiting holds up the others by one work a turn", async () => {
  const turns = new FairTurns({ runningMax: 2, waitMsMax: 60_000 });
  const order: string[] = [];
  const work = (name: string) => async () => {
    await pause(1);
    order.push(name);
  };
  const flood = Array.from({ length: 50 }, () => turns.take({ key: "flood" }, work("flood"), never));
  const others = ["ada", "bob"].map((name) => turns.take({ key: name }, work(name), never));
  await Promise.all(others);
  assert.ok(order.length <= 8, order.join(" "));
  await Promise.all(flood);
  assert.equal(order.length, 52);
});

test("whoever waits too long is told so, and its work is not done", async () => {
  const turns = new FairTurns({ runningMax: 1, waitMsMax: 20 });
  const { promise, resolve } = Promise.withResolvers<string>();
  const long = turns.take({ key: "a" }, () => promise, never);
  assert.equal(
    await turns.take(
      { key: "b" },
      () => assert.fail(),
      () => "late",
    ),
    "late",
  );
  assert.deepEqual(turns.counts, { running: 1, waiting: 0 });
  resolve("done");
  assert.equal(await long, "done");
  assert.equal(await turns.take({ key: "b" }, async () => "now", never), "now");
});
