import { fork } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { type BenchService, startBenchService } from "./facteur.ts";
import { type BenchPostfix, startBenchPostfix } from "./neighbours.ts";
import type { BenchOptions, PartResult } from "./options.ts";
import { cpuSeconds } from "./processes.ts";
import type { SmtpLoadPlan, SmtpLoadResult } from "./smtp-load.ts";
import { figure, goalsOf, median, seriesTable, table } from "./table.ts";

// smtp-source cannot log in, so both sides get the same client of our own, which can. Postfix is slower with fewer or more
// sessions than ten; Facteur commits together what arrives together, so more sessions help it.
const sessionsOfPostfix = 10;
const sessionsOfFacteur = [10, 50];
const goal = 3;

const nameOf = (sessions: number) => `SMTP with a login, ${sessions} sessions`;
const postfixName = "Postfix, HOLD queue";

/** How fast messages by SMTP are taken and are on disk when that is said. */
export async function benchSubmission(options: BenchOptions): Promise<PartResult> {
  const postfix = options.withPostfix ? await startBenchPostfix({ sinkPort: null, signsFor: null }) : null;
  const bench = await startBenchService(null, options.env);
  const rates = new Map<string, number[]>();
  const cpu = new Map<string, number[]>();
  const note = (name: string, { perSecond, cpuMicroseconds }: Measured): void => {
    rates.set(name, [...(rates.get(name) ?? []), perSecond]);
    cpu.set(name, [...(cpu.get(name) ?? []), cpuMicroseconds]);
  };
  try {
    for (let round = 0; round <= options.rounds; round++) {
      // The first round warms both sides up and is not counted.
      const messages = Math.ceil(options.messages / (round === 0 ? 10 : 2));
      const ofPostfix = postfix === null ? null : await measurePostfix(postfix, messages);
      if (ofPostfix !== null && round > 0) note(postfixName, ofPostfix);
      for (const connections of sessionsOfFacteur) {
        const measured = await measureFacteur(bench, messages, connections);
        if (round > 0) note(nameOf(connections), measured);
      }
    }
    const against = { against: postfixName, goal };
    const series = [...rates].map(([name, values]) => ({
      ...{ name, unit: "messages/s", values },
      ...(name === postfixName || postfix === null ? {} : against),
    }));
    const rows = [...cpu].map(([name, values]) => [name, figure(median(values))]);
    const text = [
      seriesTable(series),
      "Processor time a message, of everything but the load generator:",
      table(["", "µs, median of the rounds"], rows),
    ].join("\n\n");
    return { text, goals: goalsOf(series) };
  } finally {
    await bench.stop();
    await postfix?.stop();
  }
}

interface Measured {
  perSecond: number;
  cpuMicroseconds: number;
}

function measurePostfix({ port, pids }: BenchPostfix, messages: number): Promise<Measured> {
  return measure({ port, messages, connections: sessionsOfPostfix, login: null }, () => pids);
}

function measureFacteur(bench: BenchService, messages: number, connections: number): Promise<Measured> {
  const { apiKey: user, secretKey: password } = bench.credentials;
  const plan = { port: bench.service.submissionPort, messages, connections, login: { user, password } };
  return measure(plan, bench.pids);
}

async function measure(plan: SmtpLoadPlan, pids: () => number[]): Promise<Measured> {
  const before = cpuSeconds(pids());
  const child = fork(path.join(import.meta.dirname, "smtp-load.ts"), { execArgv: [] });
  const answered = once(child, "message");
  child.send(plan);
  const [answer] = (await answered) as [{ result: SmtpLoadResult } | { error: string }];
  if ("error" in answer) throw new Error(`The load broke off: ${answer.error}`);
  const used = cpuSeconds(pids()) - before;
  const { messages } = plan;
  return { perSecond: messages / answer.result.seconds, cpuMicroseconds: (used / messages) * 1e6 };
}
