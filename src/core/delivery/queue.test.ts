import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { testDatabase } from "../../../tests/support/database.ts";
import { sql, type Transaction } from "../../base/database.ts";
import {
  cancelledAmong,
  claimRoutes,
  claimsOf,
  type Delivery,
  finish,
  postpone,
  release,
  withdraw,
} from "./queue.ts";
import { after, claimAs, claimOf, deliver, now, own, put, row, rowsOf } from "./testing/queued.ts";

const idsOf = (rows: { id: bigint }[]) => rows.map(({ id }) => Number(id)).sort((a, b) => a - b);

test("a claim takes what is due of its lane, route and band, the longest due first", async (t) => {
  const { database } = await testDatabase(t);
  const lane = await own(database, 1);
  await put(database, [
    row(1, { dueAt: after(-10) }),
    row(2, { dueAt: after(-30) }),
    row(3, { dueAt: after(-30) }),
    row(4, { dueAt: after(1) }),
    row(5, { route: "example.com" }),
    row(6, { band: 1 }),
    row(7, { lane: 4 }),
    row(8),
  ]);
  const claims = await deliver(database, async (tx) => [
    await claimAs(tx, 1, lane, { limit: 2 }),
    await claimAs(tx, 1, lane, { limit: 1 }),
    await claimAs(tx, 1, lane),
    await claimAs(tx, 1, lane),
    await claimAs(tx, 1, lane, { band: 1 }),
    await claimAs(tx, 1, lane, { route: "example.com" }),
    await claimAs(tx, 1, lane, { now: after(1) }),
  ]);
  assert.deepEqual(claims.map(idsOf), [[2, 3], [1], [8], [], [6], [5], [4]]);
});

test("a claim of several routes takes of each what is wished, the longest due first", async (t) => {
  const { database } = await testDatabase(t);
  const lane = await own(database, 1);
  await put(database, [
    row(1, { route: "a.example", dueAt: after(-1) }),
    row(2, { route: "a.example", dueAt: after(-3) }),
    row(3, { route: "a.example", dueAt: after(-2) }),
    row(4, { route: "b.example" }),
    row(5, { route: "c.example" }),
    row(6, { route: "b.example", band: 1 }),
    row(7, { route: "b.example", lane: 4 }),
  ]);
  const request = { ...lane, nodeId: 1, band: 0 as const, now };
  const wishes = [
    { route: "a.example", limit: 2 },
    { route: "b.example", limit: 9 },
    { route: "none.example", limit: 9 },
  ];
  const claimed = await deliver(database, (tx) => claimRoutes(tx, request, wishes));
  assert.deepEqual(idsOf(claimed), [2, 3, 4]);
});

test("a claimed row says all that delivery needs", async (t) => {
  const { database } = await testDatabase(t);
  const lane = await own(database, 1);
  const queued = row(2n ** 62n, { partId: 9n, isBulk: true, dueAt: after(-1) });
  await put(database, [queued]);
  assert.deepEqual(await deliver(database, (tx) => claimAs(tx, 1, lane)), [queued]);
});

test("two transactions at once never claim the same row, and neither waits for the other", async (t) => {
  const { database } = await testDatabase(t);
  const lane = await own(database, 1);
  await put(
    database,
    Array.from({ length: 10 }, (_, index) => row(index + 1)),
  );
  const [outer, inner] = await deliver(database, async (tx) => {
    const first = await claimAs(tx, 1, lane, { limit: 4 });
    return [first, await deliver(database, (other) => claimAs(other, 1, lane, { limit: 4 }))];
  });
  assert.deepEqual(
    [idsOf(outer as Delivery[]), idsOf(inner as Delivery[])],
    [
      [1, 2, 3, 4],
      [5, 6, 7, 8],
    ],
  );
});

test("many claims at once share the rows without a double", async (t) => {
  const { database } = await testDatabase(t);
  const lane = await own(database, 1);
  await put(
    database,
    Array.from({ length: 500 }, (_, index) => row(index + 1)),
  );
  const claims = await Promise.all(
    Array.from({ length: 40 }, () => deliver(database, (tx) => claimAs(tx, 1, lane, { limit: 20 }))),
  );
  const claimed = claims.flatMap(idsOf);
  assert.equal(new Set(claimed).size, claimed.length);
  assert.equal(claimed.length, 500);
});

test("an owner that was replaced claims nothing and finishes only its own rows", async (t) => {
  const { database } = await testDatabase(t);
  const old = await own(database, 1);
  await put(database, [row(1), row(2), row(3)]);
  const held = await deliver(database, (tx) => claimAs(tx, 1, old, { limit: 2 }));
  const fresh = await own(database, 2, after(60));
  assert.equal(fresh.epoch, old.epoch + 1n);
  assert.deepEqual(await deliver(database, (tx) => claimAs(tx, 1, old)), []);
  assert.deepEqual(await deliver(database, (tx) => claimAs(tx, 1, fresh)), [], "the epoch of another");
  assert.deepEqual(await deliver(database, (tx) => claimAs(tx, 2, old)), [], "an old epoch");
  const taken = await deliver(database, (tx) => claimAs(tx, 2, fresh));
  assert.deepEqual(idsOf(taken), [3]);
  const all = [...held, ...taken].map((each) => claimOf(each, 1, old));
  assert.deepEqual(await deliver(database, (tx) => finish(tx, all)), new Set([1n, 2n]));
  assert.deepEqual(
    idsOf((await rowsOf(database, sql`select d.id from delivery d`)) as { id: bigint }[]),
    [3],
  );
});

test("a row that was given back and claimed anew is not touched under the old claim", async (t) => {
  const { database } = await testDatabase(t);
  const old = await own(database, 1);
  await put(database, [row(1)]);
  const [delivery] = await deliver(database, (tx) => claimAs(tx, 1, old));
  const stale = claimOf(delivery as Delivery, 1, old);
  await deliver(database, (tx) => release(tx, [stale]));
  const fresh = await own(database, 2, after(60));
  await deliver(database, (tx) => claimAs(tx, 2, fresh));
  const late = { ...stale, dueAt: after(900), isAttempt: true, isRepeat: true };
  await deliver(database, async (tx) => {
    assert.deepEqual(await postpone(tx, [late]), new Set());
    assert.deepEqual(await finish(tx, [stale]), new Set());
    await release(tx, [stale]);
  });
  assert.deepEqual(
    await rowsOf(database, sql`select d.claimed_by, d.attempts, d.due_at, d.is_repeat from delivery d`),
    [{ claimed_by: 2, attempts: 0, due_at: now, is_repeat: false }],
  );
});

test("a postponed row is due later and counts its attempts; a released one is as it was before", async (t) => {
  const { database } = await testDatabase(t);
  const lane = await own(database, 1);
  await put(database, [row(1), row(2), row(3)]);
  const claims = (await deliver(database, (tx) => claimAs(tx, 1, lane))).map((each) =>
    claimOf(each, 1, lane),
  );
  const [one, two, three] = idsOf(claims).map((id) => claims.find((each) => Number(each.id) === id));
  await deliver(database, async (tx) => {
    const postponed = await postpone(tx, [
      { ...one!, dueAt: after(300), isAttempt: true, isRepeat: true },
      { ...three!, dueAt: after(600), isAttempt: false, isRepeat: false },
    ]);
    assert.deepEqual(postponed, new Set([1n, 3n]));
    await release(tx, [two!]);
  });
  const columns = sql`d.id, d.attempts, d.due_at, d.is_repeat, d.claimed_by, d.claim_epoch`;
  assert.deepEqual(await rowsOf(database, sql`select ${columns} from delivery d order by d.id`), [
    { id: 1n, attempts: 1, due_at: after(300), is_repeat: true, claimed_by: null, claim_epoch: null },
    { id: 2n, attempts: 0, due_at: now, is_repeat: false, claimed_by: null, claim_epoch: null },
    { id: 3n, attempts: 0, due_at: after(600), is_repeat: false, claimed_by: null, claim_epoch: null },
  ]);
  assert.deepEqual(idsOf(await deliver(database, (tx) => claimAs(tx, 1, lane))), [2]);
});

test("a message that may be a repeat stays one, however often it is postponed", async (t) => {
  const { database } = await testDatabase(t);
  const lane = await own(database, 1);
  await put(database, [row(1)]);
  for (const isRepeat of [true, false, false]) {
    await deliver(database, async (tx) => {
      const [held] = await claimAs(tx, 1, lane);
      const claim = claimOf(held as Delivery, 1, lane);
      await postpone(tx, [{ ...claim, dueAt: now, isAttempt: true, isRepeat }]);
    });
  }
  const [last] = await deliver(database, (tx) => claimAs(tx, 1, lane));
  assert.deepEqual([last?.isRepeat, last?.attempts], [true, 3]);
});

test("what a node holds is read page by page, in order, whatever else is queued", async (t) => {
  const { database } = await testDatabase(t);
  const lane = await own(database, 1);
  await put(
    database,
    Array.from({ length: 7 }, (_, index) => row(index + 1)),
  );
  await deliver(database, (tx) => claimAs(tx, 1, lane, { limit: 5 }));
  const pages: number[][] = [];
  for (let place = { lane: -1, id: 0n }; ; ) {
    const page = await deliver(database, (tx) => claimsOf(tx, 1, place, 2));
    pages.push(page.map(({ id }) => Number(id)));
    const last = page.at(-1);
    if (last === undefined) break;
    assert.equal(last.epoch, lane.epoch);
    place = { lane: last.lane, id: last.id };
  }
  assert.deepEqual(pages, [[1, 2], [3, 4], [5], []]);
});

test("a withdrawn message leaves the queue; one that is being delivered is marked for whoever holds it", async (t) => {
  const { database } = await testDatabase(t);
  const lane = await own(database, 1);
  await put(database, [row(1), row(2), row(3), row(4, { accountId: 2n })]);
  const [held] = await deliver(database, (tx) => claimAs(tx, 1, lane, { limit: 1 }));
  const claim = claimOf(held as Delivery, 1, lane);
  const places = [1n, 2n, 4n, 99n].map((id) => ({ id, lanes: [3, 14] }));
  const gone = await database.write({ role: "request", accountId: 1n }, (tx) => withdraw(tx, 1n, places));
  assert.deepEqual(gone, new Set([2n]));
  const left = await rowsOf(database, sql`select d.id, d.is_cancelled from delivery d order by d.id`);
  assert.deepEqual(left, [
    { id: 1n, is_cancelled: true },
    { id: 3n, is_cancelled: false },
    { id: 4n, is_cancelled: false },
  ]);
  assert.deepEqual(await deliver(database, (tx) => cancelledAmong(tx, [claim])), new Set([1n]));
});

test("a row that is given back while it is being withdrawn keeps the mark", async (t) => {
  const { database } = await testDatabase(t);
  const lane = await own(database, 1);
  await put(database, [row(1)]);
  const [held] = await deliver(database, (tx) => claimAs(tx, 1, lane));
  const claim = claimOf(held as Delivery, 1, lane);
  await database.write({ role: "request", accountId: 1n }, async (tx) => {
    // Between the two statements of the withdrawal the node lets go of the row.
    const interrupted: Transaction = {
      rows: async (query) => {
        const found = await tx.rows<never>(query);
        await deliver(database, (other) => release(other, [claim]));
        return found;
      },
      row: (query) => tx.row(query),
      run: (query) => tx.run(query),
      onCommit: (work) => tx.onCommit(work),
    };
    assert.deepEqual(await withdraw(interrupted, 1n, [{ id: 1n, lanes: [3] }]), new Set());
  });
  const [again] = await deliver(database, (tx) => claimAs(tx, 1, lane));
  assert.equal(again?.id, 1n);
  assert.deepEqual(await deliver(database, (tx) => cancelledAmong(tx, [claim])), new Set([1n]));
});

test("any number of claims, releases, postponements and ends leaves each row where a simple model has it", async (t) => {
  const { database } = await testDatabase(t);
  const lane = await own(database, 1);
  const steps = fc.array(
    fc.record({
      kind: fc.constantFrom("claim", "release", "postpone", "finish"),
      count: fc.integer({ min: 1, max: 4 }),
    }),
    { maxLength: 12 },
  );
  await fc.assert(
    fc.asyncProperty(steps, async (all) => {
      await database.write({ role: "operator" }, (tx) => tx.run(sql`truncate delivery`));
      await put(
        database,
        Array.from({ length: 8 }, (_, index) => row(index + 1)),
      );
      const model = {
        due: new Set(Array.from({ length: 8 }, (_, index) => index + 1)),
        held: [] as number[],
        later: 0,
      };
      for (const { kind, count } of all) {
        if (kind === "claim") {
          const ids = idsOf(await deliver(database, (tx) => claimAs(tx, 1, lane, { limit: count })));
          assert.deepEqual(ids, [...model.due].sort((a, b) => a - b).slice(0, count));
          for (const id of ids) model.due.delete(id);
          model.held.push(...ids);
          continue;
        }
        const ids = model.held.splice(0, count);
        const claims = ids.map((id) => claimOf(row(id), 1, lane));
        const rows = claims.map((each) => ({ ...each, dueAt: after(60), isAttempt: true, isRepeat: false }));
        await deliver(database, async (tx) => {
          if (kind === "release") await release(tx, claims);
          else if (kind === "finish") assert.equal((await finish(tx, claims)).size, ids.length);
          else assert.equal((await postpone(tx, rows)).size, ids.length);
        });
        if (kind === "release") for (const id of ids) model.due.add(id);
        if (kind === "postpone") model.later += ids.length;
      }
      const rest = await deliver(database, (tx) => claimAs(tx, 1, lane));
      assert.deepEqual(
        idsOf(rest),
        [...model.due].sort((a, b) => a - b),
      );
      const later = await deliver(database, (tx) => claimAs(tx, 1, lane, { now: after(60) }));
      assert.equal(later.length, model.later);
    }),
    { numRuns: 15 },
  );
});
