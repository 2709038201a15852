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
  offset: number;
  limit: number;
}

/** A slice of time with what was counted in it. */
export interface Slice {
  sourceId: bigint;
  at: Date;
  counts: Counts;
}

/** Slices with anything in them, in the order of time. A range of the primary key for each source. */
export async function selectSlices(reader: Sql, accountId: bigint, wish: SliceWish): Promise<Slice[]> {
  const { source, sourceIds, timing, resolution, from, until, offset, limit } = wish;
  const rows = await reader.rows<Counts & { sourceId: bigint; at: Date }>(sql`
    select t.* from (
      select s.source_id as "sourceId", s.slice as at, ${sums()} from statistic s
      where s.account_id = ${accountId} and s.source = ${source} and s.source_id = any(${sourceIds}::bigint[])
        and s.timing = ${timing} and s.resolution = ${resolution} and s.slice >= ${from} and s.slice < ${until}
      group by s.source_id, s.slice) t
    order by t.at, t."sourceId" offset ${offset} limit ${limit}`);
  return rows.map(({ sourceId, at, ...counts }) => ({ sourceId, at, counts: countsIn(counts) }));
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
  /** Counts that must be there, or must not. */
  has: { counters: Counter[]; isWanted: boolean }[];
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

/** A page of campaigns. The sums of each come from its days. */
export async function selectCampaignTotals(
  reader: Sql,
  accountId: bigint,
  wish: CampaignWish,
): Promise<CampaignTotal[]> {
  const rows = await reader.rows<Counts & Omit<CampaignTotal, "counts">>(sql`
    select c.id, c.sealed_name as "sealedName", c.created_at as "createdAt", (
        select h.slice from statistic h
        where h.account_id = ${accountId} and h.source = 'campaign' and h.source_id = c.id and h.timing = 'event'
          and h.resolution = 'hour' order by h.slice desc limit 1) as "lastAt", ${columns()}
    ${campaignsOf(accountId, wish)}
    order by ${wish.order.by === "id" ? sql`c.id` : sql`t.accepted`} ${wish.order.isDescending ? sql`desc` : sql`asc`},
      c.id offset ${wish.offset} limit ${wish.limit}`);
  return rows.map(({ id, sealedName, createdAt, lastAt, ...counts }) => ({
    ...{ id, sealedName, createdAt, lastAt },
    counts: countsIn(counts),
  }));
}

/** How many campaigns there are of a kind. */
export async function countCampaigns(reader: Sql, accountId: bigint, wish: CampaignWish): Promise<number> {
  const row = await reader.row<{ count: number }>(sql`
    select count(*)::int as count ${campaignsOf(accountId, wish)}`);
  return row?.count ?? 0;
}

function campaignsOf(accountId: bigint, { id, lookup, from, until, has }: CampaignWish): Query {
  const conditions = [
    sql`c.account_id = ${accountId}`,
    ...(id === null ? [] : [sql`c.id = ${id}`]),
    ...(lookup === null ? [] : [sql`c.lookup = ${lookup}`]),
    ...(from === null ? [] : [sql`c.created_at >= ${from}`]),
    ...(until === null ? [] : [sql`c.created_at < ${until}`]),
    ...has.map(({ counters: of, isWanted }) => {
      const sum = sql.join(
        of.map((counter) => sql`t.${sql.identifier(counter)}`),
        " + ",
      );
      return isWanted ? sql`${sum} > 0` : sql`${sum} = 0`;
    }),
  ];
  return sql`
    from campaign c cross join lateral (
      select ${sums()} from statistic s
      where s.account_id = ${accountId} and s.source = 'campaign' and s.source_id = c.id and s.timing = 'message'
        and s.resolution = 'day') t
    where ${sql.join(conditions, " and ")}`;
}
