import assert from "node:assert/strict";
import { startSmtpServer } from "../support/smtp-server.ts";
import { type BenchService, startBenchService } from "./facteur.ts";
import { type BenchPostfix, proofDomain, startBenchPostfix } from "./neighbours.ts";
import type { BenchOptions, PartResult } from "./options.ts";
import { sendWithSmtpSource } from "./part-accept.ts";
import { cpuSeconds } from "./processes.ts";
import { type CallKind, messageBytes, messagesACall, senderDomain } from "./requests.ts";
import { signatureCpuSeconds } from "./signature.ts";
import { type Sink, startSink } from "./sink.ts";
import { figure, goalBelow, goalsOf, median, type Series, seriesTable, table } from "./table.ts";

const kinds: { kind: CallKind; name: string; connections: number }[] = [
  { kind: "shared", name: "Facteur, 50 a call that share their content", connections: 4 },
  { kind: "distinct", name: "Facteur, 50 a call, each its own 10 KB", connections: 4 },
  { kind: "single", name: "Facteur, 1 a call", connections: 20 },
];
const postfixSigned = "Postfix with OpenDKIM";
const postfixUnsigned = "Postfix, unsigned";
const goal = 4;
// Of a delivered message, everything included.
const signaturesMax = 3;

interface Measured {
  perSecond: number;
  cpuMicroseconds: number;
}

/** From the first byte of the first call until the last message is at its destination. */
export async function benchDelivery(options: BenchOptions): Promise<PartResult> {
  const sink = await startSink();
  const stops: (() => Promise<void>)[] = [() => sink.stop()];
  try {
    const proof = await startSmtpServer({ keep: "messages" });
    stops.push(() => proof.close());
    const routes = `${proofDomain}=127.0.0.1:${proof.port},*=127.0.0.1:${sink.port}`;
    const bench = await startBenchService(sink.port, { ...options.env, FACTEUR_ROUTES: routes });
    stops.push(() => bench.stop());
    const postfixes = options.withPostfix ? await startBoth(sink, proof.port, stops) : [];
    await proveSignatures(bench, postfixes, proof);

    const results = new Map<string, Measured[]>();
    const signature: number[] = [];
    for (let round = 0; round <= options.rounds; round++) {
      // The first round warms everything up and is not counted.
      const messages = round === 0 ? Math.ceil(options.messages / 5) : options.messages;
      signature.push(signatureCpuSeconds() * 1e6);
      const note = (name: string, measured: Measured) =>
        round > 0 && results.set(name, [...(results.get(name) ?? []), measured]);
      for (const { name, postfix } of postfixes) {
        const send = () => sendWithSmtpSource(postfix.port, Math.ceil(messages / 4));
        note(name, await measure({ sink, pids: postfix.pids, messages: Math.ceil(messages / 4), send }));
      }
      for (const { name, kind, connections } of kinds) {
        const calls = Math.ceil(messages / messagesACall[kind]);
        const send = () => bench.load({ kind, calls, connections, rate: null });
        const count = calls * messagesACall[kind];
        note(
          name,
          await measure({ sink, pids: bench.pids(), messages: count, send, drained: bench.drained }),
        );
      }
    }
    return describe(results, median(signature));
  } finally {
    for (const stop of stops.reverse()) await stop();
  }
}

interface Postfixes {
  name: string;
  postfix: BenchPostfix;
}

async function startBoth(
  sink: Sink,
  proofPort: number,
  stops: (() => Promise<void>)[],
): Promise<Postfixes[]> {
  const signed = await startBenchPostfix({ sinkPort: sink.port, signsFor: senderDomain, proofPort });
  stops.push(() => signed.stop());
  const unsigned = await startBenchPostfix({ sinkPort: sink.port, signsFor: null, proofPort });
  stops.push(() => unsigned.stop());
  return [
    { name: postfixSigned, postfix: signed },
    { name: postfixUnsigned, postfix: unsigned },
  ];
}

/** What is measured is signed, and as large as it should be. */
async function proveSignatures(
  bench: BenchService,
  postfixes: readonly Postfixes[],
  proof: Awaited<ReturnType<typeof startSmtpServer>>,
): Promise<void> {
  await bench.load({ kind: "single", calls: 1, connections: 1, rate: null, domain: proofDomain });
  await proof.accepted(1);
  for (const [index, { postfix }] of postfixes.entries()) {
    await sendWithSmtpSource(postfix.port, 1, proofDomain);
    await proof.accepted(index + 2);
  }
  for (const { from, octets, data } of proof.transactions.slice(0, 2)) {
    assert.match(data?.toString("latin1") ?? "", /^DKIM-Signature: .*a=rsa-sha256/m, `${from} is not signed`);
    assert.ok(octets >= messageBytes, `a message has only ${octets} octets`);
  }
}

interface Measurement {
  sink: Sink;
  pids: readonly number[];
  messages: number;
  send: () => Promise<unknown>;
  /** Processor time counts until everything is recorded too. */
  drained?: () => Promise<void>;
}

async function measure({ sink, pids, messages, send, drained }: Measurement): Promise<Measured> {
  const wanted = sink.count() + messages;
  const cpu = cpuSeconds(pids);
  const startedAt = performance.now();
  await Promise.all([send(), sink.taken(wanted)]);
  const seconds = (performance.now() - startedAt) / 1000;
  await drained?.();
  const used = cpuSeconds(pids) - cpu;
  return { perSecond: messages / seconds, cpuMicroseconds: (used / messages) * 1e6 };
}

function describe(results: ReadonlyMap<string, Measured[]>, signatureMicroseconds: number): PartResult {
  const series = [...results].map(
    ([name, measured]): Series => ({
      name,
      unit: "messages/s",
      values: measured.map(({ perSecond }) => perSecond),
      ...(name.startsWith("Facteur") ? { against: postfixSigned, goal } : {}),
    }),
  );
  const rows = [...results].map(([name, measured]) => {
    const used = median(measured.map(({ cpuMicroseconds }) => cpuMicroseconds));
    return [name, figure(used), (used / signatureMicroseconds).toFixed(2)];
  });
  const text = [
    seriesTable(series),
    "Processor time of all processes that take part (PostgreSQL included; load generator and sink not), a delivered " +
      `message. A bare RSA-2048 signature cost ${figure(signatureMicroseconds)} µs in the same run.`,
    table(["", "µs, median", "in signatures"], rows),
  ].join("\n\n");
  const ours = [...results].filter(([name]) => name.startsWith("Facteur"));
  const costs = ours.map(([name, measured]) => {
    const used = median(measured.map(({ cpuMicroseconds }) => cpuMicroseconds));
    return goalBelow(`${name}: processor time`, used / signatureMicroseconds, signaturesMax, "signatures");
  });
  return { text, goals: [...goalsOf(series), ...costs] };
}
