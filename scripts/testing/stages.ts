import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";

/** A check of the whole clone by a tool, before any test runs. */
export interface Stage {
  name: string;
  finds: string;
  tool: { package: string; bin: string };
  /** One run of the tool each. */
  runs: readonly (readonly string[])[];
}

export interface StageResult {
  stage: Stage;
  isGreen: boolean;
  output: string;
  tookMs: number;
}

export const stages: readonly Stage[] = [
  {
    name: "types",
    finds: "type errors",
    tool: { package: "typescript", bin: "tsc" },
    runs: [
      ["--noEmit", "-p", "."],
      ["--noEmit", "-p", "web"],
    ],
  },
  {
    name: "lint",
    finds: "lint errors and unformatted files",
    tool: { package: "@biomejs/biome", bin: "biome" },
    runs: [["check", "."]],
  },
  {
    name: "borders",
    finds: "imports that cross a border",
    tool: { package: "dependency-cruiser", bin: "depcruise" },
    runs: [["--config", "dependency-cruiser.cjs", "src", "tests", "scripts", "web/src"]],
  },
  {
    name: "dead",
    finds: "files, exports and dependencies that nothing uses",
    tool: { package: "knip", bin: "knip" },
    runs: [[]],
  },
];

/** The file behind a command of an installed package. Called with our own Node, so that the tools run under the
 *  same one as the tests, whatever `node` is in the PATH. */
export function toolPath(folder: string, tool: Stage["tool"]): string {
  const home = path.join(folder, "node_modules", tool.package);
  const manifest = JSON.parse(readFileSync(path.join(home, "package.json"), "utf8")) as {
    bin: string | Record<string, string>;
  };
  const bin = typeof manifest.bin === "string" ? manifest.bin : manifest.bin[tool.bin];
  if (bin === undefined) throw new Error(`${tool.package} has no command ${tool.bin}.`);
  return path.join(home, bin);
}

/** Runs one stage to its end; its words are kept, to be shown only when it is red. */
export async function runStage(folder: string, stage: Stage, signal: AbortSignal): Promise<StageResult> {
  const started = performance.now();
  const results: { isGreen: boolean; output: string }[] = [];
  for (const args of stage.runs) results.push(await runTool(folder, stage.tool, args, signal));
  return {
    stage,
    isGreen: results.every(({ isGreen }) => isGreen),
    output: results.map(({ output }) => output).join(""),
    tookMs: performance.now() - started,
  };
}

function runTool(
  folder: string,
  tool: Stage["tool"],
  args: readonly string[],
  signal: AbortSignal,
): Promise<{ isGreen: boolean; output: string }> {
  const child = spawn(process.execPath, [toolPath(folder, tool), ...args], {
    cwd: folder,
    stdio: ["ignore", "pipe", "pipe"],
    signal,
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8");
    stream.on("data", (text: string) => {
      output += text;
    });
  }
  return new Promise((resolve) => {
    child.once("error", (error) => {
      output += error.message;
      resolve({ isGreen: false, output });
    });
    child.once("close", (code) => resolve({ isGreen: code === 0, output }));
  });
}

/** Works through the list, so many at a time, in order. */
export async function inParallel<T>(
  items: readonly T[],
  atOnceMax: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const waiting = items.values();
  const worker = async () => {
    for (const item of waiting) await work(item);
  };
  await Promise.all(Array.from({ length: atOnceMax }, worker));
}
