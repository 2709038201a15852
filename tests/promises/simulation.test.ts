import assert from "node:assert/strict";
import { test } from "node:test";
import { Simulation } from "../../src/app-simulation.ts";

test("over days and months, nothing that must be gone is found anywhere", async () => {
  // To the day on which the first content is six days old, to that of the second, then past the 13 months of events.
  const jumps = [1, 5, 1, 391, 7];
  const { days, assertions, violations } = await Simulation.run(jumps, () => {});
  assert.deepEqual(violations, []);
  assert.equal(days, 405);
  assert.ok(assertions > 1000, `${assertions} assertions`);
});
