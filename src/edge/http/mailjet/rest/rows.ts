import { compareNames } from "./output.ts";
import type { Properties } from "./property.ts";
import type { Listing, ListQuery } from "./resource.ts";

/** For each filter, whether a row passes it; a filter without a test here has been applied already. */
export type FilterTests<R, F extends Properties> = {
  [Name in keyof F]?: (row: R, wanted: NonNullable<ListQuery<F>["filters"][Name]>) => boolean;
};

/** Filters, sorts and cuts rows that are all in memory: for resources an account has dozens of, not millions. */
export function pageOf<R extends object, F extends Properties>(
  all: R[],
  query: ListQuery<F>,
  tests: FilterTests<R, F>,
): Listing<R> {
  const matching = all.filter((row) => passes(row, query, tests));
  const { sort } = query;
  if (sort !== null) {
    const sign = sort.isDescending ? -1 : 1;
    matching.sort((a, b) => sign * compareValues(fieldOf(a, sort.property), fieldOf(b, sort.property)));
  }
  const rows = query.wantsRows ? matching.slice(query.offset, query.offset + query.limit) : [];
  return { rows, total: matching.length };
}

function passes<R, F extends Properties>(row: R, query: ListQuery<F>, tests: FilterTests<R, F>): boolean {
  for (const name of Object.keys(tests) as (keyof F)[]) {
    const wanted = query.filters[name];
    const test = tests[name];
    if (wanted === undefined || wanted === null || test === undefined) continue;
    if (!test(row, wanted as NonNullable<typeof wanted>)) return false;
  }
  return true;
}

function fieldOf(row: object, name: string): unknown {
  return (row as Record<string, unknown>)[name];
}

function compareValues(left: unknown, right: unknown): number {
  if (typeof left === "string" && typeof right === "string") return compareNames(left, right);
  const [a, b] = [toOrder(left), toOrder(right)];
  return a < b ? -1 : a > b ? 1 : 0;
}

function toOrder(value: unknown): number | bigint {
  if (typeof value === "bigint" || typeof value === "number") return value;
  if (value instanceof Date) return value.getTime();
  return value === true ? 1 : 0;
}

/** Compares as unique keys and exact filters do. */
export function equalsIgnoringCase(left: string, right: string): boolean {
  return left.toLowerCase() === right.toLowerCase();
}
