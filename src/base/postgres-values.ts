/** What a query may carry as a parameter. An id is a bigint, a moment a Date, sealed bytes a Buffer. */
export type Value = Scalar | readonly (Scalar | null)[] | null;
type Scalar = string | number | boolean | bigint | Date | Buffer;

/** Turns a parameter into what goes over the wire: text, or a Buffer that is sent in PostgreSQL's binary form.
 *  Throws on `undefined`, invalid dates and non-finite numbers: those are defects of the caller, never data. */
export function encodeValue(value: Value): string | Buffer | null {
  if (value === null) return null;
  if (Array.isArray(value)) return encodeArray(value);
  return Buffer.isBuffer(value) ? value : scalarText(value as Exclude<Scalar, Buffer>);
}

function scalarText(value: Exclude<Scalar, Buffer>): string {
  switch (typeof value) {
    case "string":
      return value;
    case "bigint":
      return value.toString();
    case "boolean":
      return value ? "t" : "f";
    case "number":
      if (!Number.isFinite(value)) throw new TypeError(`A query was given the number ${value}.`);
      return String(value);
    default:
      if (value instanceof Date) return dateText(value);
      throw new TypeError(`A query was given a value of type ${typeof value}, which has no meaning in SQL.`);
  }
}

// The rows of one statement have the same moments again and again.
let lastMs = Number.NaN;
let lastText = "";

function dateText(value: Date): string {
  const ms = value.getTime();
  if (ms === lastMs) return lastText;
  if (Number.isNaN(ms)) throw new TypeError("A query was given an invalid Date.");
  lastMs = ms;
  lastText = value.toISOString();
  return lastText;
}

function encodeArray(values: readonly (Scalar | null)[]): string | Buffer {
  if (values.some((value) => Buffer.isBuffer(value))) return byteaArray(values);
  return `{${values.map((value) => (value === null ? "NULL" : arrayElement(value))).join(",")}}`;
}

function arrayElement(value: Scalar): string {
  const text = scalarText(value as Exclude<Scalar, Buffer>);
  if (typeof value !== "string") return text;
  return `"${text.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`;
}

const byteaTypeId = 17;
const arrayHeaderBytes = 20; // dimensions, has-null flag, element type, length, lower bound: five int32
const absentLength = -1; // a null element has this length and no bytes

// PostgreSQL's binary array form (array_recv): one copy of the bytes, where the text form would write each
// byte as two hexadecimal digits, quote them and convert them twice.
function byteaArray(values: readonly (Scalar | null)[]): Buffer {
  const buffers = values.map(bufferOrNull);
  const bytes = buffers.reduce((sum, buffer) => sum + 4 + (buffer?.length ?? 0), arrayHeaderBytes);
  const array = Buffer.allocUnsafe(bytes);
  let at = array.writeInt32BE(1, 0);
  at = array.writeInt32BE(buffers.includes(null) ? 1 : 0, at);
  at = array.writeInt32BE(byteaTypeId, at);
  at = array.writeInt32BE(buffers.length, at);
  at = array.writeInt32BE(1, at);
  for (const buffer of buffers) {
    at = array.writeInt32BE(buffer?.length ?? absentLength, at);
    if (buffer) at += buffer.copy(array, at);
  }
  return array;
}

function bufferOrNull(value: Scalar | null): Buffer | null {
  if (value === null || Buffer.isBuffer(value)) return value;
  throw new TypeError("An array of a query mixes Buffers with other values.");
}

type Parse = (text: string) => unknown;

// Type ids are fixed in PostgreSQL's catalog (pg_type.dat). What is not listed stays text: numeric, date,
// interval, uuid and inet have no JavaScript type that holds them without loss.
const parsers = new Map<number, Parse>([
  [16, (text) => text === "t"],
  [17, parseBytea],
  [20, BigInt],
  [21, Number],
  [23, Number],
  [26, Number],
  [114, (text) => JSON.parse(text) as unknown],
  [700, Number],
  [701, Number],
  [1184, parseTimestamp],
  [3802, (text) => JSON.parse(text) as unknown],
  [1000, arrayOf((text) => text === "t")],
  [1001, arrayOf(parseBytea)],
  [1005, arrayOf(Number)],
  [1007, arrayOf(Number)],
  [1009, arrayOf((text) => text)],
  [1015, arrayOf((text) => text)],
  [1016, arrayOf(BigInt)],
  [1021, arrayOf(Number)],
  [1022, arrayOf(Number)],
  [1028, arrayOf(Number)],
  [1185, arrayOf(parseTimestamp)],
  [1231, arrayOf((text) => text)],
  [2951, arrayOf((text) => text)],
]);

const asText: Parse = (text) => text;

/** How the text of a column is read, by the id of its type. */
export function parserOf(typeId: number): Parse {
  return parsers.get(typeId) ?? asText;
}

function parseBytea(text: string): Buffer {
  return Buffer.from(text.slice(2), "hex"); // the session sets bytea_output to hex: \x and two digits a byte
}

// The session sets TimeZone UTC and DateStyle ISO: 2026-11-23 17:24:00.123456+00. Microseconds are cut, not
// rounded, so that a value never moves into the next millisecond.
function parseTimestamp(text: string): Date {
  const match = /^(\d{4,6})-(\d\d)-(\d\d) (\d\d:\d\d:\d\d)(?:\.(\d{1,6}))?\+00$/.exec(text);
  if (!match) throw new RangeError("A timestamp is outside the years 1 to 275760.");
  const [, year = "", month, day, time, fraction = ""] = match;
  const isoYear = year.length === 4 ? year : `+${year.padStart(6, "0")}`;
  return new Date(`${isoYear}-${month}-${day}T${time}.${fraction.padEnd(3, "0").slice(0, 3)}Z`);
}

function arrayOf(parse: Parse): Parse {
  return (text) => arrayElements(text).map((element) => (element === null ? null : parse(element)));
}

// One dimension only: {a,"b \"c\"",NULL}. Nested arrays do not occur in our schema.
function arrayElements(text: string): (string | null)[] {
  const elements: (string | null)[] = [];
  const element = /"((?:[^"\\]|\\.)*)"|([^,{}"]+)/gs;
  for (const match of text.matchAll(element)) {
    const [, quoted, plain] = match;
    if (quoted !== undefined) elements.push(quoted.replace(/\\(.)/gs, "$1"));
    else elements.push(plain === "NULL" ? null : (plain ?? null));
  }
  return elements;
}
