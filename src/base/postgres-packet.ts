import type { Query } from "./postgres-query.ts";
import { encodeValue, type Value } from "./postgres-values.ts";

// Octets that are larger go to the socket as they are: copying 10 KB costs more than one more piece of a packet.
const copiedBytesMax = 2048;
// A transaction of one message fits into the first piece; a full group takes some dozens of the largest.
const firstPieceBytes = 4000;
const pieceBytesMax = 65_536;

const code = { bind: 0x42, describe: 0x44, execute: 0x45, parse: 0x50, sync: 0x53 } as const;
const portal = 0x50;
const textFormat = 0;
const binaryFormat = 1;
const absentLength = -1; // a null has this length and no octets

/** Messages to PostgreSQL (its manual, "Frontend/Backend Protocol"), as pieces that need not be put together. */
export class Packet {
  readonly #pieces: Buffer[] = [];
  #piece: Buffer;
  #view: DataView;
  #start = 0;
  #at = 0;
  #writtenBytes = 0;

  constructor() {
    this.#piece = Buffer.allocUnsafe(firstPieceBytes);
    this.#view = viewOf(this.#piece);
  }

  /** Has a statement prepared under a name. */
  parse(name: string, text: string): void {
    const end = this.#begin(code.parse);
    this.#cString(name);
    this.#cString(text);
    this.#int16(0);
    end();
  }

  /** Runs a prepared statement and asks what its columns are. */
  execute(name: string, { parts, values }: Query): void {
    const bound = this.#begin(code.bind);
    this.#octet(0);
    this.#cString(name);
    this.#int16(values.length);
    const { view: formats, at: formatsAt } = this.#reserve(2 * values.length);
    this.#int16(values.length);
    for (const [index, value] of values.entries()) {
      const isBinary = this.#value(value, typeNameOf(parts[index + 1] ?? ""));
      formats.setInt16(formatsAt + 2 * index, isBinary ? binaryFormat : textFormat);
    }
    this.#int16(0); // every column as text
    bound();
    const described = this.#begin(code.describe);
    this.#octet(portal);
    this.#octet(0);
    described();
    const executed = this.#begin(code.execute);
    this.#octet(0);
    this.#int32(0); // all rows
    executed();
  }

  /** Ends what was asked: PostgreSQL commits when none of it has failed, and answers. */
  sync(): void {
    this.#begin(code.sync)();
  }

  /** All of it, in order. The packet is of no use afterwards. */
  pieces(): readonly Buffer[] {
    this.#closePiece();
    return this.#pieces;
  }

  /** Whether it was written in binary form. */
  #value(value: Value, typeName: string | null): boolean {
    const element = typeName === null || !Array.isArray(value) ? undefined : elements.get(typeName);
    if (element !== undefined) {
      this.#array(value as readonly Value[], element);
      return true;
    }
    const encoded = encodeValue(value);
    if (encoded === null) this.#int32(absentLength);
    else if (typeof encoded === "string") this.#text(encoded);
    else this.#octets(encoded);
    return Buffer.isBuffer(encoded);
  }

  // PostgreSQL's array_recv: dimensions, whether there are nulls, the type, then length and lower bound.
  #array(values: readonly Value[], { typeId, write }: Element): void {
    const { view, at } = this.#reserve(4);
    const before = this.#writtenBytes;
    this.#int32(1);
    const { view: nulls, at: nullsAt } = this.#reserve(4);
    nulls.setInt32(nullsAt, 0);
    this.#int32(typeId);
    this.#int32(values.length);
    this.#int32(1);
    for (const value of values) {
      if (value === null) {
        this.#int32(absentLength);
        nulls.setInt32(nullsAt, 1);
      } else write(this.#elementWriter, value);
    }
    view.setInt32(at, this.#writtenBytes - before);
  }

  readonly #elementWriter: ElementWriter = {
    octet: (value) => {
      this.#int32(1);
      this.#octet(value);
    },
    int16: (value) => {
      this.#int32(2);
      this.#int16(value);
    },
    int32: (value) => {
      const { view, at } = this.#reserve(8);
      view.setInt32(at, 4);
      view.setInt32(at + 4, value);
    },
    int64: (value) => {
      const { view, at } = this.#reserve(12);
      view.setInt32(at, 8);
      view.setBigInt64(at + 4, value);
    },
    text: (value) => this.#text(value),
    octets: (value) => this.#octets(value),
  };

  #text(value: string): void {
    // UTF-8 has at most three octets for a unit of UTF-16.
    if (3 * value.length > copiedBytesMax) {
      this.#octets(Buffer.from(value));
      return;
    }
    this.#makeRoom(4 + 3 * value.length);
    const length = this.#piece.write(value, this.#at + 4);
    this.#view.setInt32(this.#at, length);
    this.#advance(4 + length);
  }

  #octets(value: Buffer): void {
    this.#int32(value.length);
    if (value.length > copiedBytesMax) {
      this.#closePiece();
      this.#pieces.push(value);
      this.#writtenBytes += value.length;
      return;
    }
    this.#makeRoom(value.length);
    value.copy(this.#piece, this.#at);
    this.#advance(value.length);
  }

  /** Begins a message; what is answered ends it, by filling in its length. */
  #begin(type: number): () => void {
    this.#octet(type);
    const before = this.#writtenBytes;
    const { view, at } = this.#reserve(4);
    return () => view.setInt32(at, this.#writtenBytes - before);
  }

  #cString(text: string): void {
    const bytes = Buffer.byteLength(text);
    this.#makeRoom(bytes + 1);
    this.#piece.write(text, this.#at);
    this.#advance(bytes);
    this.#octet(0);
  }

  #octet(value: number): void {
    const { view, at } = this.#reserve(1);
    view.setUint8(at, value);
  }

  #int16(value: number): void {
    const { view, at } = this.#reserve(2);
    view.setInt16(at, value);
  }

  #int32(value: number): void {
    const { view, at } = this.#reserve(4);
    view.setInt32(at, value);
  }

  /** A place that is filled now or later. */
  #reserve(bytes: number): { view: DataView; at: number } {
    this.#makeRoom(bytes);
    const place = { view: this.#view, at: this.#at };
    this.#advance(bytes);
    return place;
  }

  #advance(bytes: number): void {
    this.#at += bytes;
    this.#writtenBytes += bytes;
  }

  #makeRoom(bytes: number): void {
    if (this.#at + bytes <= this.#piece.length) return;
    this.#closePiece();
    const size = Math.max(bytes, Math.min(2 * this.#piece.length, pieceBytesMax));
    this.#piece = Buffer.allocUnsafe(size);
    this.#view = viewOf(this.#piece);
    this.#start = 0;
    this.#at = 0;
  }

  #closePiece(): void {
    if (this.#at > this.#start) this.#pieces.push(this.#piece.subarray(this.#start, this.#at));
    this.#start = this.#at;
  }
}

function viewOf(bytes: Buffer): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
}

interface ElementWriter {
  octet(value: number): void;
  int16(value: number): void;
  int32(value: number): void;
  int64(value: bigint): void;
  text(value: string): void;
  octets(value: Buffer): void;
}

interface Element {
  typeId: number;
  write(writer: ElementWriter, value: Value): void;
}

// PostgreSQL counts microseconds from 2000 on.
const epochMs = Date.UTC(2000, 0, 1);

// The types whose arrays are sent in binary form, by their names in a cast, with their ids (pg_type.dat): numbers as text
// are written digit by digit here and read digit by digit there.
const elements = new Map<string, Element>([
  ["boolean", { typeId: 16, write: (writer, value) => writer.octet(value === true ? 1 : 0) }],
  ["bytea", { typeId: 17, write: (writer, value) => writer.octets(asOctets(value)) }],
  ["bigint", { typeId: 20, write: (writer, value) => writer.int64(asBigint(value)) }],
  ["smallint", { typeId: 21, write: (writer, value) => writer.int16(asInteger(value, 16)) }],
  ["int", { typeId: 23, write: (writer, value) => writer.int32(asInteger(value, 32)) }],
  ["text", { typeId: 25, write: (writer, value) => writer.text(asText(value)) }],
  ["timestamptz", { typeId: 1184, write: (writer, value) => writer.int64(asMicroseconds(value)) }],
]);

const typeNames = new Map<string, string | null>();

/** The element's type in the cast that follows a parameter: `::bigint[]`. The texts of queries are few. */
function typeNameOf(textBehind: string): string | null {
  const known = typeNames.get(textBehind);
  if (known !== undefined) return known;
  const name = /^::(\w+)\[\]/.exec(textBehind)?.[1] ?? null;
  typeNames.set(textBehind, name);
  return name;
}

function asOctets(value: Value): Buffer {
  if (Buffer.isBuffer(value)) return value;
  throw new TypeError(`A query was given a value of type ${typeof value} as bytea.`);
}

function asText(value: Value): string {
  if (typeof value === "string") return value;
  throw new TypeError(`A query was given a value of type ${typeof value} as text.`);
}

function asBigint(value: Value): bigint {
  if (typeof value === "bigint" && BigInt.asIntN(64, value) === value) return value;
  if (typeof value === "number" && Number.isSafeInteger(value)) return BigInt(value);
  throw new TypeError("A query was given what is no bigint as one.");
}

function asInteger(value: Value, bits: 16 | 32): number {
  const number = Number(value);
  if (Number.isInteger(number) && Math.abs(number + 0.5) < 2 ** (bits - 1)) return number;
  throw new TypeError(`A query was given what is no integer of ${bits} bits as one.`);
}

function asMicroseconds(value: Value): bigint {
  if (!(value instanceof Date) || Number.isNaN(value.getTime())) {
    throw new TypeError("A query was given an invalid Date.");
  }
  return BigInt(value.getTime() - epochMs) * 1000n;
}
