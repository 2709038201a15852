import { type Dirent, opendirSync } from "node:fs";
import { open, stat } from "node:fs/promises";
import path from "node:path";
import { setImmediate as breathe, setTimeout as pause } from "node:timers/promises";

// One read: large enough that the system calls do not count, small enough to leave the event loop alone.
const chunkBytes = 256 * 1024;
// How long it works at a stretch before it rests, where it is to.
const stretchMs = 2;

/** What a search through files has seen. */
export interface ByteSearch {
  files: number;
  bytes: number;
  /** Files that hold one of the texts, relative to the folder. */
  hits: string[];
  /** Files that were left out because the bound was reached. */
  filesLeftOut: number;
}

/** Looks for texts in every file below a folder, the most recently changed first: also where they lie in base64 or
 *  hexadecimal. Files that vanish meanwhile are passed over: a database renames and removes its own all the time. */
export async function searchFiles(
  folder: string,
  texts: readonly (string | Buffer)[],
  options: SearchOptions,
): Promise<ByteSearch> {
  const patterns = texts.flatMap(encodingsOf);
  const pace = new Pace(options.restShare ?? 0);
  // What stands across two reads is found because the end of one is kept for the next.
  const overlap = Math.max(...patterns.map((pattern) => pattern.length)) - 1;
  // One for all files: a thousand of a megabyte each took longer to clear away than to search.
  const buffer = Buffer.alloc(overlap + chunkBytes);
  const found: ByteSearch = { files: 0, bytes: 0, hits: [], filesLeftOut: 0 };
  for (const { file, sizeBytes } of await newestFirst(folder)) {
    options.signal?.throwIfAborted();
    if (found.bytes + sizeBytes > options.bytesMax) {
      found.filesLeftOut += 1;
      continue;
    }
    const searched = await searchFile(file, { patterns, overlap, buffer, pace });
    if (searched === null) continue;
    found.files += 1;
    found.bytes += searched.bytes;
    if (searched.isHit) found.hits.push(path.relative(folder, file));
  }
  return found;
}

/** How a search is made. */
export interface SearchOptions {
  /** Files that would lead beyond it are left out. */
  bytesMax: number;
  signal?: AbortSignal;
  /** How many times as long it rests as it works, for the sake of whoever else waits for this thread; 0 unless told. */
  restShare?: number;
}

/** Leaves the event loop to others between two reads, and for longer after some milliseconds of work. */
class Pace {
  readonly #restShare: number;
  #workedMs = 0;

  constructor(restShare: number) {
    this.#restShare = restShare;
  }

  async after(workedMs: number): Promise<void> {
    this.#workedMs += workedMs;
    if (this.#restShare === 0 || this.#workedMs < stretchMs) return breathe();
    const restMs = this.#workedMs * this.#restShare;
    this.#workedMs = 0;
    await pause(restMs);
  }
}

async function newestFirst(folder: string): Promise<{ file: string; sizeBytes: number }[]> {
  const found: { file: string; sizeBytes: number; changedMs: number }[] = [];
  for (const file of filesBelow(folder)) {
    const state = await orNull(stat(file));
    if (state !== null) found.push({ file, sizeBytes: state.size, changedMs: state.mtimeMs });
  }
  return found.sort((a, b) => b.changedMs - a.changedMs);
}

function* filesBelow(folder: string): Generator<string> {
  for (const entry of entriesOf(folder)) {
    const place = path.join(folder, entry.name);
    if (entry.isDirectory()) yield* filesBelow(place);
    else if (entry.isFile()) yield place;
  }
}

function* entriesOf(folder: string): Generator<Dirent> {
  try {
    using entries = opendirSync(folder);
    for (let entry = entries.readSync(); entry !== null; entry = entries.readSync()) yield entry;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
  }
}

async function searchFile(
  file: string,
  {
    patterns,
    overlap,
    buffer,
    pace,
  }: { patterns: readonly Buffer[]; overlap: number; buffer: Buffer; pace: Pace },
): Promise<{ bytes: number; isHit: boolean } | null> {
  const handle = await orNull(open(file));
  if (handle === null) return null;
  let kept = 0;
  let bytes = 0;
  try {
    for (;;) {
      const { bytesRead } = await handle.read(buffer, kept, chunkBytes, null);
      if (bytesRead === 0) return { bytes, isHit: false };
      bytes += bytesRead;
      const startedAt = performance.now();
      const filled = buffer.subarray(0, kept + bytesRead);
      if (patterns.some((pattern) => filled.includes(pattern))) return { bytes, isHit: true };
      kept = Math.min(overlap, filled.length);
      filled.copy(buffer, 0, filled.length - kept);
      await pace.after(performance.now() - startedAt);
    }
  } finally {
    await handle.close();
  }
}

/** A text as it may lie in a file. In base64 it depends on where the text begins within three bytes, and the characters
 *  at both ends are shared with what stands beside it: they are left out. */
export function encodingsOf(text: string | Buffer): Buffer[] {
  const plain = typeof text === "string" ? Buffer.from(text) : text;
  const inBase64 = [0, 1, 2].map((shift) => {
    const encoded = Buffer.concat([Buffer.alloc(shift), plain])
      .toString("base64")
      .replace(/=+$/, "");
    const endsShared = (shift + plain.length) % 3 === 0 ? 0 : 1;
    return encoded.slice(shift === 0 ? 0 : shift + 1, encoded.length - endsShared);
  });
  return [plain, Buffer.from(plain.toString("hex")), ...inBase64.map((encoded) => Buffer.from(encoded))];
}

async function orNull<T>(work: Promise<T>): Promise<T | null> {
  try {
    return await work;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  }
}
