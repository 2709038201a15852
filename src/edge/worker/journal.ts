import {
  closeSync,
  fdatasync,
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
}

interface Waiting {
  segment: Segment;
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
  readonly #segmentOf = new Map<bigint, Segment>();
  #number: number;
  #waiting: Waiting[] = [];
  #isSyncing = false;

  /** Opens a new segment in the folder. Old ones must have been read with `readLeft` and removed before. */
  constructor(folder: string) {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    this.#folder = folder;
    this.#number = Math.max(0, ...segmentFiles(folder).map((name) => Number.parseInt(name, 36))) + 1;
    this.#segment = this.#newSegment();
  }

  /** Notes that a message is about to be handed over; resolves when the note is on disk.
   *  @throws Error when it cannot be written: the message must not be sent then. */
  intend(claim: Claim): Promise<void> {
    if (this.#segment.sizeBytes > segmentBytesMax) this.#segment = this.#newSegment();
    const segment = this.#segment;
    const line = `I ${claim.lane} ${claim.id} ${claim.nodeId} ${claim.epoch}\n`;
    this.#write(segment, line);
    if (!this.#segmentOf.has(claim.id)) {
      segment.open++;
      this.#segmentOf.set(claim.id, segment);
    }
    return new Promise((resolve, reject) => {
      this.#waiting.push({ segment, resolve, reject });
      void this.#sync();
    });
  }

  /** Notes what came of it. Not synced: if the machine stops now, the intent alone makes it `unknown`. */
  note(settlement: Settlement): void {
    const segment = this.#segmentOf.get(settlement.claim.id);
    if (segment !== undefined) this.#write(segment, `O ${encodeSettlement(settlement)}\n`);
  }

  /** The outcomes of these messages are in the database. */
  settled(ids: Iterable<bigint>): void {
    for (const id of ids) {
      const segment = this.#segmentOf.get(id);
      if (segment === undefined) continue;
      this.#segmentOf.delete(id);
      segment.open--;
      if (segment.open === 0 && segment !== this.#segment) remove(segment);
    }
  }

  close(): void {
    const isEmpty = this.#segment.open === 0;
    if (isEmpty) remove(this.#segment);
    else closeSync(this.#segment.handle);
  }

  #write(segment: Segment, line: string): void {
    writeSync(segment.handle, line);
    segment.sizeBytes += line.length;
  }

  // One sync serves all that wait; those that come while it runs are served by the next one.
  async #sync(): Promise<void> {
    if (this.#isSyncing) return;
    this.#isSyncing = true;
    while (this.#waiting.length > 0) {
      const group = this.#waiting;
      this.#waiting = [];
      const segments = new Set(group.map((waiting) => waiting.segment));
      try {
        await Promise.all([...segments].map((segment) => syncData(segment.handle)));
        for (const waiting of group) waiting.resolve();
      } catch (error) {
        for (const waiting of group) waiting.reject(error as Error);
      }
    }
    this.#isSyncing = false;
  }

  #newSegment(): Segment {
    const file = path.join(this.#folder, `${this.#number.toString(36).padStart(8, "0")}.journal`);
    this.#number++;
    return { file, handle: openSync(file, "ax", 0o600), sizeBytes: 0, open: 0 };
  }
}

/** Reads what a killed process left. A line that was cut off by the end is the last one and counts as not written. */
export function readLeft(folder: string): JournalLeft {
  const intents = new Map<bigint, Claim>();
  const settlements = new Map<bigint, Settlement>();
  for (const name of segmentFiles(folder)) {
    const text = readFileSync(path.join(folder, name), "utf8");
    for (const line of text.slice(0, text.lastIndexOf("\n") + 1).split("\n")) {
      if (line.startsWith("I ")) {
        const claim = readClaim(line);
        intents.set(claim.id, claim);
        settlements.delete(claim.id);
      } else if (line.startsWith("O ")) {
        const settlement = decodeSettlement(line.slice(2));
        settlements.set(settlement.claim.id, settlement);
      }
    }
  }
  for (const id of settlements.keys()) intents.delete(id);
  return { settlements: [...settlements.values()], intents: [...intents.values()] };
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

function readClaim(line: string): Claim {
  const [, lane = "", id = "", nodeId = "", epoch = ""] = line.split(" ");
  return { lane: Number(lane), id: BigInt(id), nodeId: Number(nodeId), epoch: BigInt(epoch) };
}

function remove(segment: Segment): void {
  closeSync(segment.handle);
  unlinkSync(segment.file);
}
