import { closeSync, fsyncSync, openSync, readFileSync, writeSync } from "node:fs";

const hashDigits = 64;

/** Reads the keyed hashes of what was erased from a file of this data folder. The file outlives the database: whoever
 *  restores an old copy of that finds here what must not come back. */
export function readLedger(file: string): Set<string> {
  let text = "";
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
  }
  // A line that a crash has cut off stands for an erasure that had not begun.
  const hashes = text
    .split("\n")
    .map((line) => line.slice(0, hashDigits))
    .filter((hash) => /^[0-9a-f]{64}$/.test(hash));
  return new Set(hashes);
}

/** Notes an erasure before it begins. When it has answered, the line is on disk. */
export function noteInLedger(file: string, subject: Buffer, at: Date): void {
  const handle = openSync(file, "a", 0o600);
  try {
    writeSync(handle, `${subject.toString("hex")} ${at.toISOString()}\n`);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
