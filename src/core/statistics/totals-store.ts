import { type Query, type Sql, sql } from "../../base/database.ts";
import { type Counter, type Counts, columnOf, counters } from "./counts.ts";
import type { Resolution, Source, Timing } from "./tally.ts";

// Sums go into JavaScript numbers: exact up to 2^53.
function sums(): Query {
  return sql.join(
    counters.map(
      (counter) =>
        sql`coalesce(sum(s.${sql.identifier(columnOf(counter))}), 0)::float8 as ${sql.identifier(counter)}`,
    ),
    ", ",
  );
}

function columns(): Query {
  return sql.join(
    counters.map((counter) => sql`t.${sql.identifier(counter)}`),
    ", ",
  );
}

function countsIn(row: Partial<Counts>): Counts {
  return Object.fromEntries(counters.map((counter) => [counter, row[counter] ?? 0])) as Counts;
}

/** Which counts are wanted. */
export interface SliceWish {
  source: Source;
  sourceIds: bigint[];
  timing: Timing;
  resolution: Resolution;
  from: Date;
  until: Date;
  /** Adds the sources up: one slice of a time, whose `sourceId` is 0. */
  isTogether?: boolean;
  /** Only slices in which one of these was counted. */
  has?: Counter[];
  limit: number;
}

/** A slice of time with what was counted in it. */
export interface Slice {
  sourceId: bigint;
  at: Date;
  counts: Counts;
}

/** Slices with anything in them, in the order of time; where there are more, the newest. A range of the primary key for
 *  each source. */
export async function selectSlices(reader: Sql, accountId: bigint, wish: SliceWish): Promise<Slice[]> {
  const { source, sourceIds, timing, resolution, from, until, isTogether = false, has, limit } = wish;
  const rows = await reader.rows<Counts & { sourceId: bigint; at: Date }>(sql`
    select t.* from (
      select ${isTogether ? sql`0::bigint` : sql`s.source_id`} as "sourceId", s.slice as at, ${sums()} from statistic s
      where s.account_id = ${accountId} and s.source = ${source} and s.source_id = any(${sourceIds}::bigint[])
        and s.timing = ${timing} and s.resolution = ${resolution} and s.slice >= ${from} and s.slice < ${until}
      group by ${isTogether ? sql`s.slice` : sql`s.source_id, s.slice`}) t
    ${has === undefined ? sql.empty : sql`where ${sumOf(has)} > 0`}
    order by t.at desc, t."sourceId" desc limit ${limit}`);
  return rows.reverse().map(({ sourceId, at, ...counts }) => ({ sourceId, at, counts: countsIn(counts) }));
}

function sumOf(of: readonly Counter[]): Query {
  return of.length === 0
    ? sql`0`
    : sql.join(
        of.map((counter) => sql`t.${sql.identifier(counter)}`),
        " + ",
      );
}

/** Everything that was ever counted of a source. */
export interface Total {
  sourceId: bigint;
  counts: Counts;
  /** The hour in which something happened last. */
  lastAt: Date | null;
}

/** The sums of all time, from the days, or of the days of a time. Sources without anything are left out. */
export async function selectTotals(
  reader: Sql,
  accountId: bigint,
  wish: { source: Source; sourceIds: bigint[]; timing: Timing; from?: Date; until?: Date },
): Promise<Total[]> {
  const { source, sourceIds, timing, from = new Date(0), until } = wish;
  const rows = await reader.rows<Counts & { sourceId: bigint; lastAt: Date | null }>(sql`
    select t.*, (
      select h.slice from statistic h
      where h.account_id = ${accountId} and h.source = ${source} and h.source_id = t."sourceId"
        and h.timing = 'event' and h.resolution = 'hour' order by h.slice desc limit 1) as "lastAt"
    from (
      select s.source_id as "sourceId", ${sums()} from statistic s
      where s.account_id = ${accountId} and s.source = ${source} and s.source_id = any(${sourceIds}::bigint[])
        and s.timing = ${timing} and s.resolution = 'day' and s.slice >= ${from}
        ${until === undefined ? sql.empty : sql`and s.slice < ${until}`}
      group by s.source_id) t
    order by t."sourceId"`);
  return rows.map(({ sourceId, lastAt, ...counts }) => ({ sourceId, lastAt, counts: countsIn(counts) }));
}

/** Which campaigns are wanted; null restricts nothing. */
export interface CampaignWish {
  id: bigint | null;
  /** The keyed hash of the name. */
  lookup: Buffer | null;
  /** When the campaign was made. */
  from: Date | null;
  until: Date | null;
  /** Counts that must be there, or must not, once others are taken off. */
  has: { counters: Counter[]; without?: Counter[]; isWanted: boolean }[];
  /** Bounds of the hour in which something happened last; both belong to it. */
  activeFrom: Date | null;
  activeUntil: Date | null;
  order: { by: "id" | "accepted"; isDescending: boolean };
  offset: number;
  limit: number;
}

/** A campaign with the sums of all time, its messages by what became of them last. */
export interface CampaignTotal {
  id: bigint;
  sealedName: Buffer;
  createdAt: Date;
  counts: Counts;
  lastAt: Date | null;
}

/** A page of campaigns. The sums of each come from its days: of those on the page alone, unless the sums say which those
 *  are. */
export async function selectCampaignTotals(
  reader: Sql,
  accountId: bigint,
  wish: CampaignWish,
): Promise<CampaignTotal[]> {
  const direction = wish.order.isDescending ? sql`desc` : sql`asc`;
  const page = sql`offset ${wish.offset} limit ${wish.limit}`;
  const field = wish.order.by === "id" ? sql`c.id` : sql`t.accepted`;
  const isPaged = !isBySums(wish);
  const conditions = sql`where ${ofItself(accountId, wish)}`;
  const campaigns = sql`select c.* from campaign c ${conditions} ${isPaged ? sql`order by c.id ${direction} ${page}` : sql.empty}`;
  const rows = await reader.rows<Counts & Omit<CampaignTotal, "counts">>(sql`
    select c.id, c.sealed_name as "sealedName", c.created_at as "createdAt", a.slice as "lastAt", ${columns()}
    from (${campaigns}) c ${withSums(accountId)} where ${ofSums(wish)}
    order by ${field} ${direction}, c.id ${isPaged ? sql.empty : page}`);
  return rows.map(({ id, sealedName, createdAt, lastAt, ...counts }) => ({
    ...{ id, sealedName, createdAt, lastAt },
    counts: countsIn(counts),
  }));
}

/** How many campaigns there are of a kind. */
export async function countCampaigns(reader: Sql, accountId: bigint, wish: CampaignWish): Promise<number> {
  const row = await reader.row<{ count: number }>(sql`
    select count(*)::int as count from campaign c ${isFiltered(wish) ? withSums(accountId) : sql.empty}
    where ${ofItself(accountId, wish)} ${isFiltered(wish) ? sql`and ${ofSums(wish)}` : sql.empty}`);
  return row?.count ?? 0;
}

/** Must every campaign be summed up to know which ones are wanted? */
export function isBySums(wish: CampaignWish): boolean {
  return isFiltered(wish) || wish.order.by !== "id";
}

function isFiltered({ has, activeFrom, activeUntil }: CampaignWish): boolean {
  return has.length > 0 || activeFrom !== null || activeUntil !== null;
}

function ofItself(accountId: bigint, { id, lookup, from, until }: CampaignWish): Query {
  return sql.join(
    [
      sql`c.account_id = ${accountId}`,
      ...(id === null ? [] : [sql`c.id = ${id}`]),
      ...(lookup === null ? [] : [sql`c.lookup = ${lookup}`]),
      ...(from === null ? [] : [sql`c.created_at >= ${from}`]),
      ...(until === null ? [] : [sql`c.created_at < ${until}`]),
    ],
    " and ",
  );
}

function ofSums({ has, activeFrom, activeUntil }: CampaignWish): Query {
  return sql.join(
    [
      sql`true`,
      ...has.map(({ counters: of, without = [], isWanted }) => {
        const left = sql`${sumOf(of)} - (${sumOf(without)})`;
        return isWanted ? sql`${left} > 0` : sql`${left} <= 0`;
      }),
      ...(activeFrom === null ? [] : [sql`a.slice >= ${activeFrom}`]),
      // What was never active was not active later, either.
      ...(activeUntil === null ? [] : [sql`(a.slice is null or a.slice <= ${activeUntil})`]),
    ],
    " and ",
  );
}

function withSums(accountId: bigint): Query {
  return sql`
    cross join lateral (
      select ${sums()} from statistic s
      where s.account_id = ${accountId} and s.source = 'campaign' and s.source_id = c.id and s.timing = 'message'
        and s.resolution = 'day') t
    left join lateral (
      select h.slice from statistic h
      where h.account_id = ${accountId} and h.source = 'campaign' and h.source_id = c.id and h.timing = 'event'
        and h.resolution = 'hour' order by h.slice desc limit 1) a on true`;
}
