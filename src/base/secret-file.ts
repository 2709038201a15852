import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  statSync,
  writeSync,
} from "node:fs";
import path from "node:path";

/** Replaces a secret file so that a crash leaves the old or the new one, never half of it: mode 0600 in a 0700 folder.
 *  The bytes of the old file are overwritten first where they lie, since unlinking alone leaves them on the disk. */
export function writeSecretFile(file: string, bytes: Buffer): void {
  mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
  // Two processes of one folder may write the same state at once: each has its own draft.
  const fresh = `${file}.${process.pid}.new`;
  writeSynced(fresh, "w", bytes);
  const replaced = openIfThere(file);
  renameSync(fresh, file);
  syncFolder(path.dirname(file));
  if (replaced !== null) wipe(replaced);
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
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  }
}

function writeSynced(file: string, flags: string, bytes: Buffer): void {
  const handle = openSync(file, flags, 0o600);
  try {
    writeSync(handle, bytes);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

function openIfThere(file: string): { handle: number; sizeBytes: number } | null {
  try {
    return { handle: openSync(file, "r+"), sizeBytes: statSync(file).size };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
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
  const handle = openSync(folder, "r");
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
