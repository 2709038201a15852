import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";

// Linux counts processor time in ticks of this many a second; it is the same on every machine in use today.
const ticksPerSecond = Number(execFileSync("getconf", ["CLK_TCK"], { encoding: "utf8" }));

interface ProcessEntry {
  pid: number;
  parent: number;
  ticks: number;
}

/** Processor seconds that these processes, all below them, and all of those that have ended, have used so far. */
export function cpuSeconds(roots: readonly number[]): number {
  const ticks = below(roots).reduce((sum, entry) => sum + entry.ticks, 0);
  return ticks / ticksPerSecond;
}

/** Memory of these processes and all below them. */
export interface Memory {
  /** What each holds by itself and its share of what it shares with others: this adds up (proc_pid_smaps_rollup(5)). */
  proportionalBytes: number;
  /** The largest resident set among them; shared memory counts in each. */
  residentBytesMax: number;
}

export function memoryOf(roots: readonly number[]): Memory {
  const memory: Memory = { proportionalBytes: 0, residentBytesMax: 0 };
  for (const { pid } of below(roots)) {
    const text = readOrEmpty(`/proc/${pid}/smaps_rollup`);
    memory.proportionalBytes += kilobytes(text, "Pss");
    memory.residentBytesMax = Math.max(memory.residentBytesMax, kilobytes(text, "Rss"));
  }
  return memory;
}

function kilobytes(text: string, name: string): number {
  return Number(new RegExp(`^${name}: +(\\d+) kB`, "m").exec(text)?.[1] ?? 0) * 1024;
}

/** These processes and all below them. */
function below(roots: readonly number[]): ProcessEntry[] {
  const all = readdirSync("/proc").flatMap((name) => (/^\d+$/.test(name) ? entryOf(Number(name)) : []));
  const wanted = new Set(roots);
  // A parent may stand behind its child in the list: as long as there is somebody new, once more.
  for (let count = 0; count < wanted.size; ) {
    count = wanted.size;
    for (const { pid, parent } of all) if (wanted.has(parent)) wanted.add(pid);
  }
  return all.filter(({ pid }) => wanted.has(pid));
}

// proc_pid_stat(5): behind the name in parentheses stand the state, the parent, and as 12th to 15th the ticks of the
// process in user and system mode, and those of its children that have ended.
function entryOf(pid: number): ProcessEntry[] {
  const stat = readOrEmpty(`/proc/${pid}/stat`);
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  if (fields.length < 20) return [];
  const ticks = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
  return [{ pid, parent: Number(fields[1]), ticks }];
}

/** Processor seconds that the whole machine has spent on anything but waiting. */
export function machineCpuSeconds(): number {
  const [line = ""] = readFileSync("/proc/stat", "utf8").split("\n");
  const [user, nice, system, , , irq, softirq, steal] = line.trim().split(/ +/).slice(1).map(Number);
  const busy = [user, nice, system, irq, softirq, steal].reduce((sum: number, each) => sum + (each ?? 0), 0);
  return busy / ticksPerSecond;
}

function readOrEmpty(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return ""; // the process has ended
  }
}
