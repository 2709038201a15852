import { readQuery } from "../../target.ts";
import { invalidParameter, RestFailure } from "./failure.ts";
import type { Properties, Property, TextMatch } from "./property.ts";
import type { Context, ListQuery, Resource } from "./resource.ts";
import { readScalar } from "./scalar.ts";

/** Rows of a page when Limit is absent, and the most one page can have (which Limit=0 asks for). */
export const pageDefault = 10;
export const pageMax = 1000;

// Beyond this no list goes; it keeps sums of offset and limit exact.
const offsetMax = Number.MAX_SAFE_INTEGER - pageMax;

/** The query of a request to a resource, read. */
export interface ResourceQuery {
  filters: Context["filters"];
  list: ListQuery;
}

/** Reads paging, sorting and filters. Unknown parameters are ignored, as real clients rely on.
 *  @throws RestFailure 400 for a value of the wrong type and for a field that cannot be sorted by */
export function readResourceQuery(query: string, resource: Resource, now: Date): ResourceQuery {
  const parameters = firstOfEach(readQuery(query));
  const filters = readFilters(parameters, resource.filters);
  applyPeriod(parameters, resource.filters, filters, now);
  const countsOnly = readFlag(parameters, "countonly");
  const countsRecords = readFlag(parameters, "countrecords");
  const list: ListQuery = {
    filters,
    sort: readSort(parameters.get("sort"), resource),
    offset: readOffset(parameters.get("offset")),
    limit: readLimit(parameters.get("limit")),
    wantsRows: !countsOnly,
    wantsTotal: countsOnly || countsRecords,
  };
  return { filters, list };
}

function firstOfEach(pairs: [string, string][]): Map<string, string> {
  const parameters = new Map<string, string>();
  for (const [name, value] of pairs) {
    if (!parameters.has(name)) parameters.set(name, value);
  }
  return parameters;
}

function readLimit(value: string | undefined): number {
  if (value === undefined || value === "") return pageDefault;
  const limit = readCount("Limit", value);
  return limit === 0 ? pageMax : Math.min(limit, pageMax);
}

function readOffset(value: string | undefined): number {
  return value === undefined || value === "" ? 0 : Math.min(readCount("Offset", value), offsetMax);
}

function readCount(name: string, value: string): number {
  if (!/^\d{1,20}$/.test(value)) throw invalidParameter(name, value);
  return Number(value);
}

function readFlag(parameters: Map<string, string>, name: string): boolean {
  const scalar = readScalar("boolean", parameters.get(name) ?? "0");
  return scalar.isValid && scalar.value === true;
}

function readSort(value: string | undefined, resource: Resource): ListQuery["sort"] {
  if (value === undefined || value.trim() === "") return null;
  // A plus that was itself encoded arrives here as one; clients send it when they take the documentation's
  // "Sort=ID+DESC" at its word.
  const [name = "", direction, ...rest] = value.trim().split(/[\s+]+/);
  const property = Object.keys(resource.sort).find((known) => known.toLowerCase() === name.toLowerCase());
  const isDescending = direction?.toUpperCase() === "DESC";
  const isKnown = direction === undefined || isDescending || direction.toUpperCase() === "ASC";
  const isAllowed = property !== undefined && (!isDescending || resource.sort[property] === "both");
  if (!isAllowed || !isKnown || rest.length > 0) {
    throw new RestFailure(400, `Invalid sort specification: Cannot sort on field ${name.toLowerCase()}`);
  }
  return { property, isDescending };
}

function readFilters(parameters: Map<string, string>, declared: Properties): Context["filters"] {
  const filters: Record<string, unknown> = {};
  for (const [name, property] of Object.entries(declared)) {
    const value =
      property.kind === "family"
        ? readFamily(parameters, name)
        : readFilter(name, property, parameters.get(name.toLowerCase()));
    if (value !== undefined) filters[name] = value;
  }
  return filters;
}

function readFilter(name: string, property: Property, value: string | undefined): unknown {
  if (value === undefined) return undefined;
  if (value === "" && property.kind !== "text") return undefined;
  // No stored text has one, and PostgreSQL refuses to compare with it.
  if (value.includes("\0")) throw invalidParameter(name, value);
  // Several ids are written with commas between them.
  if (property.kind === "ids")
    return value.split(",").map((id) => BigInt(readOne(name, "int64", id.trim()) as bigint));
  return readOne(name, property.kind, value);
}

function readOne(name: string, kind: Property["kind"], value: string): unknown {
  const scalar = value === "" && kind !== "text" ? { isValid: false as const } : readScalar(kind, value);
  if (!scalar.isValid) throw invalidParameter(name, value);
  return scalar.value;
}

const familySuffixes: [suffix: string, where: TextMatch["where"], isCaseSensitive: boolean][] = [
  ["", "whole", true],
  ["CI", "whole", false],
  ["Like", "anywhere", true],
  ["LikeCI", "anywhere", false],
  ["LLike", "start", true],
  ["LLikeCI", "start", false],
  ["RLike", "end", true],
  ["RLikeCI", "end", false],
];

function readFamily(parameters: Map<string, string>, name: string): TextMatch[] | undefined {
  const matches: TextMatch[] = [];
  for (const [suffix, where, isCaseSensitive] of familySuffixes) {
    const text = parameters.get(`${name}${suffix}`.toLowerCase());
    if (text?.includes("\0")) throw invalidParameter(`${name}${suffix}`, text);
    if (text !== undefined) matches.push({ text, where, isCaseSensitive });
  }
  return matches.length === 0 ? undefined : matches;
}

const dayMs = 86_400_000;

// `Period` is short for a time frame that began with the current day, week, month or year and lasts until now.
function applyPeriod(
  parameters: Map<string, string>,
  declared: Properties,
  filters: Record<string, unknown>,
  now: Date,
): void {
  const period = parameters.get("period")?.toLowerCase();
  if (period === undefined || period === "" || !("FromTS" in declared) || !("ToTS" in declared)) return;
  const start = startOfPeriod(period, now);
  if (start === null) throw invalidParameter("Period", parameters.get("period") ?? "");
  filters.FromTS = start;
  filters.ToTS = now;
}

function startOfPeriod(period: string, now: Date): Date | null {
  const day = Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate());
  switch (period) {
    case "day":
      return new Date(day);
    case "week":
      // ISO 8601: weeks begin on Monday.
      return new Date(day - ((now.getUTCDay() + 6) % 7) * dayMs);
    case "month":
      return new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), 1));
    case "year":
      return new Date(Date.UTC(now.getUTCFullYear(), 0, 1));
    default:
      return null;
  }
}

/** Does a text satisfy every filter of a family? */
export function matchesFamily(text: string, matches: TextMatch[] | undefined): boolean {
  return (matches ?? []).every((match) => matchesOne(text, match));
}

function matchesOne(text: string, match: TextMatch): boolean {
  const value = match.isCaseSensitive ? text : text.toLowerCase();
  const wanted = match.isCaseSensitive ? match.text : match.text.toLowerCase();
  switch (match.where) {
    case "whole":
      return value === wanted;
    case "anywhere":
      return value.includes(wanted);
    case "start":
      return value.startsWith(wanted);
    case "end":
      return value.endsWith(wanted);
  }
}
