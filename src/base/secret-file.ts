import {
  closeSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  unlinkSync,
  writeSync,
} from "node:fs";
import path from "node:path";
import { markOf } from "./postgres-process.ts";

/** Replaces a secret file so that a crash leaves the old or the new one, never half of it: mode 0600 in a 0700 folder.
 *  The bytes of the old file are overwritten first where they lie, since unlinking alone leaves them on the disk. */
export function writeSecretFile(file: string, bytes: Buffer): void {
  const draft = writeDraft(file, bytes);
  const replaced = openIfThere(file);
  renameSync(draft, file);
  syncFolder(path.dirname(file));
  if (replaced !== null) wipe(replaced);
}

/** Writes a secret file unless there is one; answers whether it did. Of several processes that start in one folder at
 *  once, one makes the secret and the others read it. */
export function createSecretFile(file: string, bytes: Buffer): boolean {
  const draft = writeDraft(file, bytes);
  try {
    // Unlike a rename, a link never replaces what is there.
    linkSync(draft, file);
  } catch (error) {
    remove(draft);
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
  unlinkSync(draft);
  syncFolder(path.dirname(file));
  return true;
}

/** Reads a secret file; null when there is none.
 *  @throws Error when others than its owner can read it: a secret that leaked is no secret. */
export function readSecretFile(file: string): Buffer | null {
  try {
    const mode = statSync(file).mode & 0o777;
    if ((mode & 0o077) !== 0 && process.platform !== "win32") {
      throw new Error(
        `${file} can be read by others (mode ${mode.toString(8)}). Set it to 600 and replace the secret.`,
      );
    }
    return readFileSync(file);
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}

/** Removes what processes that were killed while writing the file have left beside it. Such a draft holds a secret
 *  that nobody would ever destroy. */
export function removeDrafts(file: string): void {
  const folder = path.dirname(file);
  for (const name of filesIn(folder)) {
    const pid = writerOf(file, name);
    // Our own number: a process before us had it, since this one is not writing now.
    if (pid === process.pid || (pid !== null && markOf(pid) === undefined)) remove(path.join(folder, name));
  }
}

// Two processes of one folder may write at once: each has its own draft, named after it.
function writeDraft(file: string, bytes: Buffer): string {
  mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
  removeDrafts(file);
  const draft = `${file}.${process.pid}.new`;
  const handle = openSync(draft, "wx", 0o600);
  try {
    writeSync(handle, bytes);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
  return draft;
}

function writerOf(file: string, name: string): number | null {
  const start = `${path.basename(file)}.`;
  if (!name.startsWith(start) || !name.endsWith(".new")) return null;
  const pid = name.slice(start.length, -".new".length);
  return /^\d+$/.test(pid) ? Number(pid) : null;
}

function filesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}

function remove(file: string): void {
  const found = openIfThere(file);
  if (found === null) return;
  wipe(found);
  unlinkSync(file);
}

function openIfThere(file: string): { handle: number; sizeBytes: number } | null {
  try {
    return { handle: openSync(file, "r+"), sizeBytes: statSync(file).size };
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}

function wipe(replaced: { handle: number; sizeBytes: number }): void {
  try {
    writeSync(replaced.handle, Buffer.alloc(replaced.sizeBytes), 0, replaced.sizeBytes, 0);
    fsyncSync(replaced.handle);
  } finally {
    closeSync(replaced.handle);
  }
}

function syncFolder(folder: string): void {
  if (process.platform === "win32") return; // folders cannot be opened there
  const handle = openSync(folder, "r");
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

function isMissing(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === "ENOENT";
}
