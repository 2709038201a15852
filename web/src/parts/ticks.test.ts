import assert from "node:assert/strict";
import { test } from "node:test";
import { ticksTo } from "./ticks.ts";

test("the side of a chart has few whole numbers and ends at or above the greatest value", () => {
  assert.deepEqual(ticksTo(0), [0, 1]);
  assert.deepEqual(ticksTo(3), [0, 1, 2, 3]);
  assert.deepEqual(ticksTo(37), [0, 10, 20, 30, 40]);
  for (const greatest of [1, 9, 10, 11, 99, 101, 12_345, 9_999_999]) {
    const ticks = ticksTo(greatest);
    assert.ok(ticks.length <= 6 && (ticks.at(-1) ?? 0) >= greatest, `${greatest}: ${ticks}`);
    assert.ok(ticks.every(Number.isInteger));
  }
});
