import type { Key } from "../rest/resource.ts";
import { equalsIgnoringCase } from "../rest/rows.ts";
import type { Change } from "./page.ts";

/** Finds an object of a short list by its id or by its unique key. */
export function findByKey<R extends { id: bigint }>(
  records: R[],
  key: Key,
  uniqueKeyOf: (record: R) => string,
): R | undefined {
  if (key.kind === "id") return records.find((record) => record.id === key.id);
  const [wanted = ""] = key.parts;
  return records.find((record) => equalsIgnoringCase(uniqueKeyOf(record), wanted));
}

/** What a change means to the engine: the new row, nothing new, or no such object. */
export function rowOfChange<R, T>(change: Change<R>, toRow: (record: R) => T): T | "unchanged" | null {
  switch (change.kind) {
    case "changed":
      return toRow(change.value);
    case "unchanged":
      return "unchanged";
    case "unknown":
      return null;
  }
}

/** Leaves out what a request did not send, so that "absent" and "unchanged" stay the same thing. */
export function sent<T extends Record<string, unknown>>(
  values: T,
): { [K in keyof T]?: Exclude<T[K], undefined> } {
  const present = Object.entries(values).filter(([, value]) => value !== undefined);
  return Object.fromEntries(present) as { [K in keyof T]?: Exclude<T[K], undefined> };
}
