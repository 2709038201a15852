/** A message on its way into the scripted server: it finds the end, counts octets and keeps them when asked. */
export interface IncomingMessage {
  readonly via: "data" | "bdat";
  /** Without the terminator. */
  readonly octets: number;
  /** Takes what belongs to the message and returns how many octets that were. */
  take(input: Buffer): number;
  /** True at the end of the message; for BDAT, at the end of a chunk. */
  readonly isComplete: boolean;
  /** The octets as they came, when they were kept. */
  raw(): Buffer;
}

const endOfData = Buffer.from("\r\n.\r\n");
const terminatorOctets = 3;

/** A message by DATA: it ends where a line is a dot. */
export class DataMessage implements IncomingMessage {
  readonly via = "data";
  readonly #isKept: boolean;
  readonly #parts: Buffer[] = [];
  /** The last octets seen, in which the end may have begun. The line of DATA itself counts. */
  #carry = Buffer.from("\r\n");
  #octets = 0;
  isComplete = false;

  constructor(isKept: boolean) {
    this.#isKept = isKept;
  }

  get octets(): number {
    return this.isComplete ? this.#octets - terminatorOctets : this.#octets;
  }

  take(input: Buffer): number {
    const window = Buffer.concat([this.#carry, input]);
    const at = window.indexOf(endOfData);
    this.isComplete = at !== -1;
    const taken = this.isComplete ? at + endOfData.length - this.#carry.length : input.length;
    this.#octets += taken;
    this.#carry = window.subarray(-4);
    if (this.#isKept) this.#parts.push(input.subarray(0, taken));
    return taken;
  }

  raw(): Buffer {
    return Buffer.concat(this.#parts).subarray(0, this.octets);
  }
}

/** A message by BDAT: each chunk says how long it is. */
export class ChunkedMessage implements IncomingMessage {
  readonly via = "bdat";
  readonly #isKept: boolean;
  readonly #parts: Buffer[] = [];
  #octetsLeft = 0;
  octets = 0;
  isLast = false;

  constructor(isKept: boolean) {
    this.#isKept = isKept;
  }

  get isComplete(): boolean {
    return this.#octetsLeft === 0;
  }

  begin(octets: number, isLast: boolean): void {
    this.#octetsLeft = octets;
    this.isLast = isLast;
  }

  take(input: Buffer): number {
    const part = input.subarray(0, this.#octetsLeft);
    this.#octetsLeft -= part.length;
    this.octets += part.length;
    if (this.#isKept) this.#parts.push(part);
    return part.length;
  }

  raw(): Buffer {
    return Buffer.concat(this.#parts);
  }
}
