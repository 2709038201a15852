import assert from "node:assert/strict";
import { after, test } from "node:test";
import { testDatabase } from "../../../tests/support/database.ts";
import { returnShare, takeShare, type UsageKey } from "./source-usage.ts";

const { database } = await testDatabase({ after });

function take(key: UsageKey, wanted: number, cap: number): Promise<number> {
  return database.write({ role: "delivery" }, (tx) => takeShare(tx, key, { wanted, cap }));
}

test("many who take at once never get more than the share together", async () => {
  const key = { source: "192.0.2.1", provider: "google", day: "2026-11-23" };
  const taken = await Promise.all(Array.from({ length: 30 }, () => take(key, 3, 50)));
  assert.equal(
    taken.reduce((sum, count) => sum + count, 0),
    50,
  );
  assert.equal(taken.filter((count) => count === 2).length, 1, "the last of all gets the rest");
});

test("what is given back can be taken again", async () => {
  const key = { source: "192.0.2.2", provider: "google", day: "2026-11-23" };
  assert.equal(await take(key, 60, 50), 50);
  await database.write({ role: "delivery" }, (tx) => returnShare(tx, key, 7));
  assert.equal(await take(key, 60, 50), 7);
  assert.equal(await take(key, 60, 50), 0);
});

test("each address, provider and day has a share of its own; tomorrow's may be larger", async () => {
  const key = { source: "192.0.2.3", provider: "google", day: "2026-11-23" };
  assert.equal(await take(key, 50, 50), 50);
  assert.equal(await take({ ...key, source: "192.0.2.4" }, 50, 50), 50);
  assert.equal(await take({ ...key, provider: "other" }, 50, 50), 50);
  assert.equal(await take({ ...key, day: "2026-11-24" }, 100, 100), 100);
});
