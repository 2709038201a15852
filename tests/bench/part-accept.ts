import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { type BenchService, startBenchService } from "./facteur.ts";
import { type BenchPostfix, startBenchPostfix } from "./neighbours.ts";
import type { BenchOptions, Goal, PartResult } from "./options.ts";
import { cpuSeconds } from "./processes.ts";
import { type CallKind, messageBytes, messagesACall, recipientDomain, senderDomain } from "./requests.ts";
import { figure, goalBelow, goalsOf, median, percentile, type Series, seriesTable, table } from "./table.ts";

const run = promisify(execFile);

const kinds: { kind: CallKind; name: string; goal: number; connections: number; share: number }[] = [
  { kind: "shared", name: "API, 50 a call that share their content", goal: 10, connections: 8, share: 1 },
  { kind: "distinct", name: "API, 50 a call, each its own 10 KB", goal: 4, connections: 8, share: 1 },
  { kind: "single", name: "API, 1 a call", goal: 3, connections: 50, share: 0.5 },
];
const postfixName = "Postfix, HOLD queue";

/** Postfix takes messages with this many sessions: with fewer or more it is slower. */
const postfixSessions = 10;

/** How fast messages are taken and are on disk when that is said. */
export async function benchAccept(options: BenchOptions): Promise<PartResult> {
  const postfix = options.withPostfix ? await startBenchPostfix({ sinkPort: null, signsFor: null }) : null;
  const bench = await startBenchService(null, options.env);
  try {
    const rates = new Map<string, number[]>();
    const cpu = new Map<string, number[]>();
    const note = (name: string, { perSecond, cpuMicroseconds }: Measured): void => {
      rates.set(name, [...(rates.get(name) ?? []), perSecond]);
      cpu.set(name, [...(cpu.get(name) ?? []), cpuMicroseconds]);
    };
    const generator: number[] = [];
    for (let round = 0; round <= options.rounds; round++) {
      // The first round warms both sides up and is not counted.
      const messages = round === 0 ? Math.ceil(options.messages / 5) : options.messages;
      if (postfix !== null) {
        const measured = await postfixAccepts(postfix, messages / 4);
        if (round > 0) note(postfixName, measured);
      }
      for (const { kind, name, connections, share } of kinds) {
        const measured = await facteurAccepts(bench, { kind, connections, messages: messages * share });
        if (round === 0) continue;
        note(name, measured);
        generator.push(measured.generatorShare);
      }
    }
    const latencies = await latencyTable(bench, options);
    const text = [
      seriesTable(seriesOf(rates)),
      `The load generator used at most ${figure(Math.max(...generator) * 100)} % of one core.`,
      "Processor time a message, of everything but the load generator:",
      table(
        ["", "µs, median of the rounds"],
        [...cpu].map(([name, values]) => [name, figure(median(values))]),
      ),
      "At a fixed pace, from the moment a call was due until its answer:",
      latencies.text,
    ].join("\n\n");
    return { text, goals: [...goalsOf(seriesOf(rates)), ...latencies.goals] };
  } finally {
    await bench.stop();
    await postfix?.stop();
  }
}

interface Measured {
  perSecond: number;
  cpuMicroseconds: number;
}

function seriesOf(rates: ReadonlyMap<string, number[]>): Series[] {
  return [...rates].map(([name, values]) => {
    const kind = kinds.find((each) => each.name === name);
    return {
      name,
      unit: "messages/s",
      values,
      ...(kind === undefined ? {} : { against: postfixName, goal: kind.goal }),
    };
  });
}

async function postfixAccepts(postfix: BenchPostfix, count: number): Promise<Measured> {
  const messages = Math.ceil(count);
  const cpu = cpuSeconds(postfix.pids);
  const startedAt = performance.now();
  await sendWithSmtpSource(postfix.port, messages);
  const seconds = (performance.now() - startedAt) / 1000;
  const used = cpuSeconds(postfix.pids) - cpu;
  return { perSecond: messages / seconds, cpuMicroseconds: (used / messages) * 1e6 };
}

/** Hands messages to an SMTP server over sessions that are kept open. */
export async function sendWithSmtpSource(
  port: number,
  messages: number,
  domain = recipientDomain,
): Promise<void> {
  const sessions = Math.min(postfixSessions, messages);
  const args = ["-d", "-s", String(sessions), "-m", String(messages), "-l", String(messageBytes)];
  const from = ["-f", `news@${senderDomain}`, "-t", `reader@${domain}`];
  await run("/usr/sbin/smtp-source", [...args, ...from, `127.0.0.1:${port}`]);
}

async function facteurAccepts(
  bench: BenchService,
  { kind, connections, messages }: { kind: CallKind; connections: number; messages: number },
): Promise<Measured & { generatorShare: number }> {
  const calls = Math.ceil(messages / messagesACall[kind]);
  const count = calls * messagesACall[kind];
  const cpu = cpuSeconds(bench.pids());
  const result = await bench.load({ kind, calls, connections, rate: null });
  const used = cpuSeconds(bench.pids()) - cpu;
  return {
    perSecond: count / result.seconds,
    cpuMicroseconds: (used / count) * 1e6,
    generatorShare: result.cpuSeconds / result.seconds,
  };
}

// Messages a second at which latency is asked for, and for how long.
const paceMessages = 1000;
const paceConnections = 200;
const p99MsMax = 50;

async function latencyTable(bench: BenchService, { paceSeconds }: BenchOptions): Promise<PartResult> {
  const rows: string[][] = [];
  const goals: Goal[] = [];
  for (const { kind, name } of kinds) {
    const rate = paceMessages / messagesACall[kind];
    const calls = rate * paceSeconds;
    const { latencies } = await bench.load({ kind, calls, connections: paceConnections, rate });
    const shares = [0.5, 0.95, 0.99, 0.999].map((share) => `${figure(percentile(latencies, share))} ms`);
    rows.push([name, `${rate} calls/s`, ...shares, `${figure(latencies.at(-1) ?? 0)} ms`]);
    goals.push(
      goalBelow(
        `${name}: 99 of 100 answers at ${paceMessages}/s`,
        percentile(latencies, 0.99),
        p99MsMax,
        "ms",
      ),
    );
  }
  return { text: table(["", "pace", "p50", "p95", "p99", "p99.9", "worst"], rows), goals };
}
