import { type BenchService, startBenchService } from "./facteur.ts";
import { type Inspector, inspectorEnv, openInspector } from "./inspector.ts";
import type { BenchOptions, PartResult } from "./options.ts";
import { type CallKind, messagesACall } from "./requests.ts";
import { signatureCpuSeconds } from "./signature.ts";
import { type Sink, startSink } from "./sink.ts";
import { figure, table } from "./table.ts";
import { type Spenders, spendersOf, spentBetween } from "./threads.ts";

const kinds: { kind: CallKind; name: string; connections: number }[] = [
  { kind: "shared", name: "50 a call, shared", connections: 4 },
  { kind: "distinct", name: "50 a call, distinct", connections: 4 },
  { kind: "single", name: "1 a call", connections: 20 },
];
const placesShown = 40;

interface Column {
  name: string;
  messages: number;
  spent: Spenders;
}

/** Who spends the processor's time for a message that is accepted, and for one that is accepted and delivered; and what
 *  the service's main thread does in it. */
export async function benchProfile(options: BenchOptions): Promise<PartResult> {
  const accepted = await profileAll(options, null);
  const sink = await startSink();
  try {
    const delivered = await profileAll(options, sink);
    const signature = signatureCpuSeconds() * 1e6;
    const text = [
      `Processor time a message, in µs. A bare RSA-2048 signature: ${figure(signature)} µs.`,
      spentTable([...accepted.columns, ...delivered.columns]),
      ...(options.showsPlaces ? [...accepted.places, ...delivered.places] : []),
    ].join("\n\n");
    return { text, goals: [] };
  } finally {
    await sink.stop();
  }
}

async function profileAll(
  options: BenchOptions,
  sink: Sink | null,
): Promise<{ columns: Column[]; places: string[] }> {
  const env = { ...(options.showsPlaces ? inspectorEnv : {}), ...options.env };
  const bench = await startBenchService(sink?.port ?? null, env);
  try {
    const inspector = options.showsPlaces ? await openInspector(bench.service) : null;
    const columns: Column[] = [];
    const places: string[] = [];
    const what = sink === null ? "accept" : "to the end";
    for (const { kind, name, connections } of kinds) {
      const calls = Math.ceil(options.messages / messagesACall[kind]);
      const load = { bench, sink, kind, connections };
      await run({ ...load, calls: Math.ceil(calls / 4) });
      const before = await look(bench);
      await inspector?.startProfile();
      await run({ ...load, calls });
      const messages = calls * messagesACall[kind];
      if (inspector !== null) places.push(await placesTable(`${what}: ${name}`, messages, inspector));
      columns.push({ name: `${what}: ${name}`, messages, spent: spentBetween(before, await look(bench)) });
    }
    inspector?.close();
    return { columns, places };
  } finally {
    await bench.stop();
  }
}

interface Load {
  bench: BenchService;
  sink: Sink | null;
  kind: CallKind;
  connections: number;
  calls: number;
}

async function run({ bench, sink, kind, connections, calls }: Load): Promise<void> {
  const wanted = (sink?.count() ?? 0) + calls * messagesACall[kind];
  await bench.load({ kind, calls, connections, rate: null });
  await sink?.taken(wanted);
  if (sink !== null) await bench.drained();
}

function look({ service, database }: BenchService): Promise<Spenders> {
  return spendersOf({ service: service.pid, postgres: service.postgresPid() }, database);
}

function spentTable(columns: readonly Column[]): string {
  const names = new Set(columns.flatMap(({ spent }) => [...spent.keys()]));
  const cells = (name: string) =>
    columns.map(({ spent, messages }) => ((spent.get(name) ?? 0) / messages) * 1e6);
  const rows = [...names]
    .map((name) => ({ name, values: cells(name) }))
    .filter(({ values }) => values.some((value) => value >= 0.5))
    .sort((a, b) => sum(b.values) - sum(a.values));
  const total = columns.map((_, index) => sum(rows.map(({ values }) => values[index] ?? 0)));
  return table(
    ["", ...columns.map(({ name }) => name)],
    [
      ...rows.map(({ name, values }) => [name, ...values.map(figure)]),
      ["**together**", ...total.map(figure)],
    ],
  );
}

export async function placesTable(title: string, messages: number, inspector: Inspector): Promise<string> {
  const { places, busyMs } = await inspector.stopProfile();
  const top = [...places].sort(([, a], [, b]) => b - a).slice(0, placesShown);
  const micros = (ms: number) => figure((ms * 1000) / messages);
  return [
    `Main thread, ${title} (${micros(busyMs)} µs a message):`,
    table(
      ["place", "µs a message"],
      top.map(([place, ms]) => [`\`${place}\``, micros(ms)]),
    ),
  ].join("\n\n");
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
