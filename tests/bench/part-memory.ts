import { setTimeout as pause } from "node:timers/promises";
import { sql } from "../../src/base/database.ts";
import { type BenchService, startBenchService } from "./facteur.ts";
import type { BenchOptions, Goal, PartResult } from "./options.ts";
import { memoryOf } from "./processes.ts";
import { messagesACall } from "./requests.ts";
import { startSink } from "./sink.ts";
import { figure, goalBelow, megabytes, table } from "./table.ts";

const queueSizes = [10_000, 100_000];
const queueSizeLarge = 1_000_000;
// The recipients' domains: the worker fills a queue in memory for each destination it knows.
const domains = 500;
// The sink thinks about each message for so long that the queue hardly shrinks while it is looked at.
const sinkSeconds = 30;
const settleMs = 10_000;
const idleMegabytesMax = 250;
const queuedMegabytesMax = 400;

/** What the service and its PostgreSQL hold: idle, and with messages waiting behind a slow destination, while the
 *  worker works on them. */
export async function benchMemory(options: BenchOptions): Promise<PartResult> {
  const sink = await startSink(sinkSeconds);
  const bench = await startBenchService(sink.port, options.env);
  try {
    const rows: string[][] = [];
    await pause(settleMs);
    rows.push(rowOf("idle", bench, 0));
    const goals: Goal[] = [goalOf("idle", bench, idleMegabytesMax)];
    const sizes = options.isLarge ? [...queueSizes, queueSizeLarge] : queueSizes;
    let queued = 0;
    for (const size of sizes) {
      const calls = Math.ceil((size - queued) / messagesACall.shared);
      await bench.load({ kind: "shared", calls, connections: 8, rate: null, domains });
      queued += calls * messagesACall.shared;
      await pause(settleMs);
      rows.push(rowOf(`${figure(size)} queued`, bench, await waiting(bench)));
      goals.push(goalOf(`${figure(size)} queued`, bench, queuedMegabytesMax));
    }
    const text = [
      table(["", "in the queue", "all processes, MB", "largest process, MB", "service alone, MB"], rows),
      "All processes: proportional set sizes, which add up. Largest, and alone: resident, shared memory included.",
    ].join("\n\n");
    return { text, goals };
  } finally {
    await bench.stop();
    await sink.stop();
  }
}

function goalOf(name: string, { pids }: BenchService, most: number): Goal {
  const megabytesUsed = memoryOf(pids()).proportionalBytes / 1024 ** 2;
  return goalBelow(`memory of all processes, ${name}`, megabytesUsed, most, "MB");
}

function rowOf(name: string, { service, pids }: BenchService, queued: number): string[] {
  const all = memoryOf(pids());
  const alone = memoryOf([service.pid]);
  const bytes = [all.proportionalBytes, all.residentBytesMax, alone.residentBytesMax];
  return [name, figure(queued), ...bytes.map(megabytes)];
}

async function waiting({ database }: BenchService): Promise<number> {
  const row = await database.read({ role: "operator" }, (reader) =>
    reader.row<{ count: bigint }>(sql`select count(*) as count from delivery`),
  );
  return Number(row?.count ?? 0n);
}
