import { type ChildProcess, spawn } from "node:child_process";
import path from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import type { Told } from "./reporter.ts";

// A file that takes longer hangs. The slowest scenario is meant to stay below half of it.
const fileMsMax = 240_000;
// What a red file printed is shown to its last lines; more hides the failure itself.
const outputLinesMax = 60;

const reporter = path.join(import.meta.dirname, "reporter.ts");

export interface FileResult {
  file: string;
  passed: number;
  failed: number;
  skipped: string[];
  /** What went wrong, ready to be shown. */
  failures: string[];
  tookMs: number;
}

export interface FileOptions {
  /** Ends the file early. */
  signal: AbortSignal;
  msMax?: number;
}

/** Runs one test file in a process of its own, and ends that process with all it started when it hangs. */
export async function runTestFile(
  folder: string,
  file: string,
  { signal, msMax = fileMsMax }: FileOptions,
): Promise<FileResult> {
  const started = performance.now();
  const result: FileResult = { file, passed: 0, failed: 0, skipped: [], failures: [], tookMs: 0 };
  const child = spawn(
    process.execPath,
    [
      "--disable-warning=ExperimentalWarning",
      "--test-reporter",
      reporter,
      "--test-reporter-destination",
      "stdout",
      file,
    ],
    // A process group of its own, so that whatever the tests started can be ended with them.
    { cwd: folder, stdio: ["ignore", "pipe", "pipe", "pipe"], detached: process.platform !== "win32" },
  );
  const output = keepOutput(child);
  let isComplete = false;
  createInterface({ input: child.stdio[3] as Readable }).on("line", (line) => {
    const told = JSON.parse(line) as Told;
    if (told.kind === "complete") isComplete = true;
    else if (told.kind === "remark") output.add(told.text);
    else record(result, told);
  });
  const end = await endOf(child, signal, msMax);
  result.tookMs = performance.now() - started;
  const reason = whyRed(result, { isComplete, end, msMax });
  if (reason !== null) {
    result.failed += 1;
    result.failures.push(`  ✗ ${file}\n    ${reason}`);
  }
  if (result.failed > 0 && output.text().trim() !== "")
    result.failures.push(`    what ${file} printed:\n${indented(lastLines(output.text()))}`);
  return result;
}

function record(result: FileResult, told: Exclude<Told, { kind: "complete" | "remark" }>): void {
  if (told.kind === "passed") result.passed += 1;
  else if (told.kind === "skipped") result.skipped.push(told.name);
  else {
    const place = told.line === null ? result.file : `${result.file}:${told.line}`;
    result.failed += 1;
    result.failures.push(`  ✗ ${told.name}\n    ${place}\n${indented(told.text)}`);
  }
}

type End = { kind: "ended"; code: number | null } | { kind: "hung" } | { kind: "stopped" };

function endOf(child: ChildProcess, signal: AbortSignal, msMax: number): Promise<End> {
  return new Promise((resolve) => {
    const finish = (end: End) => {
      clearTimeout(timer);
      signal.removeEventListener("abort", stop);
      resolve(end);
    };
    const stop = () => {
      killGroup(child);
      finish({ kind: "stopped" });
    };
    const timer = setTimeout(() => {
      killGroup(child);
      finish({ kind: "hung" });
    }, msMax);
    signal.addEventListener("abort", stop);
    child.once("error", () => finish({ kind: "ended", code: null }));
    child.once("close", (code) => finish({ kind: "ended", code }));
    // The pipes close only when every process that inherited them is gone: what a test left behind ends with it.
    child.once("exit", () => killGroup(child));
  });
}

function killGroup(child: ChildProcess): void {
  try {
    if (child.pid !== undefined)
      process.kill(process.platform === "win32" ? child.pid : -child.pid, "SIGKILL");
  } catch {
    // Nothing is left of it.
  }
}

/** Why a file is red although no test of it failed; null when it is not. */
function whyRed(result: FileResult, run: { isComplete: boolean; end: End; msMax: number }): string | null {
  const { isComplete, end, msMax } = run;
  if (end.kind === "stopped") return "Stopped from outside.";
  if (end.kind === "hung")
    return `Did not end within ${msMax / 1000} s: a test waits for ever, or left a socket, timer or process open.`;
  if (result.failed > 0) return null;
  if (end.code === 0 && result.passed + result.skipped.length === 0) return "Holds no test.";
  if (isComplete && end.code === 0) return null;
  return `Ended with code ${end.code}${isComplete ? "" : " before its tests did"}.`;
}

function keepOutput(child: ChildProcess): { add: (text: string) => void; text: () => string } {
  let text = "";
  const add = (more: string) => {
    text += more;
  };
  for (const stream of [child.stdout, child.stderr]) stream?.setEncoding("utf8").on("data", add);
  return { add: (line) => add(`${line}\n`), text: () => text };
}

const lastLines = (text: string) => text.trimEnd().split("\n").slice(-outputLinesMax).join("\n");

const indented = (text: string) => text.replaceAll(/^/gm, "    ");
