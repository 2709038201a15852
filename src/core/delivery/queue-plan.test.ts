import assert from "node:assert/strict";
import { after as afterAll, test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { testDatabase } from "../../../tests/support/database.ts";
import { type Database, type Query, sql, type Transaction } from "../../base/database.ts";
import { cancelledAmong, claimRoutes, dueRoutes, finish, type OwnedLane } from "./queue.ts";
import { claim, claimOf, deliver, now, own, row } from "./testing/queued.ts";

interface Plan {
  "Node Type": string;
  "Index Name"?: string;
  "Actual Rows": number;
  "Actual Loops": number;
  "Shared Hit Blocks": number;
  "Shared Read Blocks": number;
  Plans?: Plan[];
}

const looksMax = 20;
const planModes = ["force_custom_plan", "force_generic_plan"] as const;
type PlanMode = (typeof planModes)[number];
const many = 200_000;
const batch = 10;

const small = await queueOf(batch);
const large = await queueOf(many);

async function queueOf(rows: number): Promise<{ database: Database; lane: OwnedLane }> {
  const { database } = await testDatabase({ after: afterAll });
  const lane = await own(database, 1);
  await database.write({ role: "operator" }, (tx) =>
    tx.run(sql`
      insert into delivery (lane, id, account_id, content_id, route, band, due_at, expires_at, is_bulk)
      select 3, g.id, 1, 1, 'example.org', 0, ${now}::timestamptz - g.id * interval '1 millisecond',
        ${now}::timestamptz + interval '5 days', false
      from generate_series(1, ${rows}) as g (id)`),
  );
  await database.alone({ role: "operator" }, sql`vacuum (analyze) delivery`);
  return { database, lane };
}

// What a function asks, without asking it.
async function queryOf(ask: (tx: Transaction) => Promise<unknown>): Promise<Query> {
  const asked: Query[] = [];
  const note = async (query: Query) => {
    asked.push(query);
    return [];
  };
  await ask({ rows: note, row: note, run: note, onCommit() {} } as unknown as Transaction);
  return asked[0] as Query;
}

/** Runs a query as delivery does, answers how PostgreSQL went about it, and undoes it. */
async function explain(database: Database, query: Query, mode: PlanMode): Promise<Plan> {
  const undone = new Error("undone");
  let plan: Plan | undefined;
  await assert.rejects(
    deliver(database, async (tx) => {
      await tx.run(sql`select set_config('plan_cache_mode', ${mode}, true)`);
      const [row] = await tx.rows<{ "QUERY PLAN": [{ Plan: Plan }] }>(
        sql`explain (analyze, buffers, timing off, format json) ${query}`,
      );
      plan = row?.["QUERY PLAN"][0].Plan;
      throw undone;
    }),
    undone,
  );
  return plan as Plan;
}

function nodesOf(plan: Plan): Plan[] {
  return [plan, ...(plan.Plans ?? []).flatMap(nodesOf)];
}

function buffersOf(plan: Plan): number {
  return plan["Shared Hit Blocks"] + plan["Shared Read Blocks"];
}

function claimQuery(lane: OwnedLane): Promise<Query> {
  const request = { ...lane, nodeId: 1, route: "example.org", band: 0 as const, now, limit: batch };
  return queryOf((tx) => claim(tx, request));
}

for (const mode of planModes) {
  test(`a claim reads delivery_due in its order, without a sort (${mode})`, async () => {
    const plan = await explain(large.database, await claimQuery(large.lane), mode);
    const nodes = nodesOf(plan);
    assert.equal(plan["Actual Rows"], batch);
    assert.ok(!nodes.some((node) => /Sort|Seq Scan/.test(node["Node Type"])));
    const scan = nodes.find((node) => node["Index Name"] === "delivery_due");
    assert.equal(scan?.["Actual Rows"], batch, "reads what it takes and no more");
    assert.equal(scan?.["Actual Loops"], 1);
  });

  test(`a claim costs the same with ${many} rows queued as with ${batch} (${mode})`, async () => {
    const few = buffersOf(await explain(small.database, await claimQuery(small.lane), mode));
    const lots = buffersOf(await explain(large.database, await claimQuery(large.lane), mode));
    // A deeper index has some more pages on the way down: for each row that is found and for each entry that is written.
    assert.ok(lots <= few + batch * 12, `${few} and ${lots} pages`);
  });
}

for (const mode of planModes) {
  test(`a claim of many routes descends the index once for each (${mode})`, async () => {
    const wishes = Array.from({ length: 50 }, (_, index) => ({ route: `example${index}.org`, limit: 20 }));
    const request = { ...large.lane, nodeId: 1, band: 0 as const, now };
    const query = await queryOf((tx) =>
      claimRoutes(tx, request, [{ route: "example.org", limit: batch }, ...wishes]),
    );
    const plan = await explain(large.database, query, mode);
    const scan = nodesOf(plan).find((node) => node["Index Name"] === "delivery_due");
    assert.deepEqual([plan["Actual Rows"], scan?.["Actual Loops"]], [batch, 51]);
    assert.ok(!nodesOf(plan).some((node) => /Sort|Seq Scan/.test(node["Node Type"])));
    assert.ok(buffersOf(plan) < 500, `${buffersOf(plan)} pages`);
  });
}

test("the look for routes costs pages by the route, not by the row", async () => {
  const pages: number[] = [];
  for (const { database } of [small, large]) {
    const query = await queryOf((tx) => dueRoutes(tx, [3], now, { limit: 500, without: [] }));
    pages.push(buffersOf(await explain(database, query, "force_generic_plan")));
  }
  assert.ok((pages[1] as number) <= (pages[0] as number) + 20, pages.join(" and "));
});

test("ending a claim finds its rows by the primary key", async () => {
  const claims = Array.from({ length: batch }, (_, index) => claimOf(row(index + 1), 1, large.lane));
  const plan = await explain(large.database, await queryOf((tx) => finish(tx, claims)), "force_generic_plan");
  assert.ok(!nodesOf(plan).some((node) => node["Node Type"] === "Seq Scan"));
  assert.ok(buffersOf(plan) < batch * 20, `${buffersOf(plan)} pages`);
});

test("a plan that was made when the queue was empty does not stay when it is full", async (t) => {
  const { database } = await testDatabase(t, { poolSizes: { delivery: 1 } });
  // After a vacuum of an empty table PostgreSQL takes reading all of it for the best way to a row.
  await database.alone({ role: "operator" }, sql`vacuum (analyze) delivery`);
  const look = () =>
    deliver(database, (tx) => cancelledAmong(tx, [claimOf(row(1), 1, { lane: 3, epoch: 1n })]));
  const planKept = async () => {
    await look();
    const lines = await deliver(database, (tx) =>
      tx.rows<Record<string, string>>(sql`explain execute cancelled_among('{3}', '{1}')`),
    );
    return lines.map((line) => line["QUERY PLAN"]).join("\n");
  };
  assert.match(await planKept(), /Seq Scan/);
  await database.write({ role: "operator" }, (tx) =>
    tx.run(sql`
      insert into delivery (lane, id, account_id, content_id, route, band, due_at, expires_at, is_bulk)
      select 3, g.id, 1, 1, 'example.org', 0, ${now}, ${now}, false from generate_series(1, 10000) as g (id)`),
  );
  let plan = await planKept();
  for (let wait = 0; wait < looksMax && /Seq Scan/.test(plan); wait++) {
    await pause(500);
    plan = await planKept();
  }
  assert.match(plan, /Index Scan/);
});

const rounds = 40;
const roundRows = 500;

test("rows that were sent before cost the next claims a page for many, not a look at each", async () => {
  const { database, lane } = large;
  const before = buffersOf(await explain(database, await claimQuery(lane), "force_generic_plan"));
  for (let round = 0; round < rounds; round++) {
    await deliver(database, async (tx) => {
      const request = { ...lane, nodeId: 1, route: "example.org", band: 0 as const, now, limit: roundRows };
      const rows = await claim(tx, request);
      await finish(
        tx,
        rows.map((each) => claimOf(each, 1, lane)),
      );
    });
  }
  // Until the next vacuum, entries of rows that are gone stay in the index; they are marked, and passed over.
  // A transaction of somebody else that is still open (an autovacuum) keeps them from being marked for a moment.
  const enough = before + (rounds * roundRows) / 50;
  let later = Number.POSITIVE_INFINITY;
  for (let look = 0; look < looksMax && later > enough; look++) {
    if (look > 1) await pause(200);
    later = buffersOf(await explain(database, await claimQuery(lane), "force_generic_plan"));
  }
  assert.ok(later <= enough, `${before} and ${later} pages`);
});
