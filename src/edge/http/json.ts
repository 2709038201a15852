import { isUtf8 } from "node:buffer";

/** A value read from JSON. Integers beyond 2^53 arrive as bigint, so that an id keeps every digit. */
export type Json = null | boolean | number | bigint | string | Json[] | JsonRecord;

/** A JSON object. Its keys are data of the caller: read them with `Object.entries`, never by prototype. */
export interface JsonRecord {
  [key: string]: Json;
}

/** Why a body could not be read: not UTF-8, not JSON, nested too deep, or made of too many values. */
export type JsonProblem = "encoding" | "syntax" | "depth" | "size";

export type JsonOutcome = { kind: "value"; value: Json } | { kind: "problem"; problem: JsonProblem };

// Every function that walks a parsed value may recurse: 64 levels are far below the stack's end and far above
// what people write.
const depthMax = 64;

// JSON.parse turns `[],[],…` into some 80 bytes of memory for 3 of input. 500,000 commas and brackets are ten
// times the largest sensible call (50 messages of 50 recipients) and cost about 40 MB.
const punctuationMax = 500_000;

// Fewer digits are always below 2^53 and JSON.parse reads them without loss.
const longNumberDigits = 16;

// Longer integers are no ids: they may become doubles as JSON.parse has it, instead of keeping a thread busy.
const bigintDigitsMax = 40;

const code = {
  backslash: 0x5c,
  braceClose: 0x7d,
  braceOpen: 0x7b,
  bracketClose: 0x5d,
  bracketOpen: 0x5b,
  comma: 0x2c,
  d: 0x64,
  nine: 0x39,
  quote: 0x22,
  toLowerCase: 0x20,
  u: 0x75,
  zero: 0x30,
} as const;

/** Reads JSON strictly: UTF-8 only (a leading byte order mark is skipped, RFC 8259 §8.1), at most 64 levels,
 *  the last of duplicate keys wins. Lone surrogates, which UTF-8 cannot write, and U+0000, which neither PostgreSQL's
 *  text nor a message can hold (RFC 5322 §2.2), become U+FFFD. Never throws. */
export function parseJson(bytes: Buffer): JsonOutcome {
  if (!isUtf8(bytes)) return { kind: "problem", problem: "encoding" };
  const survey = surveyOf(bytes);
  if (survey.problem !== null) return { kind: "problem", problem: survey.problem };
  try {
    const text = withoutByteOrderMark(bytes.toString("utf8"));
    const value: Json = survey.hasLongNumber ? JSON.parse(text, exactInteger) : JSON.parse(text);
    return { kind: "value", value: survey.hasUnfitEscape ? fit(value) : value };
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return { kind: "problem", problem: "syntax" };
  }
}

/** Compact JSON as the newer endpoints answer it. A bigint is printed as a bare integer; what JSON cannot
 *  express is left out of objects and `null` elsewhere, as JSON.stringify does. */
export function toJson(value: unknown): string {
  return write(value, compact) ?? "null";
}

/** JSON as the old v3 endpoints format it: `{ "Count" : 1, "Data" : [], "Total" : 1 }`. */
export function toSpacedJson(value: unknown): string {
  return write(value, spaced) ?? "null";
}

interface Survey {
  problem: JsonProblem | null;
  hasLongNumber: boolean;
  hasUnfitEscape: boolean;
}

/** One pass over the bytes before JSON.parse, because a body of 20 MB of brackets keeps JSON.parse busy for
 *  seconds. What it accepts may still be no JSON; JSON.parse decides that. */
function surveyOf(bytes: Buffer): Survey {
  const survey: Survey = { problem: null, hasLongNumber: false, hasUnfitEscape: false };
  const end = bytes.length;
  let depth = 0;
  let punctuation = 0;
  let digits = 0;
  for (let at = 0; at < end; at += 1) {
    const byte = bytes[at] as number;
    if (byte >= code.zero && byte <= code.nine) {
      digits += 1;
      if (digits === longNumberDigits) survey.hasLongNumber = true;
      continue;
    }
    digits = 0;
    if (byte === code.quote) {
      at = endOfString(bytes, at + 1, survey);
    } else if (byte === code.bracketOpen || byte === code.braceOpen) {
      depth += 1;
      punctuation += 1;
      if (depth > depthMax) return { ...survey, problem: "depth" };
    } else if (byte === code.bracketClose || byte === code.braceClose) {
      depth -= 1;
    } else if (byte === code.comma) {
      punctuation += 1;
    }
    if (punctuation > punctuationMax) return { ...survey, problem: "size" };
  }
  return survey;
}

/** The place of the closing quote. Most bytes of a large body are passed here: the inner loop is all there is. */
function endOfString(bytes: Buffer, start: number, survey: Survey): number {
  const end = bytes.length;
  for (let at = start; at < end; at += 2) {
    let byte = 0;
    while (at < end) {
      byte = bytes[at] as number;
      if (byte === code.quote || byte === code.backslash) break;
      at += 1;
    }
    if (byte === code.quote) return at;
    if (bytes[at + 1] === code.u && isUnfitEscape(bytes, at + 2)) survey.hasUnfitEscape = true;
  }
  return end;
}

/** Whether the four digits of a \\u escape may stand for a surrogate (U+D800 to U+DFFF; the other code points of
 *  U+Dxxx only cost a walk) or stand for U+0000. Unescaped, UTF-8 has no surrogates and JSON no U+0000. */
function isUnfitEscape(bytes: Buffer, at: number): boolean {
  if (((bytes[at] ?? 0) | code.toLowerCase) === code.d) return true;
  for (let digit = 0; digit < 4; digit += 1) if (bytes[at + digit] !== code.zero) return false;
  return true;
}

function withoutByteOrderMark(text: string): string {
  return text.startsWith("\ufeff") ? text.slice(1) : text;
}

/** Node gives the number's own text as a third argument (V8 11.4, the JSON.parse source text proposal). */
function exactInteger(this: unknown, _key: string, value: unknown, ...rest: unknown[]): unknown {
  if (typeof value !== "number" || Number.isSafeInteger(value)) return value;
  const source = (rest[0] as { source?: unknown } | undefined)?.source;
  if (typeof source !== "string" || source.length > bigintDigitsMax) return value;
  return /^-?\d+$/.test(source) ? BigInt(source) : value;
}

function fit(value: Json): Json {
  if (typeof value === "string") return fitText(value);
  if (Array.isArray(value)) return value.map(fit);
  if (typeof value !== "object" || value === null) return value;
  // fromEntries defines properties, so a key "__proto__" stays a plain key.
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [fitText(key), fit(each)]));
}

function fitText(text: string): string {
  return text.toWellFormed().replaceAll("\u0000", "\ufffd");
}

interface Style {
  open: string;
  close: string;
  colon: string;
  comma: string;
}

const compact: Style = { open: "{", close: "}", colon: ":", comma: "," };
const spaced: Style = { open: "{ ", close: " }", colon: " : ", comma: ", " };

function write(value: unknown, style: Style): string | undefined {
  switch (typeof value) {
    case "string":
      return JSON.stringify(value);
    case "bigint":
      return value.toString();
    case "number":
      return Number.isFinite(value) ? String(value) : "null";
    case "boolean":
      return value ? "true" : "false";
    case "object":
      return value === null ? "null" : writeObject(value, style);
    default:
      return undefined;
  }
}

function writeObject(value: object, style: Style): string | undefined {
  if (Array.isArray(value)) {
    return `[${value.map((each) => write(each, style) ?? "null").join(style.comma)}]`;
  }
  if ("toJSON" in value && typeof value.toJSON === "function") return write(value.toJSON(), style);
  let text = "";
  for (const [key, each] of Object.entries(value)) {
    const written = write(each, style);
    if (written === undefined) continue;
    text += `${text === "" ? style.open : style.comma}${JSON.stringify(key)}${style.colon}${written}`;
  }
  return text === "" ? "{}" : text + style.close;
}
