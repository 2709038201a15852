import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { ownMark, withLock } from "../../base/postgres-lock.ts";
import { isAlive, type ProcessMark } from "../../base/postgres-process.ts";

// One process of a data folder takes one slot; as many as there are node numbers could not be used anyway.
const slotsMax = 64;

/** A place in the data folder that one process uses at a time, with its journal. */
export interface Slot {
  number: number;
  folder: string;
}

/** Takes a slot: a free one, or that of a process that has died. */
export async function takeSlot(root: string): Promise<Slot> {
  return withLock(path.join(root, "lock"), async () => {
    for (let number = 0; number < slotsMax; number++) {
      const folder = path.join(root, String(number));
      if (holderOf(folder) !== null) continue;
      occupy(folder);
      return { number, folder };
    }
    throw new Error(`${slotsMax} processes use this data folder already.`);
  });
}

/** Takes the slots whose process has died and that hold a journal, so that their mail need not wait for it. */
export async function takeOrphans(root: string): Promise<Slot[]> {
  return withLock(path.join(root, "lock"), async () =>
    slotNumbers(root).flatMap((number) => {
      const folder = path.join(root, String(number));
      if (holderOf(folder) !== null || !hasJournal(folder)) return [];
      occupy(folder);
      return [{ number, folder }];
    }),
  );
}

/** Lets another process have the slot. */
export function leaveSlot(slot: Slot): void {
  rmSync(path.join(slot.folder, "holder"), { force: true });
}

function occupy(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  writeFileSync(path.join(folder, "holder"), JSON.stringify(ownMark()), { mode: 0o600 });
}

function holderOf(folder: string): ProcessMark | null {
  try {
    const mark = JSON.parse(readFileSync(path.join(folder, "holder"), "utf8")) as ProcessMark;
    return isAlive(mark) ? mark : null;
  } catch {
    return null; // no holder, or a file cut off by the crash of the one who wrote it
  }
}

function hasJournal(folder: string): boolean {
  return readdirSync(folder).some((name) => name.endsWith(".journal"));
}

function slotNumbers(root: string): number[] {
  return readdirSync(root)
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
}
