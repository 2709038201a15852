import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { smallDisk } from "../support/small-disk.ts";
import { type Judgement, judge } from "./judge.ts";
import type { Evidence } from "./ledger.ts";
import type { Phase } from "./phases.ts";
import { Random } from "./random.ts";
import { Stage } from "./stage.ts";

const diskMegabytes = 256;
const hook = pathToFileURL(path.join(import.meta.dirname, "break-hook.ts")).href;

export interface RunOptions {
  seed: string;
  messages: number;
  kills: number;
  /** Takes a safeguard out of the service. */
  breakage: string | null;
}

/** What came of a phase. */
export type PhaseResult =
  | { kind: "not run"; phase: Phase; reason: string }
  | { kind: "run"; phase: Phase; judgement: Judgement; done: PhaseCounts; evidenceFolder: string | null };

/** What was done in it. */
export interface PhaseCounts {
  nodeKills: number;
  databaseKills: number;
  stalls: number;
  cutBefore: number;
  cutInDoubt: number;
  lostAnswers: number;
  refusals: number;
  repeats: number;
  unknownExplained: number;
  failedStarts: number;
  seconds: number;
}

/** Plays a phase and judges it. What shows a violation is kept, and the result says where. */
export async function runPhase(phase: Phase, options: RunOptions): Promise<PhaseResult> {
  const disk = phase.needsDisk ? smallDisk(diskMegabytes) : undefined;
  if (disk === null) return { kind: "not run", phase, reason: "mounting a small disk needs root" };
  const startedAt = performance.now();
  const stage = await Stage.open({
    random: new Random(options.seed).fork(phase.name),
    messages: options.messages,
    ...phase.layout,
    ...(disk === undefined ? {} : { dataFolder: disk.folder }),
    env: breakingEnv(options.breakage),
  });
  let keepsFolder = false;
  try {
    await phase.play(stage, options.kills).catch((error: unknown) => {
      const [message = "", ...stack] = ((error as Error).stack ?? String(error)).split("\n");
      const places = stack.filter((line) => /^ +at /.test(line)).map((line) => line.trim());
      stage.troubles.push([message, ...places].join(" "));
    });
    const evidence = await stage.evidence().catch((error: unknown) => {
      stage.troubles.push(`the books cannot be read: ${(error as Error).message}`);
      return stage.evidenceOfClients();
    });
    const judgement = judge(evidence);
    keepsFolder = judgement.violations.length > 0;
    const evidenceFolder = keepsFolder ? keep(stage, { evidence, judgement }) : null;
    const seconds = (performance.now() - startedAt) / 1000;
    return { kind: "run", phase, judgement, done: countsOf(stage, evidence, seconds), evidenceFolder };
  } finally {
    await stage.close({ keepsFolder: keepsFolder || disk !== undefined });
    disk?.remove();
  }
}

function breakingEnv(breakage: string | null): Record<string, string> {
  return breakage === null ? {} : { CRASH_BREAKAGE: breakage, NODE_OPTIONS: `--import ${hook}` };
}

function countsOf(stage: Stage, { calls, unknownExplained }: Evidence, seconds: number): PhaseCounts {
  const tries = calls.flatMap((call) => call.tries);
  return {
    nodeKills: stage.kills.node,
    databaseKills: stage.kills.database,
    stalls: stage.stalls,
    cutBefore: stage.sinks.cutBefore,
    cutInDoubt: stage.sinks.cutInDoubt,
    lostAnswers: tries.filter(({ kind }) => kind === "unanswered" || kind === "undecided").length,
    refusals: tries.filter(({ kind }) => kind === "refused").length,
    repeats: tries.filter(({ kind }) => kind !== "unreached").length - calls.length,
    unknownExplained,
    failedStarts: stage.failedStarts,
    seconds,
  };
}

function keep(stage: Stage, findings: { evidence: Evidence; judgement: Judgement }): string {
  const folder = mkdtempSync(path.join(tmpdir(), "facteur-crash-evidence-"));
  mkdirSync(folder, { recursive: true });
  for (const [number, node] of stage.nodes.entries())
    writeFileSync(path.join(folder, `node-${number}.log`), node.service.output);
  const text = JSON.stringify({ data: stage.folder, ...findings }, plain, 1);
  writeFileSync(path.join(folder, "evidence.json"), text);
  return folder;
}

function plain(_name: string, value: unknown): unknown {
  if (typeof value === "bigint") return value.toString();
  if (value instanceof Map) return Object.fromEntries([...value].map(([key, each]) => [String(key), each]));
  return value instanceof Set ? [...value] : value;
}
