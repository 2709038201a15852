import {
  closeSync,
  fdatasync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  unlinkSync,
  writeSync,
} from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import type { Claim } from "../../core/delivery/index.ts";
import type { Settlement } from "../../core/messages/index.ts";
import { decodeSettlement, encodeSettlement } from "./journal-record.ts";

// A segment is removed when everything in it is settled; small ones go soon, large ones cost fewer files.
const segmentBytesMax = 4 * 1024 * 1024;
// The least between two syncs. Each costs 60 µs of processor time, a third of a signature, however many intents it is for:
// at 2,000 messages a second one sync serves ten of them, and not one. A lone message does not wait.
const syncEveryMs = 5;

/** What a journal still knew when its process was killed. */
export interface JournalLeft {
  /** Outcomes that may not have reached the database. */
  settlements: Settlement[];
  /** Messages that may have been handed over, without an outcome. */
  intents: Claim[];
}

interface Segment {
  file: string;
  handle: number;
  sizeBytes: number;
  /** Intents of this segment that are not settled yet. */
  open: number;
  /** A write or a sync has failed: what comes next goes elsewhere. */
  isBroken: boolean;
}

interface Waiting {
  segment: Segment;
  record: string;
  resolve: () => void;
  reject: (error: Error) => void;
}

const syncData = promisify(fdatasync);

/** A small file that survives the process: before the final dot of DATA the intent is noted and synced, after the
 *  reply the outcome. With both, a restart knows what was sent and what may have been; without a trace, a message
 *  was not. It holds ids and reply codes; words of other servers are sealed. */
export class Journal {
  readonly #folder: string;
  #segment: Segment;
  /** Where the intents of a message stand, the newest last. */
  readonly #segmentsOf = new Map<bigint, Segment[]>();
  #number: number;
  #waiting: Waiting[] = [];
  #isSyncing = false;
  #syncedAt = -Infinity;

  /** Opens a new segment in the folder. Old ones must have been read with `readLeft` and removed before. */
  constructor(folder: string) {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    this.#folder = folder;
    this.#number = Math.max(0, ...segmentFiles(folder).map((name) => Number.parseInt(name, 36))) + 1;
    this.#segment = this.#newSegment();
  }

  /** Notes that a message is about to be handed over; resolves when the note is on disk.
   *  @throws Error when it cannot be written: the message must not be sent then. */
  async intend(claim: Claim): Promise<void> {
    if (this.#segment.isBroken || this.#segment.sizeBytes > segmentBytesMax) this.#turnOver();
    const segment = this.#segment;
    this.#hold(claim.id, segment);
    const record = `I ${claim.lane} ${claim.id} ${claim.nodeId} ${claim.epoch}`;
    await new Promise<void>((resolve, reject) => {
      this.#waiting.push({ segment, record, resolve, reject });
      void this.#sync();
    });
  }

  /** Notes what came of it. Not synced: if the machine stops now, the intent alone makes it `unknown`. */
  note(settlement: Settlement): void {
    const segment = this.#segmentsOf.get(settlement.claim.id)?.at(-1);
    if (segment !== undefined) this.#write(segment, `O ${encodeSettlement(settlement)}`);
  }

  /** The outcomes of these messages are in the database. Noted too: a message that is claimed again must not be given
   *  the outcome of its last attempt once more by a restart. */
  settled(ids: Iterable<bigint>): void {
    const noted = new Map<Segment, bigint[]>();
    for (const id of ids) {
      const segments = this.#segmentsOf.get(id) ?? [];
      this.#segmentsOf.delete(id);
      for (const segment of segments) {
        segment.open--;
        if (segment.open === 0 && segment !== this.#segment) remove(segment);
      }
      const last = segments.at(-1);
      if (last === undefined) continue;
      const settled = noted.get(last);
      if (settled === undefined) noted.set(last, [id]);
      else settled.push(id);
    }
    for (const [segment, settled] of noted) {
      if (segment.open > 0 || segment === this.#segment) this.#noteSettled(segment, settled);
    }
  }

  /** Was the message begun and is not settled, as far as this process knows? */
  isOpen(id: bigint): boolean {
    return this.#segmentsOf.has(id);
  }

  #noteSettled(segment: Segment, ids: bigint[]): void {
    try {
      this.#write(segment, `S ${ids.join(" ")}`);
    } catch {
      // The outcome is in the database. A restart that finds the message claimed anew would only write it twice.
    }
  }

  close(): void {
    const isEmpty = this.#segment.open === 0;
    if (isEmpty) remove(this.#segment);
    else closeSync(this.#segment.handle);
  }

  // A message that was not sent for a fault of ours is tried again before it is settled. Its intents may then stand in
  // two segments, and both stay until it is.
  #hold(id: bigint, segment: Segment): void {
    const holding = this.#segmentsOf.get(id) ?? [];
    if (holding.at(-1) === segment) return;
    segment.open++;
    this.#segmentsOf.set(id, [...holding, segment]);
  }

  // A line break stands on both sides: behind a record that a full disk has cut off, the next one is whole again.
  #write(segment: Segment, ...records: string[]): void {
    const bytes = Buffer.from(`\n${records.join("\n")}\n`);
    let written = 0;
    try {
      written = writeSync(segment.handle, bytes);
    } finally {
      segment.sizeBytes += written;
      if (written < bytes.length) segment.isBroken = true;
    }
    if (written < bytes.length) throw new Error("A record of the journal was cut off: the disk is full.");
  }

  // One sync serves all that wait; those that come while it runs are served by the next one.
  async #sync(): Promise<void> {
    if (this.#isSyncing) return;
    this.#isSyncing = true;
    while (this.#waiting.length > 0) {
      await this.#gather();
      const group = this.#waiting;
      this.#waiting = [];
      const segments = new Set(group.map((waiting) => waiting.segment));
      await Promise.all([...segments].map((segment) => this.#syncSegment(segment, group)));
    }
    this.#isSyncing = false;
  }

  // The intents of one turn of the event loop at least, and of a few milliseconds where syncs follow one another.
  async #gather(): Promise<void> {
    const restMs = this.#syncedAt + syncEveryMs - performance.now();
    await new Promise<void>((resolve) => {
      if (restMs > 0) setTimeout(resolve, restMs);
      else setImmediate(resolve);
    });
    this.#syncedAt = performance.now();
  }

  async #syncSegment(segment: Segment, group: Waiting[]): Promise<void> {
    const own = group.filter((waiting) => waiting.segment === segment);
    try {
      this.#write(segment, ...own.map(({ record }) => record));
      await syncData(segment.handle);
      for (const waiting of own) waiting.resolve();
    } catch (error) {
      // What a failed sync has lost, a second one does not bring back, although it may succeed.
      segment.isBroken = true;
      for (const waiting of own) waiting.reject(error as Error);
    }
  }

  #turnOver(): void {
    const spent = this.#segment;
    this.#segment = this.#newSegment();
    if (spent.open === 0) remove(spent);
  }

  #newSegment(): Segment {
    const file = path.join(this.#folder, `${this.#number.toString(36).padStart(8, "0")}.journal`);
    this.#number++;
    const handle = openSync(file, "ax", 0o600);
    syncFolder(this.#folder);
    return { file, handle, sizeBytes: 0, open: 0, isBroken: false };
  }
}

/** Reads what a killed process left. A record that was cut off, or damaged by the end of the machine, counts as not
 *  written: without its outcome a message becomes `unknown`, never sent again as if nothing had been. */
export function readLeft(folder: string): JournalLeft {
  const intents = new Map<bigint, Claim>();
  const settlements = new Map<bigint, Settlement>();
  for (const name of segmentFiles(folder)) {
    const text = readFileSync(path.join(folder, name), "utf8");
    for (const line of text.slice(0, text.lastIndexOf("\n") + 1).split("\n")) {
      const claim = readClaim(line);
      if (claim !== null) {
        intents.set(claim.id, claim);
        settlements.delete(claim.id);
      }
      const settlement = readOutcome(line);
      if (settlement !== null) settlements.set(settlement.claim.id, settlement);
      for (const id of readSettled(line)) {
        intents.delete(id);
        settlements.delete(id);
      }
    }
  }
  for (const id of settlements.keys()) intents.delete(id);
  return { settlements: [...settlements.values()], intents: [...intents.values()] };
}

/** Has a process left a journal here, if only an empty one? */
export function hasSegments(folder: string): boolean {
  return segmentFiles(folder).length > 0;
}

/** Removes the segments of a killed process, once what they knew is in the database. */
export function removeLeft(folder: string): void {
  for (const name of segmentFiles(folder)) unlinkSync(path.join(folder, name));
}

function segmentFiles(folder: string): string[] {
  try {
    return readdirSync(folder)
      .filter((name) => name.endsWith(".journal"))
      .sort();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
}

const intentForm = /^I (\d+) (\d+) (\d+) (\d+)$/;

function readClaim(line: string): Claim | null {
  const match = intentForm.exec(line);
  if (match === null) return null;
  const [, lane = "", id = "", nodeId = "", epoch = ""] = match;
  return { lane: Number(lane), id: BigInt(id), nodeId: Number(nodeId), epoch: BigInt(epoch) };
}

function readOutcome(line: string): Settlement | null {
  if (!line.startsWith("O ")) return null;
  try {
    return decodeSettlement(line.slice(2));
  } catch {
    return null;
  }
}

function readSettled(line: string): bigint[] {
  return /^S \d+(?: \d+)*$/.test(line) ? line.slice(2).split(" ").map(BigInt) : [];
}

// The name of a new file is in its folder, which is on disk only when it was told to be.
function syncFolder(folder: string): void {
  if (process.platform === "win32") return;
  const handle = openSync(folder, "r");
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

function remove(segment: Segment): void {
  closeSync(segment.handle);
  unlinkSync(segment.file);
}
