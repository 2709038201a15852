import { type Database, sql } from "../../src/base/database.ts";
import { idAt } from "../../src/base/ids.ts";
import {
  claimRoutes,
  type Delivery,
  dueRoutes,
  finish,
  joinAsNode,
  laneOf,
  takeLanes,
} from "../../src/core/delivery/index.ts";
import { openBenchDatabase } from "./database.ts";
import type { BenchOptions, PartResult } from "./options.ts";
import { figure, goalBelow, median, table } from "./table.ts";

const sizes = [10_000, 1_000_000];
const sizeLarge = 10_000_000;
const batch = 500;
const claims = 20;
// Constant, but for what a deeper index costs and what the clock cannot tell.
const growthMax = 1.5;
const route = "example.net";

/** What a claim costs with few and with many rows queued: rows made by the database itself, all of one route and due,
 *  and one route with little behind it. Each claim is committed; what was claimed is finished before the next. */
export async function benchClaim(options: BenchOptions): Promise<PartResult> {
  const rows: string[][] = [];
  const costs: number[] = [];
  for (const size of options.isLarge ? [...sizes, sizeLarge] : sizes) {
    await using opened = await openBenchDatabase();
    const { database } = opened;
    await fill(database, size);
    const owned = await own(database);
    const looks: number[] = [];
    const claimed: number[] = [];
    const finished: number[] = [];
    for (let round = 0; round < claims && round * batch < size; round++) {
      const now = new Date();
      looks.push(
        await timed(() =>
          database.read({ role: "delivery" }, (reader) =>
            dueRoutes(reader, [owned.lane], now, { limit: 100, without: [] }),
          ),
        ),
      );
      const request = { ...owned, band: 0, now } as const;
      const wish = { route, limit: Math.min(batch, size / 2) };
      let taken: Delivery[] = [];
      claimed.push(
        await timed(async () => {
          taken = await database.write({ role: "delivery" }, (tx) => claimRoutes(tx, request, [wish]));
        }),
      );
      const done = taken.map(({ lane, id }) => ({ lane, id, nodeId: owned.nodeId, epoch: owned.epoch }));
      finished.push(await timed(() => database.write({ role: "delivery" }, (tx) => finish(tx, done))));
    }
    costs.push(median(claimed));
    rows.push([figure(size), ...[looks, claimed, finished].map((values) => `${figure(median(values))} ms`)]);
  }
  const text = table(["rows queued", "look for due routes", `claim of ${batch}`, `finish of ${batch}`], rows);
  const growth = (costs.at(-1) ?? 0) / (costs[0] ?? 1);
  const largest = figure((options.isLarge ? sizeLarge : sizes.at(-1)) ?? 0);
  const goal = `a claim of ${batch} with ${largest} queued, beside ${figure(sizes[0] ?? 0)}`;
  return { text, goals: [goalBelow(goal, growth, growthMax, "times the time")] };
}

async function fill(database: Database, size: number): Promise<void> {
  const now = new Date();
  const first = idAt(now);
  const lane = laneOf(route);
  await database.write({ role: "operator" }, (tx) =>
    tx.run(sql`
      insert into delivery (lane, id, account_id, content_id, route, band, due_at, expires_at, is_bulk)
      select ${lane}::int, ${first}::bigint + g, 1, ${first}::bigint, ${route}::text, 0, ${now}::timestamptz,
        ${new Date(now.getTime() + 86_400_000)}::timestamptz, false
      from generate_series(1, ${size}::int) g`),
  );
  await database.alone({ role: "operator" }, sql`vacuum (analyze) delivery`);
}

async function own(database: Database): Promise<{ lane: number; epoch: bigint; nodeId: number }> {
  const now = new Date();
  const wanted = laneOf(route);
  return database.write({ role: "delivery" }, async (tx) => {
    const nodeId = await joinAsNode(tx, { name: "bench", delivers: true }, now);
    const lanes = await takeLanes(tx, nodeId, now, 1000);
    const found = lanes.find(({ lane }) => lane === wanted);
    if (found === undefined) throw new Error("The lane is taken.");
    return { ...found, nodeId };
  });
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
}
