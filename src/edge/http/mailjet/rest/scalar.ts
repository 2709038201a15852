import type { Kind } from "./property.ts";

/** A value that was understood, or what was expected instead. */
export type Scalar = { isValid: true; value: unknown } | { isValid: false; expected: string };

const ranges: Partial<Record<Kind, [min: bigint, max: bigint, name: string]>> = {
  int64: [-(2n ** 63n), 2n ** 63n - 1n, "a 64-bit integer"],
  int32: [-(2n ** 31n), 2n ** 31n - 1n, "a 32-bit integer"],
  int16: [-(2n ** 15n), 2n ** 15n - 1n, "a 16-bit integer"],
  reference: [-(2n ** 63n), 2n ** 63n - 1n, "an id"],
};

// Nothing in the API has a longer single value; templates and bodies are texts of their own and have the limit
// of the request.
const integerDigitsMax = 20;

/** Reads a number, boolean or instant from JSON or from a query, where everything is a string. */
export function readScalar(kind: Kind, value: unknown): Scalar {
  switch (kind) {
    case "int64":
    case "int32":
    case "int16":
    case "reference":
      return readInteger(kind, value);
    case "number":
      return readNumber(value);
    case "boolean":
      return readBoolean(value);
    case "time":
      return readTime(value);
    default:
      return typeof value === "string" ? valid(value) : invalid("a string");
  }
}

function readInteger(kind: Kind, value: unknown): Scalar {
  const [min, max, name] = ranges[kind] ?? [0n, 0n, "an integer"];
  const integer = toBigInt(value);
  if (integer === null || integer < min || integer > max) return invalid(name);
  const isWide = kind === "int64" || kind === "reference";
  return valid(isWide ? integer : Number(integer));
}

function toBigInt(value: unknown): bigint | null {
  if (typeof value === "bigint") return value;
  if (typeof value === "number") return Number.isInteger(value) ? BigInt(value) : null;
  if (typeof value !== "string" || value.length > integerDigitsMax) return null;
  return /^-?\d+$/.test(value) ? BigInt(value) : null;
}

function readNumber(value: unknown): Scalar {
  if (typeof value === "number" && Number.isFinite(value)) return valid(value);
  if (typeof value === "bigint") return valid(Number(value));
  if (typeof value === "string" && /^-?\d{1,15}(\.\d{1,15})?$/.test(value)) return valid(Number(value));
  return invalid("a number");
}

function readBoolean(value: unknown): Scalar {
  if (typeof value === "boolean") return valid(value);
  const word = typeof value === "number" || typeof value === "string" ? String(value).toLowerCase() : "";
  if (word === "true" || word === "1") return valid(true);
  if (word === "false" || word === "0") return valid(false);
  return invalid("a boolean");
}

// RFC 3339 §5.6, and the two shorter forms clients are seen to send: a date alone, and no offset (UTC then).
const timePattern =
  /^(\d{4}-\d{2}-\d{2})(?:[Tt ](\d{2}:\d{2}:\d{2})(?:\.(\d{1,9}))?(?: ?(Z|z|UTC|[+-]\d{2}:?\d{2}))?)?$/;

// The last second that four digits of a year can write; a larger number is milliseconds by mistake.
const unixSecondsMax = 253_402_300_799;

function readTime(value: unknown): Scalar {
  if (value === "" || value === null) return valid(null);
  const seconds = toBigInt(value);
  if (seconds !== null) {
    if (seconds < 0n || seconds > BigInt(unixSecondsMax)) return invalid("a date");
    return valid(new Date(Number(seconds) * 1000));
  }
  const match = typeof value === "string" ? timePattern.exec(value) : null;
  if (match === null) return invalid("a date of RFC 3339 or unix seconds");
  const [, date, clock = "00:00:00", fraction = "0", zone = "Z"] = match;
  const offset = /^(Z|z|UTC)$/.test(zone) ? "Z" : zone.replace(/^([+-]\d{2}):?/, "$1:");
  const instant = new Date(`${date}T${clock}.${fraction.slice(0, 3).padEnd(3, "0")}${offset}`);
  return date !== undefined && isDay(date) && !Number.isNaN(instant.getTime())
    ? valid(instant)
    : invalid("a date that exists");
}

// A Date takes 31 February as 2 March.
function isDay(date: string): boolean {
  const midnight = new Date(`${date}T00:00:00Z`);
  return !Number.isNaN(midnight.getTime()) && midnight.toISOString().startsWith(date);
}

function valid(value: unknown): Scalar {
  return { isValid: true, value };
}

function invalid(expected: string): Scalar {
  return { isValid: false, expected };
}
