import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { Turns } from "./turns.ts";

test("works follow one another in their order, also behind one that fails", async () => {
  const turns = new Turns();
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
  const results = await Promise.allSettled([0, 1, 2].map((number) => turns.take(work(number))));
  assert.deepEqual(done, [0, 1, 2]);
  assert.deepEqual(
    results.map(({ status }) => status),
    ["fulfilled", "rejected", "fulfilled"],
  );
});
