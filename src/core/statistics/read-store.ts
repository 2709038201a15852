import { type Query, type Sql, sql } from "../../base/database.ts";
import { type Counter, type Counts, columnOf, counters, type PlaceCounts, placeCounters } from "./counts.ts";
import type { ReasonKind, Source, Timing } from "./tally.ts";

/** Steps of a series. */
export const steps = ["hour", "day", "month"] as const;
export type Step = (typeof steps)[number];

/** Of what a series is. */
export interface SeriesWish {
  source: Source;
  /** 0 for the account itself. */
  sourceId: bigint;
  timing: Timing;
  step: Step;
  /** Days and months begin in this zone; hours are those of UTC. */
  timeZone: string;
  from: Date;
  until: Date;
}

/** A step of a series. */
export interface Point {
  at: Date;
  until: Date;
  counts: Counts;
}

// Sums go into JavaScript numbers: exact up to 2^53.
function sums(of: readonly Counter[]): Query {
  return sql.join(
    of.map(
      (counter) =>
        sql`coalesce(sum(s.${sql.identifier(columnOf(counter))}), 0)::float8 as ${sql.identifier(counter)}`,
    ),
    ", ",
  );
}

function columns(of: readonly Counter[]): Query {
  return sql.join(
    of.map((counter) => sql`s.${sql.identifier(counter)}`),
    ", ",
  );
}

/** The steps of a time, those without anything too. One range of the primary key: of hours, or, where the zone is UTC
 *  and the steps are days or months, of days. */
export async function selectSeries(reader: Sql, accountId: bigint, wish: SeriesWish): Promise<Point[]> {
  const { source, sourceId, timing, step, from, until } = wish;
  // An hour that a clock is put back by comes twice: hours are counted in UTC, whatever the zone.
  const zone = step === "hour" ? "UTC" : wish.timeZone;
  const resolution = step !== "hour" && zone === "UTC" ? "day" : "hour";
  const rows = await reader.rows<Counts & { at: Date; until: Date }>(sql`
    with step as (select ('1 ' || ${step})::interval as length),
    point as (
      select g as local, g at time zone ${zone} as at, (g + step.length) at time zone ${zone} as until
      from step, generate_series(date_trunc(${step}, ${from}::timestamptz at time zone ${zone}),
        (${until}::timestamptz - '1 microsecond'::interval) at time zone ${zone}, step.length) g),
    sums as (
      select date_trunc(${step}, s.slice at time zone ${zone}) as local, ${sums(counters)}
      from statistic s
      where s.account_id = ${accountId} and s.source = ${source} and s.source_id = ${sourceId}
        and s.timing = ${timing} and s.resolution = ${resolution}
        and s.slice >= (select min(p.at) from point p) and s.slice < (select max(p.until) from point p)
      group by 1)
    select p.at, p.until, ${columns(counters)} from point p left join sums s on s.local = p.local order by p.at`);
  return rows.map(({ at, until: end, ...counts }) => ({ at, until: end, counts: filled(counts) }));
}

function filled(counts: { [C in Counter]: number | null }): Counts {
  return Object.fromEntries(counters.map((counter) => [counter, counts[counter] ?? 0])) as Counts;
}

/** Whole days in UTC, written as 2026-11-26: the first, and the first that is not among them. */
export interface DayRange {
  fromDay: string;
  untilDay: string;
}

/** A campaign with what was counted of it. */
export interface CampaignStatistics {
  id: bigint;
  sealedName: Buffer;
  createdAt: Date;
  counts: Counts;
}

/** Campaigns with anything in the days, the one with most messages first. From the index on days. */
export async function selectCampaignStatistics(
  reader: Sql,
  accountId: bigint,
  { timing, fromDay, untilDay, offset, limit }: DayRange & { timing: Timing; offset: number; limit: number },
): Promise<CampaignStatistics[]> {
  const rows = await reader.rows<Counts & Omit<CampaignStatistics, "counts">>(sql`
    select c.id, c.sealed_name as "sealedName", c.created_at as "createdAt", ${columns(counters)}
    from (
      select s.source_id, ${sums(counters)} from statistic s
      where s.account_id = ${accountId} and s.source = 'campaign' and s.timing = ${timing} and s.resolution = 'day'
        and s.slice >= (${fromDay}::date)::timestamp at time zone 'UTC'
        and s.slice < (${untilDay}::date)::timestamp at time zone 'UTC'
      group by s.source_id) s
    join campaign c on c.account_id = ${accountId} and c.id = s.source_id
    order by s.accepted + s.sent desc, c.id desc offset ${offset} limit ${limit}`);
  return rows.map(({ id, sealedName, createdAt, ...counts }) => ({
    id,
    sealedName,
    createdAt,
    counts: filled(counts),
  }));
}

/** A domain, or a provider, with what was counted of it. */
export interface PlaceStatistics {
  name: string;
  counts: PlaceCounts;
}

/** Domains in the days, the one with most messages first; the rest of them in one, with what was counted under no name. */
export async function selectDomainStatistics(
  reader: Sql,
  accountId: bigint,
  { fromDay, untilDay, limit }: DayRange & { limit: number },
): Promise<{ domains: PlaceStatistics[]; others: PlaceCounts; count: number }> {
  const rows = await reader.rows<PlaceCounts & { name: string | null; count: number }>(sql`
    with domain as (
      select s.domain, ${sums(placeCounters)} from statistic_domain s
      where s.account_id = ${accountId} and s.day >= ${fromDay}::date and s.day < ${untilDay}::date
      group by s.domain),
    ranked as (
      select d.*, case when d.domain = '' then ${limit + 1} else least(${limit + 1}, row_number() over (
          order by d.domain = '', d.sent + d."bouncedHard" + d."bouncedSoft" + d.deferred desc, d.domain)) end as place
      from domain d)
    select case when s.place <= ${limit} then min(s.domain) end as name,
      (count(*) filter (where s.domain <> ''))::int as count, ${sumsOfRanked()}
    from ranked s group by s.place order by s.place`);
  const others = rows.find(({ name }) => name === null);
  return {
    domains: rows.flatMap(({ name, count: _, ...counts }) => (name === null ? [] : [{ name, counts }])),
    others: placeCountsOf(others),
    count: rows.reduce((sum, { count }) => sum + count, 0),
  };
}

function sumsOfRanked(): Query {
  return sql.join(
    placeCounters.map((counter) => sql`sum(s.${sql.identifier(counter)}) as ${sql.identifier(counter)}`),
    ", ",
  );
}

function placeCountsOf(row: PlaceCounts | undefined): PlaceCounts {
  return Object.fromEntries(placeCounters.map((counter) => [counter, row?.[counter] ?? 0])) as PlaceCounts;
}

/** The large providers in the days of acceptance, of a campaign or of all messages. */
export async function selectProviderStatistics(
  reader: Sql,
  accountId: bigint,
  { campaignId, days }: { campaignId: bigint | null; days: DayRange | null },
): Promise<PlaceStatistics[]> {
  const conditions = [
    sql`s.account_id = ${accountId} and s.campaign_id = ${campaignId ?? 0n}`,
    ...(days === null ? [] : [sql`s.day >= ${days.fromDay}::date and s.day < ${days.untilDay}::date`]),
  ];
  const rows = await reader.rows<PlaceCounts & { name: string }>(sql`
    select s.provider as name, ${sums(placeCounters)} from statistic_provider s
    where ${sql.join(conditions, " and ")} group by s.provider
    order by sum(s.sent + s.bounced_hard + s.bounced_soft) desc, s.provider`);
  return rows.map(({ name, ...counts }) => ({ name, counts }));
}

/** How often something kept messages from arriving. */
export interface ReasonStatistics {
  kind: ReasonKind;
  /** 0: none was named. */
  reason: number;
  events: number;
}

/** Reasons in the days, of a campaign or (0) the whole account, the most frequent first. */
export async function selectReasonStatistics(
  reader: Sql,
  accountId: bigint,
  { campaignId, fromDay, untilDay }: DayRange & { campaignId: bigint },
): Promise<ReasonStatistics[]> {
  return reader.rows(sql`
    select s.kind, s.reason, sum(s.events)::float8 as events from statistic_reason s
    where s.account_id = ${accountId} and s.campaign_id = ${campaignId}
      and s.day >= ${fromDay}::date and s.day < ${untilDay}::date
    group by s.kind, s.reason order by events desc, s.kind, s.reason`);
}

/** A country with openings and clicks of people. */
export interface CountryStatistics {
  /** Two letters (ISO 3166-1); "" for those with too few together. */
  country: string;
  opened: number;
  clicked: number;
}

/** Openings and clicks that a country needs within a day and a campaign before it is named for them. Fewer could be one
 *  reader's, whom the sender knows by where the list of addresses says that they live. */
export const countryReadingsMin = 10;

/** Countries in which mail was read, of a campaign or of all mail, the one with most openings first. Whether a country is
 *  named is decided for each row by itself: were it for the sum of what is asked for, two wishes that differ by a day
 *  would tell by their difference what is not named. */
export async function selectCountryStatistics(
  reader: Sql,
  accountId: bigint,
  { campaignId, days }: { campaignId: bigint | null; days: DayRange | null },
): Promise<CountryStatistics[]> {
  const conditions = [
    sql`s.account_id = ${accountId}`,
    ...(campaignId === null ? [] : [sql`s.campaign_id = ${campaignId}`]),
    ...(days === null ? [] : [sql`s.day >= ${days.fromDay}::date and s.day < ${days.untilDay}::date`]),
  ];
  return reader.rows(sql`
    with named as (
      select case when s.opened + s.clicked >= ${countryReadingsMin} then s.country else '' end as country,
        sum(s.opened)::float8 as opened, sum(s.clicked)::float8 as clicked
      from statistic_country s where ${sql.join(conditions, " and ")} group by 1)
    select n.country, n.opened, n.clicked from named n
    order by n.country = '', n.opened desc, n.clicked desc, n.country`);
}

/** A link with its clicks. */
export interface LinkStatistics {
  link: Buffer;
  /** Of the place of its target. */
  id: bigint | null;
  sealedUrl: Buffer | null;
  position: number;
  people: number;
  machine: number;
}

/** Links that were followed, of a campaign (0: of mail that belongs to none) or of all mail, the most followed first. */
export async function selectLinkStatistics(
  reader: Sql,
  accountId: bigint,
  wish: { campaignId: bigint | null; days: DayRange | null; offset: number; limit: number },
): Promise<LinkStatistics[]> {
  const { campaignId, days, offset, limit } = wish;
  const conditions = [
    sql`s.account_id = ${accountId}`,
    ...(campaignId === null ? [] : [sql`s.campaign_id = ${campaignId}`]),
    ...(days === null ? [] : [sql`s.day >= ${days.fromDay}::date and s.day < ${days.untilDay}::date`]),
  ];
  return reader.rows(sql`
    select s.link, t.id, t.sealed_url as "sealedUrl", s.position, s.people, s.machine
    from (
      select s.link, min(s.position)::int as position, sum(s.people)::float8 as people,
        sum(s.machine)::float8 as machine
      from statistic_link s where ${sql.join(conditions, " and ")} group by s.link
      order by sum(s.people) desc, sum(s.machine) desc, min(s.position), s.link offset ${offset} limit ${limit}) s
    left join statistic_link_target t on t.account_id = ${accountId} and t.link = s.link
    order by s.people desc, s.machine desc, s.position, s.link`);
}
