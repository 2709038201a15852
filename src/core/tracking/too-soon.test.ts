import assert from "node:assert/strict";
import { test } from "node:test";
import { isTooSoon } from "./too-soon.ts";

const table: ["opened" | "clicked", sinceDeliveryMs: number, isTooSoon: boolean][] = [
  ["opened", -50, true],
  ["opened", 0, true],
  ["opened", 999, true],
  ["opened", 1000, false],
  ["clicked", 1000, true],
  ["clicked", 2999, true],
  ["clicked", 3000, false],
  ["clicked", 86_400_000, false],
];
for (const [kind, sinceDeliveryMs, expected] of table) {
  test(`${kind} ${sinceDeliveryMs} ms after delivery is ${expected ? "a machine's" : "perhaps a person's"}`, () => {
    assert.equal(isTooSoon(kind, sinceDeliveryMs), expected);
  });
}
