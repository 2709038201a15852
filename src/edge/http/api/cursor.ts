import { Type } from "typebox";

import { Refusal } from "../../../base/errors.ts";
import { dateOf } from "../../../base/ids.ts";

/** Rows of a page when `limit` is absent, and the most one page can have. */
export const pageDefault = 25;
export const pageMax = 100;

/** The parameters of every list. */
export const cursorQuery = {
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: pageMax, default: pageDefault })),
  cursor: Type.Optional(
    Type.String({ maxLength: 64, description: "`nextCursor` of the page before; nothing else is one." }),
  ),
};

/** Reads where a page begins.
 *  @throws Refusal invalid for what this service has not made */
export function readCursor(cursor: string | undefined): bigint | null {
  return cursor === undefined ? null : numberIn(cursor, /^before:(\d{1,19})$/);
}

function numberIn(cursor: string, form: RegExp): bigint {
  const number = form.exec(Buffer.from(cursor, "base64url").toString("latin1"))?.[1];
  if (number === undefined) throw notACursor();
  return BigInt(number);
}

function notACursor(): Refusal {
  const detail = "is not a cursor of this list";
  return new Refusal("invalid", `cursor ${detail}.`, { errors: [{ field: "cursor", in: "query", detail }] });
}

const positionForm = /^after:(\d{1,19})$/;

/** Reads a place in the log of events, which grows at its end.
 *  @throws Refusal invalid for what this service has not made */
export function readPosition(cursor: string | undefined): bigint | null {
  if (cursor === undefined) return null;
  const position = numberIn(cursor, positionForm);
  if (position >= 2n ** 63n) throw notACursor();
  return position;
}

/** Reads how many rows of a list that is ordered by figures were shown already.
 *  @throws Refusal invalid for what this service has not made */
export function readOffset(cursor: string | undefined): number {
  return cursor === undefined ? 0 : Number(numberIn(cursor, /^offset:(\d{1,9})$/));
}

/** Writes how many rows were shown. */
export function writeOffset(offset: number): string {
  return Buffer.from(`offset:${offset}`, "latin1").toString("base64url");
}

/** Writes a place in the log of events. */
export function writePosition(position: bigint): string {
  return Buffer.from(`after:${position}`, "latin1").toString("base64url");
}

/** A page of rows that were read with one more than the limit: that one says whether there is a next page. */
export function writePage<R extends { id: bigint }, T>(
  rows: R[],
  limit: number,
  write: (row: R) => T,
): { items: T[]; nextCursor: string | null } {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  const hasMore = rows.length > limit && last !== undefined;
  const nextCursor = hasMore ? Buffer.from(`before:${last.id}`, "latin1").toString("base64url") : null;
  return { items: shown.map(write), nextCursor };
}

/** An id of a path or a body; its schema has made sure that it is digits.
 *  @throws Refusal not_found for a number that no id can be */
export function readId(text: string): bigint {
  const id = BigInt(text);
  if (id >= 2n ** 63n) throw new Refusal("not_found", "There is no object with this id.");
  return id;
}

/** When the object with this id was made, as the API writes it. */
export function madeAt(id: bigint): string {
  return dateOf(id).toISOString();
}
