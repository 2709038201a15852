import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { dateOf, IdSource, idAt, nodeCountMax } from "./ids.ts";

const firstMs = Date.UTC(2020, 0, 1);
const lastMs = Date.UTC(2108, 11, 31);
const instant = fc.integer({ min: firstMs, max: lastMs });

test("an id tells the millisecond it was made and fits a positive bigint of PostgreSQL", () => {
  fc.assert(
    fc.property(instant, fc.integer({ min: 0, max: nodeCountMax - 1 }), (ms, node) => {
      const id = new IdSource(node).next(new Date(ms));
      assert.equal(dateOf(id).getTime(), ms);
      assert.ok(id > 0n && BigInt.asIntN(64, id) === id);
    }),
  );
});

test("the id of an instant bounds the ids made before it and after it", () => {
  fc.assert(
    fc.property(instant, instant, fc.integer({ min: 0, max: nodeCountMax - 1 }), (made, bound, node) => {
      const id = new IdSource(node).next(new Date(made));
      assert.equal(id >= idAt(new Date(bound)), made >= bound);
    }),
  );
});

test("ids of one source grow, whatever the clock does", () => {
  fc.assert(
    fc.property(fc.array(instant, { minLength: 2, maxLength: 50 }), (times) => {
      const source = new IdSource(3);
      const made = times.map((ms) => source.next(new Date(ms)));
      for (const [index, id] of made.entries()) {
        if (index > 0) assert.ok(id > (made[index - 1] ?? 0n));
      }
    }),
  );
});

test("nodes never make the same id", () => {
  const now = new Date("2026-11-23T10:00:00Z");
  const made = new Set<bigint>();
  for (let node = 0; node < nodeCountMax; node++) {
    const source = new IdSource(node);
    for (let count = 0; count < 20; count++) made.add(source.next(now));
  }
  assert.equal(made.size, nodeCountMax * 20);
});

test("more ids than a millisecond has borrow from the next one and stay different", () => {
  const now = new Date("2026-11-23T10:00:00Z");
  const source = new IdSource(511);
  const made = Array.from({ length: 10_000 }, () => source.next(now));
  assert.equal(new Set(made).size, 10_000);
  assert.equal(dateOf(made[4095] as bigint).getTime(), now.getTime());
  assert.equal(dateOf(made[4096] as bigint).getTime(), now.getTime() + 1);
  assert.equal(dateOf(made[9_999] as bigint).getTime(), now.getTime() + 2);
});

test("a clock that steps back does not repeat ids", () => {
  const source = new IdSource(0);
  const before = source.next(new Date("2026-11-23T10:00:00.500Z"));
  const after = source.next(new Date("2026-11-23T09:59:00.000Z"));
  assert.ok(after > before);
  assert.equal(dateOf(after).toISOString(), "2026-11-23T10:00:00.500Z");
});

test("a node number outside of 0 to 511 is refused", () => {
  for (const node of [-1, 512, 1.5, Number.NaN]) assert.throws(() => new IdSource(node), RangeError);
});

test("small ids fit a JavaScript number until 2095, grow, and are unique among nodes", () => {
  const late = new Date("2095-01-01T00:00:00Z");
  const source = new IdSource(511);
  const made = Array.from({ length: 5000 }, () => source.nextSmall(late));
  assert.ok(made.every((id) => id <= BigInt(Number.MAX_SAFE_INTEGER) && BigInt(Number(id)) === id));
  assert.ok(made.every((id, index) => index === 0 || id > (made[index - 1] ?? 0n)));
  const others = Array.from({ length: 5000 }, () => new IdSource(510).nextSmall(late));
  assert.ok(others.every((id) => !made.includes(id)));
});
