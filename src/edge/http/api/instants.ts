import { Refusal } from "../../../base/errors.ts";
import type { FieldProblem } from "./problem.ts";

/** Reads an instant whose schema has let it through. A schema knows the form, and some forms name no instant: a leap
 *  second, or a time zone in words.  @throws Refusal invalid */
export function readInstant(text: string, place: Required<Pick<FieldProblem, "field" | "in">>): Date {
  const instant = new Date(text);
  if (!Number.isNaN(instant.getTime())) return instant;
  const detail = "is not an instant such as 2026-01-31T12:00:00Z";
  throw new Refusal("invalid", `${place.field} ${detail}.`, { errors: [{ ...place, detail }] });
}
