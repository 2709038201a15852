import assert from "node:assert/strict";
import { test } from "node:test";
import { nextDay, warmUpCap, warmUpPortion } from "./warm-up.ts";

const warmUp = { address: "192.0.2.1", startedOn: "2026-11-23" };
const dayMs = 86_400_000;

function capAfter(days: number, hours = 0): number {
  return warmUpCap(warmUp, new Date(Date.parse(warmUp.startedOn) + days * dayMs + hours * 3_600_000));
}

test("a new address begins with 50 messages a day and may send twice as many each of the next days", () => {
  assert.deepEqual(
    [0, 1, 2, 3, 4].map((day) => capAfter(day)),
    [50, 100, 200, 400, 800],
  );
});

test("a share is that of the whole day (UTC)", () => {
  assert.equal(capAfter(1, 23.999), 100);
  assert.equal(nextDay(new Date("2026-11-23T23:59:59.999Z")).toISOString(), "2026-11-24T00:00:00.000Z");
  assert.equal(nextDay(new Date("2026-11-24T00:00:00Z")).toISOString(), "2026-11-25T00:00:00.000Z");
});

test("no day's share is more than twice that of the day before, and the sixth week's last is in the millions", () => {
  for (let day = 1; day < 42; day++) {
    assert.ok(capAfter(day) > capAfter(day - 1) && capAfter(day) <= 2 * capAfter(day - 1), `day ${day}`);
  }
  assert.ok(capAfter(41) > 10_000_000);
});

test("an address sends nothing before it begins and anything after six weeks", () => {
  assert.equal(capAfter(-1, 23.999), 0);
  assert.equal(capAfter(42), Number.POSITIVE_INFINITY);
});

test("single messages are taken while each one counts, a thousandth of the share later", () => {
  assert.deepEqual([50, 1999, 20_000, 13_000_000].map(warmUpPortion), [1, 1, 20, 13_000]);
});
