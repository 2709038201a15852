import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, readlinkSync, realpathSync, unlinkSync } from "node:fs";
import { join } from "node:path";

/** A process that cannot be mistaken for a later one that was given the same number. */
export type ProcessMark = { pid: number; started: string };

const hasProc = existsSync("/proc/self/stat");

// random(4): another one after each boot. Starts are counted from the boot, and a machine that starts the same programs in
// the same order gives them the same numbers at nearly the same ticks.
const bootId = readOrUndefined("/proc/sys/kernel/random/boot_id")?.trim() ?? "";

/** The mark of a living process; undefined when there is none. A zombie has ended, although it still answers
 *  signals: containers whose first process reaps nobody keep them for good. */
export function markOf(pid: number): ProcessMark | undefined {
  const [state, started] = hasProc ? procState(pid) : psState(pid);
  return started === undefined || state === undefined || /^[ZX]/.test(state) ? undefined : { pid, started };
}

/** Whether this very process still runs. */
export function isAlive(mark: ProcessMark): boolean {
  return markOf(mark.pid)?.started === mark.started;
}

// proc_pid_stat(5): the name stands in parentheses and may hold some itself; the state is the first field behind
// it, the start in clock ticks since boot the twentieth.
function procState(pid: number): (string | undefined)[] {
  const stat = readOrUndefined(`/proc/${pid}/stat`);
  const fields = stat?.slice(stat.lastIndexOf(")") + 2).split(" ") ?? [];
  return [fields[0], fields[19] === undefined ? undefined : `${bootId}/${fields[19]}`];
}

function psState(pid: number): (string | undefined)[] {
  try {
    const line = execFileSync("ps", ["-o", "state=,lstart=", "-p", String(pid)], { encoding: "utf8" }).trim();
    const [state, ...started] = line.split(/\s+/);
    return [state, started.join(" ")];
  } catch {
    return [];
  }
}

/** What postmaster.pid says about the server of a data folder. */
export type ServerState =
  | { kind: "none" }
  | {
      kind: "running";
      mark: ProcessMark;
      status: "starting" | "ready" | "stopping";
      socketDir: string;
      port: number;
    };

/** Finds the server of a data folder, also one that another process left behind. */
export function findServer(dataFolder: string): ServerState {
  const lines = readOrUndefined(join(dataFolder, "postmaster.pid"))?.split("\n") ?? [];
  const mark = markOf(Number(lines[0]));
  if (!mark || !worksIn(mark.pid, dataFolder)) return { kind: "none" };
  return {
    kind: "running",
    mark,
    status: statusOf(lines[7]),
    socketDir: lines[4] ?? "",
    port: Number(lines[3]),
  };
}

// The words are padded, so that the server can change them in place (miscinit.h).
function statusOf(line: string | undefined): "starting" | "ready" | "stopping" {
  const word = line?.trim();
  return word === "ready" || word === "stopping" ? word : "starting";
}

/** Removes what a server that is gone left in the data folder and would keep the next one from starting: it
 *  takes any living process with the old number for a server. Only without a process in the folder. */
export function forgetDeadServer(dataFolder: string): void {
  if (findServer(dataFolder).kind === "running" || hasProcessesIn(dataFolder)) return;
  try {
    unlinkSync(join(dataFolder, "postmaster.pid"));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
  }
}

/** Whether a process of a server works in the folder; after a kill its workers need a moment to notice. */
export function hasProcessesIn(dataFolder: string): boolean {
  if (!hasProc) return false;
  return readdirSync("/proc").some((name) => /^\d+$/.test(name) && worksIn(Number(name), dataFolder));
}

// Every process of a server works in its data folder. Without /proc, its name has to do.
function worksIn(pid: number, dataFolder: string): boolean {
  try {
    if (hasProc) return readlinkSync(`/proc/${pid}/cwd`) === realpathSync(dataFolder) && isPostgres(pid);
    return execFileSync("ps", ["-o", "comm=", "-p", String(pid)], { encoding: "utf8" }).includes("postgres");
  } catch {
    return false;
  }
}

// A shell that somebody opened in the folder is not a server.
function isPostgres(pid: number): boolean {
  return /^\d+ \((postgres|initdb)/.test(readOrUndefined(`/proc/${pid}/stat`) ?? "");
}

function readOrUndefined(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}
