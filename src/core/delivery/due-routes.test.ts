import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { testDatabase } from "../../../tests/support/database.ts";
import { sql } from "../../base/database.ts";
import { type Delivery, dueRoutes } from "./queue.ts";
import { after, claimAs, deliver, now, own, put, row } from "./testing/queued.ts";

const routes = [
  "a.example",
  "b.example",
  "b.example.org",
  "inbox:",
  "[192.0.2.1]",
  "zürich.example",
  "Z.example",
];
const queued = fc.array(
  fc.record({
    lane: fc.integer({ min: 0, max: 4 }),
    route: fc.constantFrom(...routes),
    band: fc.constantFrom(0 as const, 1 as const),
    dueAt: fc.integer({ min: -5, max: 5 }).map(after),
    isClaimed: fc.boolean(),
  }),
  { maxLength: 40 },
);

test("the walk over the index finds exactly the routes that a plain query finds", async (t) => {
  const { database } = await testDatabase(t);
  const lanes = fc.uniqueArray(fc.integer({ min: 0, max: 5 }), { maxLength: 6 });
  await fc.assert(
    fc.asyncProperty(queued, lanes, async (rows, asked) => {
      await database.write({ role: "operator" }, (tx) => tx.run(sql`truncate delivery`));
      await put(
        database,
        rows.map(({ isClaimed, ...each }, index): Delivery => row(index * 2 + (isClaimed ? 1 : 0), each)),
      );
      await database.write({ role: "operator" }, (tx) =>
        tx.run(sql`update delivery set claimed_by = 1 where id % 2 = 1`),
      );
      const [walked, plain] = await deliver(database, async (tx) => [
        await dueRoutes(tx, asked, now, { limit: 1000, without: [] }),
        await tx.rows<{ lane: number; route: string }>(sql`
          select distinct d.lane, d.route from delivery d
          where d.lane = any(${asked}::int[]) and d.claimed_by is null and d.due_at <= ${now}`),
      ]);
      const nameOf = ({ lane, route }: { lane: number; route: string }) => `${lane} ${route}`;
      assert.deepEqual(walked.map(nameOf).sort(), plain.map(nameOf).sort());
    }),
    { numRuns: 60 },
  );
});

test("no more routes are named than were asked for", async (t) => {
  const { database } = await testDatabase(t);
  await put(
    database,
    Array.from({ length: 30 }, (_, index) => row(index, { route: `domain-${index}.example` })),
  );
  assert.equal(
    (await deliver(database, (tx) => dueRoutes(tx, [3], now, { limit: 10, without: [] }))).length,
    10,
  );
});

test("a route whose rows are all claimed is not named until one comes back", async (t) => {
  const { database } = await testDatabase(t);
  const lane = await own(database, 1);
  await put(database, [row(1), row(2)]);
  await deliver(database, (tx) => claimAs(tx, 1, lane, { limit: 1 }));
  assert.deepEqual(await deliver(database, (tx) => dueRoutes(tx, [3], now, { limit: 10, without: [] })), [
    { lane: 3, route: "example.org" },
  ]);
  await deliver(database, (tx) => claimAs(tx, 1, lane));
  assert.deepEqual(await deliver(database, (tx) => dueRoutes(tx, [3], now, { limit: 10, without: [] })), []);
});

test("routes that are passed over do not take the place of others", async (t) => {
  const { database } = await testDatabase(t);
  await own(database, 1);
  await put(database, [row(1, { route: "a.example" }), row(2, { route: "b.example" })]);
  const look = { limit: 1, without: ["a.example"] };
  assert.deepEqual(await deliver(database, (tx) => dueRoutes(tx, [3], now, look)), [
    { lane: 3, route: "b.example" },
  ]);
});
