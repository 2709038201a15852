import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { parseAddress } from "../../mail/address/index.ts";
import { inboxRoute, laneCount, laneOf, placeInQueue } from "./lanes.ts";

test("a route has one lane, always the same, between 0 and 63", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (route) => {
      const lane = laneOf(route);
      assert.ok(Number.isInteger(lane) && lane >= 0 && lane < laneCount);
      assert.equal(laneOf(route), lane);
    }),
  );
  // Rows in the queue carry their lane: a changed hash would leave them in lanes where nobody looks for their route.
  assert.deepEqual(["gmail.com", "example.org", inboxRoute].map(laneOf), [8, 52, 1]);
});

test("routes spread evenly over the lanes", () => {
  const routes = 64_000;
  const counts = new Array<number>(laneCount).fill(0);
  for (let index = 0; index < routes; index++) {
    const lane = laneOf(`domain-${index}.example`);
    counts[lane] = (counts[lane] ?? 0) + 1;
  }
  const expected = routes / laneCount;
  const chiSquare = counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
  // 63 degrees of freedom: above 113 in one of 10,000 cases. The names are fixed, so this cannot fail by chance.
  assert.ok(chiSquare < 113, `${chiSquare}`);
});

test("the test inbox has a route no domain can have", () => {
  assert.equal("problem" in parseAddress(`someone@${inboxRoute}`), true);
});

const instant = fc.date({ min: new Date("2020-01-01"), max: new Date("2099-12-31"), noInvalidDate: true });
const priority = fc.constantFrom(0 as const, 1 as const, 2 as const, 3 as const);

test("priorities 2 and 3 are served before 0 and 1", () => {
  fc.assert(
    fc.property(priority, instant, (each, now) => {
      assert.equal(placeInQueue(each, now).band, each >= 2 ? 0 : 1);
    }),
  );
});

test("whatever its priority, a message is due when it is accepted", () => {
  fc.assert(fc.property(priority, instant, (each, now) => assert.ok(placeInQueue(each, now).dueAt <= now)));
});

test("mail for the front goes before all other mail of its band, the last one first; the rest waits in line", () => {
  fc.assert(
    fc.property(
      fc.constantFrom(0, 2),
      fc.array(fc.tuple(fc.boolean(), instant), { minLength: 2 }),
      (base, mail) => {
        const queued = mail.map(([isFront, now]) => ({
          isFront,
          now,
          dueAt: placeInQueue((isFront ? base + 1 : base) as 0 | 1 | 2 | 3, now).dueAt,
        }));
        const served = queued.toSorted((a, b) => a.dueAt.getTime() - b.dueAt.getTime());
        const front = served.filter(({ isFront }) => isFront);
        const rest = served.filter(({ isFront }) => !isFront);
        assert.deepEqual(served, [...front, ...rest]);
        for (const [index, { now }] of front.entries())
          assert.ok(index === 0 || now <= (front[index - 1]?.now ?? now));
        for (const [index, { now }] of rest.entries())
          assert.ok(index === 0 || now >= (rest[index - 1]?.now ?? now));
      },
    ),
  );
});
