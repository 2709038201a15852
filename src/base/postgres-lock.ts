import { randomUUID } from "node:crypto";
import {
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { isAlive, markOf, type ProcessMark } from "./postgres-process.ts";

const waitSecondsMax = 900; // longer than a server's longest recovery, which happens under the lock
const pollMs = 25;
const released = "released";

/** Runs `work` while no other process does so for the same folder. The lock of a process that was killed is taken
 *  over: it names its holder and when that one started.
 *
 *  Each holder creates the next number, `lock.7` after `lock.6`, so that taking over is a creation, which only one
 *  can win; removing a stale file and creating it anew could remove the lock of somebody quicker. */
export async function withLock<T>(folder: string, work: () => Promise<T>): Promise<T> {
  mkdirSync(folder, { recursive: true });
  const path = await acquire(folder);
  try {
    return await work();
  } finally {
    writeWhole(folder, path, released);
  }
}

async function acquire(folder: string): Promise<string> {
  const until = performance.now() + waitSecondsMax * 1000;
  for (;;) {
    const path = tryAcquire(folder);
    if (path) return path;
    if (performance.now() > until)
      throw new Error(`Another process holds the lock in ${folder} for too long.`);
    await pause(pollMs);
  }
}

function tryAcquire(folder: string): string | undefined {
  const last = numbersIn(folder).at(-1) ?? 0;
  if (last > 0 && !isFree(pathOf(folder, last))) return undefined;
  const path = pathOf(folder, last + 1);
  if (!createWhole(folder, path, JSON.stringify(ownMark()))) return undefined;
  const numbers = numbersIn(folder);
  // Somebody took this number, released it, and another took the next, before we created it again.
  const isOvertaken = numbers.at(-1) !== last + 1;
  for (const number of isOvertaken ? [last + 1] : numbers.slice(0, -1)) remove(pathOf(folder, number));
  return isOvertaken ? undefined : path;
}

function numbersIn(folder: string): number[] {
  const numbers = readdirSync(folder).flatMap((name) => /^lock\.(\d+)$/.exec(name)?.[1] ?? []);
  return numbers.map(Number).sort((a, b) => a - b);
}

function pathOf(folder: string, number: number): string {
  return join(folder, `lock.${number}`);
}

function isFree(path: string): boolean {
  try {
    const text = readFileSync(path, "utf8");
    return text === released || !isAlive(JSON.parse(text) as ProcessMark);
  } catch {
    return false; // gone: somebody took the next number
  }
}

/** The mark of the process that we are. */
export function ownMark(): ProcessMark {
  return markOf(process.pid) ?? { pid: process.pid, started: "unknown" };
}

// A link appears with its content, and only for the first who makes it.
function createWhole(folder: string, path: string, text: string): boolean {
  const draft = join(folder, `draft.${randomUUID()}`);
  writeFileSync(draft, text);
  try {
    linkSync(draft, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    return false;
  } finally {
    unlinkSync(draft);
  }
}

function writeWhole(folder: string, path: string, text: string): void {
  const draft = join(folder, `draft.${randomUUID()}`);
  writeFileSync(draft, text);
  renameSync(draft, path);
}

function remove(path: string): void {
  try {
    unlinkSync(path);
  } catch {
    // Another process that found the same leftovers was quicker.
  }
}

/** Notes that this process uses what the folder holds, until the returned function is called. */
export function enterUsers(folder: string): () => void {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, randomUUID());
  writeWhole(folder, path, JSON.stringify(ownMark()));
  return () => remove(path);
}

/** Whether a living process uses what the folder holds; forgets those that ended without a word. */
export function hasUsers(folder: string): boolean {
  const names = readdirSync(folder).filter((name) => !name.startsWith("draft."));
  const paths = names.map((name) => join(folder, name));
  for (const path of paths.filter((path) => !isLivingUser(path))) remove(path);
  return paths.some(isLivingUser);
}

function isLivingUser(path: string): boolean {
  try {
    return isAlive(JSON.parse(readFileSync(path, "utf8")) as ProcessMark);
  } catch {
    return false;
  }
}
