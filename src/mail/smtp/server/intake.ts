import { DataReader } from "./data-reader.ts";
import { GrowingOctets, type Held } from "./held-octets.ts";
import { replies, type ServerReply } from "./reply.ts";

interface Chunk {
  left: number;
  isLast: boolean;
  refusal: ServerReply | null;
}

/** A message that is coming in, by DATA or in chunks (RFC 3030). */
export class Intake {
  readonly #octets: GrowingOctets;
  readonly #reader: DataReader | null;
  readonly #bytesMax: number;
  readonly #deadline: number;
  #chunk: Chunk = { left: 0, isLast: false, refusal: null };
  #bytes = 0;

  /** @param deadline when all of it must have come */
  constructor(
    kind: "data" | "chunks",
    held: Held,
    { bytesMax, deadline }: { bytesMax: number; deadline: number },
  ) {
    this.#octets = new GrowingOctets(held, bytesMax);
    this.#reader = kind === "data" ? new DataReader(this.#octets) : null;
    this.#bytesMax = bytesMax;
    this.#deadline = deadline;
  }

  get deadline(): number {
    return this.#deadline;
  }

  /** It came by DATA: BDAT cannot follow, nor the other way round. */
  get isData(): boolean {
    return this.#reader !== null;
  }

  /** The last chunk has begun, or it comes by DATA. */
  get isLast(): boolean {
    return this.isData || this.#chunk.isLast;
  }

  /** So much more has come than may that it is cheaper to hang up. */
  get isRunaway(): boolean {
    return this.#bytes > 2 * this.#bytesMax;
  }

  /** @param refusal what the chunk is answered with when it has come; null when it belongs to a message */
  begin({ sizeBytes, isLast }: { sizeBytes: number; isLast: boolean }, refusal: ServerReply | null): void {
    this.#chunk = { left: sizeBytes, isLast, refusal: this.isData ? replies.noMixing : refusal };
  }

  /** Reads what belongs to the message, or to its chunk. @returns how much that is, and whether it was the end of it */
  read(octets: Buffer): { length: number; isOver: boolean } {
    if (this.#reader !== null) {
      const end = this.#reader.read(octets, 0);
      this.#bytes += end === -1 ? octets.length : end;
      return { length: end === -1 ? octets.length : end, isOver: end !== -1 };
    }
    const length = Math.min(this.#chunk.left, octets.length);
    if (this.#chunk.refusal === null) this.#octets.append(octets, 0, length);
    this.#chunk.left -= length;
    this.#bytes += length;
    return { length, isOver: this.#chunk.left === 0 };
  }

  /** Why it cannot be kept; null when it can. */
  get refusal(): ServerReply | null {
    const { overflow } = this.#octets;
    if (overflow === null) return this.#chunk.refusal;
    return overflow === "too_large" ? replies.tooLarge : replies.full;
  }

  /** The whole message, to be used until `release`. */
  take(): Buffer {
    return this.#octets.terminated();
  }

  release(): void {
    this.#octets.release();
  }
}
