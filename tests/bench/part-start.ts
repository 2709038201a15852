import { setTimeout as pause } from "node:timers/promises";
import { TestService } from "../support/service.ts";
import type { BenchOptions, PartResult } from "./options.ts";
import { cpuSeconds } from "./processes.ts";
import { figure, goalBelow, median, table } from "./table.ts";

const moment = 1000;
const warmSecondsMax = 3;

/** From the start of the process until it says that it is ready: the first time, when the database and the keys are
 *  made, and later, when they are there. */
export async function benchStart(options: BenchOptions): Promise<PartResult> {
  const cold: Start[] = [];
  const warm: Start[] = [];
  for (let round = 0; round < options.rounds; round++) {
    const service = new TestService({ env: options.env });
    try {
      cold.push(await startOnce(service));
      await pause(moment);
      await service.stop();
      warm.push(await startOnce(service));
    } finally {
      await service.remove();
    }
  }
  const row = (name: string, starts: Start[]) => {
    const seconds = starts.map((start) => start.seconds).sort((a, b) => a - b);
    const cpu = median(starts.map((start) => start.cpu));
    return [name, ...[seconds[0] ?? 0, median(seconds), seconds.at(-1) ?? 0, cpu].map(figure)];
  };
  const text = table(
    ["", "best, s", "median, s", "worst, s", "processor time, s"],
    [row("cold: no data folder", cold), row("warm", warm)],
  );
  const seconds = median(warm.map((start) => start.seconds));
  return { text, goals: [goalBelow("start, warm", seconds, warmSecondsMax, "s")] };
}

interface Start {
  seconds: number;
  cpu: number;
}

async function startOnce(service: TestService): Promise<Start> {
  const startedAt = performance.now();
  await service.start();
  const seconds = (performance.now() - startedAt) / 1000;
  return { seconds, cpu: cpuSeconds([service.pid, service.postgresPid()]) };
}
