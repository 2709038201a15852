import { Refusal } from "../../../base/errors.ts";
import type { FieldProblem } from "./problem.ts";

// Older than anything that is told of here; PostgreSQL has no year 0, which a program writes where it has no date.
const yearMin = 1900;

/** The instant that a text in the form of RFC 3339 names; null where it names none: a leap second, a time zone in words,
 *  the 30th of February, a year before 1900. */
export function instantIn(text: string): Date | null {
  const instant = new Date(text);
  if (Number.isNaN(instant.getTime())) return null;
  // A day that its month does not have is read as one of the next.
  const date = text.slice(0, 10);
  const day = new Date(date);
  const isDay = !Number.isNaN(day.getTime()) && day.toISOString().startsWith(date);
  return isDay && day.getUTCFullYear() >= yearMin ? instant : null;
}

/** Reads an instant whose schema has let it through. A schema knows the form, and some forms name no instant.
 *  @throws Refusal invalid */
export function readInstant(text: string, place: Required<Pick<FieldProblem, "field" | "in">>): Date {
  const instant = instantIn(text);
  if (instant !== null) return instant;
  const detail = "is not an instant such as 2026-01-31T12:00:00Z";
  throw new Refusal("invalid", `${place.field} ${detail}.`, { errors: [{ ...place, detail }] });
}
