import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { nextAttemptAt } from "./schedule.ts";

const now = new Date("2026-11-23T10:00:00Z");
const minuteMs = 60_000;
const never = new Date("2100-01-01T00:00:00Z");
const random = fc.double({ min: 0, max: 1, noNaN: true });

function delayMinutes(attempts: number, chance: number): number {
  const at = nextAttemptAt(attempts, { now, expiresAt: never }, chance);
  assert.ok(at !== null);
  return (at.getTime() - now.getTime()) / minuteMs;
}

test("the pauses grow: minutes at first, then half hours, then six hours for ever", () => {
  const pauses = Array.from({ length: 10 }, (_, index) => delayMinutes(index + 1, 0.5));
  assert.deepEqual(pauses, [5, 15, 30, 60, 120, 180, 240, 360, 360, 360]);
});

test("a later attempt never waits less than an earlier one, however the dice fall", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 6 }), random, random, (attempts, one, other) => {
      assert.ok(delayMinutes(attempts + 1, one) > delayMinutes(attempts, other));
    }),
  );
});

test("chance moves an attempt by a tenth of its pause at most, and to both sides", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 40 }), random, (attempts, chance) => {
      const share = delayMinutes(attempts, chance) / delayMinutes(attempts, 0.5);
      assert.ok(share >= 0.9 - 1e-6 && share <= 1.1 + 1e-6);
    }),
  );
  assert.ok(Math.abs(delayMinutes(1, 0) - 4.5) < 0.01);
  assert.ok(Math.abs(delayMinutes(1, 1) - 5.5) < 0.01);
});

test("no attempt lies at or behind the end of the message", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 40 }), fc.nat(5 * 24 * 60), random, (attempts, minutes, chance) => {
      const expiresAt = new Date(now.getTime() + minutes * minuteMs);
      const at = nextAttemptAt(attempts, { now, expiresAt }, chance);
      if (at !== null) assert.ok(at < expiresAt && at > now);
      else assert.ok(delayMinutes(attempts, chance) >= minutes);
    }),
  );
});

test("a message of five days is tried for more than four of them and then ends", () => {
  fc.assert(
    fc.property(fc.infiniteStream(random), (chances) => {
      const expiresAt = new Date(now.getTime() + 5 * 24 * 60 * minuteMs);
      let at: Date | null = now;
      let last = now;
      let attempts = 0;
      for (; at !== null && attempts < 1000; last = at ?? last) {
        attempts++;
        last = at;
        at = nextAttemptAt(attempts, { now: at, expiresAt }, chances.next().value);
      }
      assert.ok(attempts > 20 && attempts < 40, `${attempts} attempts`);
      assert.ok(expiresAt.getTime() - last.getTime() <= 6.6 * 60 * minuteMs);
    }),
    { numRuns: 50 },
  );
});
