import { fork } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { sql } from "../../src/base/database.ts";
import { createAccount } from "../../src/core/accounts/index.ts";
import { ReaderLinks } from "../../src/core/tracking/index.ts";
import { Records } from "../support/records.ts";
import { type BenchService, startBenchService } from "./facteur.ts";
import { inspectorEnv, openInspector } from "./inspector.ts";
import type { BenchOptions, PartResult } from "./options.ts";
import { placesTable } from "./part-profile.ts";
import { cpuSeconds } from "./processes.ts";
import type { ReaderPlan, ReaderResult } from "./reader-load.ts";
import { figure, median, seriesTable, table } from "./table.ts";

// Of one account only so many are counted in a second: a load that is to be counted whole comes from several.
const accounts = 16;
const connections = 100;
const goal = 10_000;

/** How many openings and clicks are answered and counted, and what one costs. Each answer waits for its commit. */
export async function benchTracking(options: BenchOptions): Promise<PartResult> {
  const env = { ...(options.showsPlaces ? inspectorEnv : {}), ...options.env };
  const bench = await startBenchService(null, env);
  const records = await Records.open(bench.service);
  try {
    const kinds = await linksOf(bench, records);
    const inspector = options.showsPlaces ? await openInspector(bench.service) : null;
    const rates = new Map<string, number[]>();
    const cpu = new Map<string, number[]>();
    const places: string[] = [];
    let lost = 0;
    for (let round = 0; round <= options.rounds; round++) {
      for (const [name, paths] of kinds) {
        await inspector?.startProfile();
        const measured = await measure(bench, { paths, requests: options.messages });
        lost += measured.lost;
        // The first round warms up and is not counted.
        if (round === 0) continue;
        if (inspector !== null) places.push(await placesTable(name, options.messages, inspector));
        rates.set(name, [...(rates.get(name) ?? []), measured.perSecond]);
        for (const [who, each] of Object.entries(measured.perCpuSecond)) {
          const key = `${name}: ${who}`;
          cpu.set(key, [...(cpu.get(key) ?? []), each]);
        }
      }
    }
    inspector?.close();
    const series = [...rates].map(([name, values]) => ({ name, unit: "requests/s", values }));
    const rows = [...cpu].map(([name, values]) => [name, figure(median(values))]);
    const text = [
      seriesTable(series),
      "Requests that a second of one core answers and counts, without what the readers cost:",
      table(["", "median of the rounds"], rows),
      `Answered and not counted: ${lost}.`,
      ...places,
    ].join("\n\n");
    const goals = [...kinds.keys()].map((name) => {
      const measured = median(cpu.get(`${name}: service and PostgreSQL`) ?? []);
      return {
        goal: `${name}: ≥ ${figure(goal)} requests a second of one core, PostgreSQL included`,
        measured: figure(measured),
        isMet: measured >= goal,
      };
    });
    return {
      text,
      goals: [...goals, { goal: "none answered and not counted", measured: `${lost}`, isMet: lost === 0 }],
    };
  } finally {
    await records.close();
    await bench.stop();
  }
}

async function linksOf({ service }: BenchService, { core }: Records): Promise<Map<string, string[]>> {
  const { keyring, ids, clock, database } = core;
  const links = new ReaderLinks(keyring, () => service.url);
  const clicks: string[] = [];
  const openings: string[] = [];
  for (let index = 0; index < accounts; index++) {
    const wish = { address: `reader${index}@example.org`, name: "Bench", parentId: null };
    const { account } = await database.write({ role: "operator" }, (tx) =>
      createAccount(tx, { keyring, ids, now: clock.now() }, wish),
    );
    const of = { accountId: account.id, campaignId: null, reader: null };
    clicks.push(new URL(links.click(of, 1, "https://shop.example/sale?utm=1")).pathname);
    openings.push(new URL(links.open(of)).pathname);
  }
  return new Map([
    ["openings", openings],
    ["clicks", clicks],
  ]);
}

interface Measured {
  perSecond: number;
  perCpuSecond: { service: number; "service and PostgreSQL": number };
  lost: number;
}

async function measure(
  bench: BenchService,
  { paths, requests }: Pick<ReaderPlan, "paths" | "requests">,
): Promise<Measured> {
  const { service } = bench;
  const [before, own] = [
    cpuSeconds(bench.pids()),
    cpuSeconds([service.pid]) - cpuSeconds([service.postgresPid()]),
  ];
  const counted = await countOf(bench);
  const child = fork(path.join(import.meta.dirname, "reader-load.ts"), { execArgv: [] });
  const answered = once(child, "message");
  const port = Number(new URL(service.url).port);
  child.send({ port, paths, requests, connections } satisfies ReaderPlan);
  const [answer] = (await answered) as [{ result: ReaderResult } | { error: string }];
  if ("error" in answer) throw new Error(`The load broke off: ${answer.error}`);
  const all = cpuSeconds(bench.pids()) - before;
  const ownAfter = cpuSeconds([service.pid]) - cpuSeconds([service.postgresPid()]);
  const { result } = answer;
  return {
    perSecond: requests / result.seconds,
    perCpuSecond: { service: requests / (ownAfter - own), "service and PostgreSQL": requests / all },
    lost: result.answered - Number((await countOf(bench)) - counted),
  };
}

async function countOf({ database }: BenchService): Promise<bigint> {
  const row = await database.read({ role: "operator" }, (db) =>
    db.row<{ count: bigint }>(
      sql`select count(*) as count from event e where e.kind in ('opened', 'clicked')`,
    ),
  );
  return row?.count ?? 0n;
}
