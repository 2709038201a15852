import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import {
  closeSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  statSync,
  unlinkSync,
  writeSync,
} from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import { readSecretFile } from "../base/secret-file.ts";
import { keyBytes } from "./parse.ts";
import type { RootKeySource } from "./shape.ts";

const keySizeBytes = 32;
// A vault answers within a second or is down; a start that hangs is worse than one that fails.
const commandMsMax = 15_000;

/** The root key. One that is kept in a file is made at the first start: there is no default key.
 *  @throws Error when others can read the file or its folder, when the file is damaged, or the command fails. */
export async function readRootKey(source: RootKeySource): Promise<Buffer> {
  switch (source.kind) {
    case "value":
      return source.bytes.reveal();
    case "command":
      return fromCommand(source.command.reveal());
    case "file":
      return fromFile(source.file);
  }
}

async function fromCommand(command: string): Promise<Buffer> {
  const [shell, option] = process.platform === "win32" ? ["cmd.exe", "/c"] : ["/bin/sh", "-c"];
  let printed: string;
  try {
    printed = (await promisify(execFile)(shell, [option, command], { timeout: commandMsMax })).stdout;
  } catch (error) {
    // The error of the child repeats the command and what it printed; either may hold the secret.
    const { code, signal } = error as { code?: unknown; signal?: unknown };
    const end = signal
      ? `was ended by ${String(signal)} (it has ${commandMsMax / 1000} s)`
      : `ended with ${String(code)}`;
    throw new Error(`The command of FACTEUR_ROOT_KEY_COMMAND ${end}. Run it by hand to see why.`);
  }
  const parsed = keyBytes(printed.trim());
  if ("wrong" in parsed)
    throw new Error(`What the command of FACTEUR_ROOT_KEY_COMMAND prints ${parsed.wrong}.`);
  return parsed.value;
}

function fromFile(file: string): Buffer {
  const folder = path.dirname(file);
  ensurePrivateFolder(folder);
  const found = readSecretFile(file) ?? create(file);
  const parsed = keyBytes(found.toString("utf8").trim());
  if ("wrong" in parsed)
    throw new Error(
      `${file} ${parsed.wrong}. Put the key back from your backup: without it the data cannot be read.`,
    );
  return parsed.value;
}

function ensurePrivateFolder(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  if (process.platform === "win32") return;
  const mode = statSync(folder).mode & 0o777;
  if ((mode & 0o077) !== 0)
    throw new Error(
      `Others have access to ${folder} (mode ${mode.toString(8)}). Set it to 700 and look who used it.`,
    );
}

/** Makes the key and puts it in place at once or not at all. Of two processes that start together the first one's
 *  key counts, and both use it: a link, unlike a rename, does not replace what is there. */
function create(file: string): Buffer {
  const fresh = `${file}.${process.pid}.${randomBytes(4).toString("hex")}`;
  const handle = openSync(fresh, "wx", 0o600);
  try {
    writeSync(handle, `${randomBytes(keySizeBytes).toString("base64")}\n`);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
  try {
    linkSync(fresh, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  } finally {
    unlinkSync(fresh);
  }
  syncFolder(path.dirname(file));
  const placed = readSecretFile(file);
  if (placed === null) throw new Error(`${file} vanished right after it was made.`);
  return placed;
}

// Until the folder is synced, a power cut may forget the file whose key has already sealed data.
function syncFolder(folder: string): void {
  if (process.platform === "win32") return;
  const handle = openSync(folder, "r");
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
