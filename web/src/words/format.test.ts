import assert from "node:assert/strict";
import { test } from "node:test";
import { distance, formatFor } from "./format.ts";

test("a distance is told in the largest unit that fits", () => {
  assert.deepEqual(distance(-20_000), [0, "second"]);
  assert.deepEqual(distance(-50_000), [-1, "minute"]);
  assert.deepEqual(distance(59 * 60_000), [59, "minute"]);
  assert.deepEqual(distance(-3 * 3_600_000), [-3, "hour"]);
  assert.deepEqual(distance(5 * 86_400_000), [5, "day"]);
});

test("sizes and numbers are written as the language does", () => {
  assert.equal(formatFor("de").number(12_345), "12.345");
  assert.equal(formatFor("en").size(1_500), "1.5 kB");
  assert.equal(formatFor("en").size(1), "1 byte");
  assert.equal(formatFor("en").share(1, 3), "33.3%");
  assert.equal(formatFor("en").share(0, 0), "0%");
  assert.equal(formatFor("en").seconds(0.42), "0.4 sec");
  assert.equal(formatFor("en").seconds(5400), "1.5 hr");
});
