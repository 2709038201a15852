import { isLongerThan } from "../../../../core/messages/index.ts";
import type { Json, JsonRecord } from "../../json.ts";
import { mismatch, type SendError, tooLong } from "./send-error.ts";

export { isLongerThan };

// Readers of single values for Send API v3.1. Each answers the value, or null with an error noted. Null is also the
// answer for an empty text: clients with fixed structures send every property they know, most of them empty, and
// Mailjet takes those for absent.

/** A text. */
export function readText(value: Json, path: string, errors: SendError[]): string | null {
  if (typeof value !== "string") return wrong("string", path, errors);
  return value === "" ? null : value;
}

/** A text of so many characters at most. */
export function readShortText(
  value: Json,
  { path, charactersMax }: { path: string; charactersMax: number },
  errors: SendError[],
): string | null {
  const text = readText(value, path, errors);
  if (text === null || !isLongerThan(text, charactersMax)) return text;
  errors.push(tooLong(charactersMax, path));
  return null;
}

/** A boolean; the texts "true" and "false" too, which Mailjet's own PHP examples send. */
export function readFlag(value: Json, path: string, errors: SendError[]): boolean | null {
  if (typeof value === "boolean") return value;
  const text = typeof value === "string" ? value.toLowerCase() : null;
  if (text === "") return null;
  return text === "true" || text === "false" ? text === "true" : wrong("bool", path, errors);
}

/** An id; 0 means absent, as an integer that a client never set. */
export function readId(value: Json, path: string, errors: SendError[]): bigint | null {
  const id = typeof value === "number" && Number.isSafeInteger(value) ? BigInt(value) : value;
  if (typeof id !== "bigint" || BigInt.asIntN(64, id) !== id) return wrong("int", path, errors);
  return id === 0n ? null : id;
}

/** An object. An empty array is one too: PHP writes empty maps that way. */
export function readRecord(
  value: Json,
  { path, expected }: { path: string; expected: string },
  errors: SendError[],
): JsonRecord | null {
  if (Array.isArray(value) && value.length === 0) return {};
  return isRecord(value) ? value : wrong(expected, path, errors);
}

/** An array. */
export function readArray(
  value: Json,
  { path, expected }: { path: string; expected: string },
  errors: SendError[],
): Json[] | null {
  return Array.isArray(value) ? value : wrong(expected, path, errors);
}

export function isRecord(value: Json | undefined): value is JsonRecord {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Variables as templates use them. Integers that a double cannot hold become texts with the same digits: that is
 *  how they are printed, and everything behind may write variables as plain JSON. */
export function plainVariables(record: JsonRecord): Record<string, unknown> {
  return hasBigint(record) ? (plain(record) as Record<string, unknown>) : record;
}

/** Variables for all with those for one over them. */
export function mergeVariables(
  common: Record<string, unknown>,
  own: Record<string, unknown>,
): Record<string, unknown> {
  // fromEntries defines properties, so a key "__proto__" stays a plain key.
  return Object.fromEntries([...Object.entries(common), ...Object.entries(own)]);
}

function hasBigint(value: Json): boolean {
  if (typeof value === "bigint") return true;
  return typeof value === "object" && value !== null && Object.values(value).some(hasBigint);
}

function plain(value: Json): unknown {
  if (typeof value === "bigint") return value.toString();
  if (Array.isArray(value)) return value.map(plain);
  if (!isRecord(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, plain(each)]));
}

function wrong(expected: string, path: string, errors: SendError[]): null {
  errors.push(mismatch(expected, path));
  return null;
}
