import type { Property } from "./property.ts";
import { nameInJson } from "./property.ts";
import type { Resource } from "./resource.ts";

/** An instant as the API writes it: UTC, whole seconds; "" for none. */
export function formatTime(time: Date | null): string {
  return time === null ? "" : `${time.toISOString().slice(0, 19)}Z`;
}

/** An object of a resource as its answers show it: its declared fields in their order, null references left out. */
export function writeRow(resource: Resource, row: Record<string, unknown>): Record<string, unknown> {
  const written: Record<string, unknown> = {};
  for (const [name, property] of fieldsOf(resource)) {
    const value = row[name];
    if (value === undefined || (value === null && property.kind === "reference")) continue;
    written[name] = property.kind === "time" ? formatTime(value as Date | null) : value;
  }
  return written;
}

/** The envelope around rows. `Total` is the size of this page unless a count was asked for. */
export function envelope(
  rows: unknown[],
  counts?: { count: number; total: number },
): Record<string, unknown> {
  return { Count: counts?.count ?? rows.length, Data: rows, Total: counts?.total ?? rows.length };
}

/** Orders names as the old core does: alphabetically, whatever their case. */
export function compareNames(left: string, right: string): number {
  const [a, b] = [left.toLowerCase(), right.toLowerCase()];
  return a < b ? -1 : a > b ? 1 : 0;
}

const fieldCache = new WeakMap<Resource, [string, Property][]>();

function fieldsOf(resource: Resource): [string, Property][] {
  const cached = fieldCache.get(resource);
  if (cached !== undefined) return cached;
  const fields = Object.entries(resource.properties).map(([name, property]): [string, Property] => [
    nameInJson(name, property),
    property,
  ]);
  const { order } = resource;
  fields.sort(([a], [b]) => (order === undefined ? compareNames(a, b) : order.indexOf(a) - order.indexOf(b)));
  fieldCache.set(resource, fields);
  return fields;
}
