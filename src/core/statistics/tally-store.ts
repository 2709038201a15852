import { type Query, type Sql, sql, type Transaction } from "../../base/database.ts";
import { type Counter, columnOf, counters, placeCounters } from "./counts.ts";
import {
  type CountryRow,
  type DomainRow,
  dayMs,
  type LinkRow,
  type ProviderRow,
  type ReasonRow,
  type StatisticRow,
} from "./tally.ts";

// Rows of one statement: its parameters take some 2 MB.
const rowsMax = 5000;

type Counted = { counts: Partial<Record<Counter, number>> };

function columns(of: readonly Counter[]): Query {
  return sql.join(
    of.map((counter) => sql.identifier(columnOf(counter))),
    ", ",
  );
}

function values(of: readonly Counter[], rows: readonly Counted[]): Query {
  return sql.join(
    of.map((counter) => {
      const numbers = rows.map(({ counts }) => counts[counter] ?? 0);
      return counter === "deliveryMs" ? sql`${numbers}::bigint[]` : sql`${numbers}::int[]`;
    }),
    ", ",
  );
}

function added(of: readonly Counter[]): Query {
  return sql.join(
    of.map((counter) => {
      const column = sql.identifier(columnOf(counter));
      return sql`${column} = s.${column} + excluded.${column}`;
    }),
    ", ",
  );
}

async function inParts<T>(
  rows: readonly T[],
  write: (part: readonly T[]) => Promise<unknown>,
): Promise<void> {
  for (let at = 0; at < rows.length; at += rowsMax) await write(rows.slice(at, at + rowsMax));
}

const dateOfDay = (ms: number) => new Date(ms).toISOString().slice(0, 10);

/** Adds rows to the statistics: in the order they come in, which is always the same, so that two who add do not lock each
 *  other out. */
export async function addStatistics(tx: Transaction, rows: readonly StatisticRow[]): Promise<void> {
  await inParts(rows, (part) =>
    tx.run(sql`
      insert into statistic as s (account_id, source, source_id, timing, resolution, slice, ${columns(counters)})
      select * from unnest(${part.map((r) => r.accountId)}::bigint[], ${part.map((r) => r.source)}::text[],
        ${part.map((r) => r.sourceId)}::bigint[], ${part.map((r) => r.timing)}::text[],
        ${part.map((r) => r.resolution)}::text[], ${part.map((r) => new Date(r.sliceMs))}::timestamptz[],
        ${values(counters, part)})
      on conflict (account_id, source, source_id, timing, resolution, slice) do update set ${added(counters)}`),
  );
}

/** Domains that a day of an account has rows of their own for. The large ones are among the first; all others count
 *  together, under no name. So a page of figures reads a bounded number of rows, however many domains there are, and
 *  those that are one person's are mostly not named. */
export const domainsOfDayMax = 500;

/** Adds by domain, in the order in which domains were seen. */
export async function addDomains(tx: Transaction, rows: readonly DomainRow[]): Promise<void> {
  await inParts(rows, (part) =>
    tx.run(sql`
      with f as (
        select * from unnest(${part.map((r) => r.accountId)}::bigint[],
          ${part.map((r) => dateOfDay(r.dayMs))}::date[], ${part.map((r) => r.domain)}::text[],
          ${values(placeCounters, part)}) with ordinality
          as f (account_id, day, domain, ${columns(placeCounters)}, place)),
      known as materialized (
        select d.account_id, d.day, (select count(*) from statistic_domain s
          where s.account_id = d.account_id and s.day = d.day) as domains
        from (select distinct f.account_id, f.day from f) d),
      seen as (
        select f.*, exists (select from statistic_domain s
          where s.account_id = f.account_id and s.day = f.day and s.domain = f.domain) as is_named
        from f),
      named as (
        select f.*, case when f.is_named or k.domains + row_number() over (
            partition by f.account_id, f.day, f.is_named order by f.place) <= ${domainsOfDayMax}
          then f.domain else '' end as name
        from seen f join known k on k.account_id = f.account_id and k.day = f.day)
      insert into statistic_domain as s (account_id, day, domain, ${columns(placeCounters)})
      select n.account_id, n.day, n.name, ${sql.join(
        placeCounters.map((counter) => sql`sum(n.${sql.identifier(columnOf(counter))})`),
        ", ",
      )} from named n group by 1, 2, 3 order by 1, 2, 3
      on conflict (account_id, day, domain) do update set ${added(placeCounters)}`),
  );
}

export async function addProviders(tx: Transaction, rows: readonly ProviderRow[]): Promise<void> {
  await inParts(rows, (part) =>
    tx.run(sql`
      insert into statistic_provider as s (account_id, campaign_id, day, provider, ${columns(placeCounters)})
      select * from unnest(${part.map((r) => r.accountId)}::bigint[], ${part.map((r) => r.campaignId)}::bigint[],
        ${part.map((r) => dateOfDay(r.dayMs))}::date[], ${part.map((r) => r.provider)}::text[],
        ${values(placeCounters, part)})
      on conflict (account_id, campaign_id, day, provider) do update set ${added(placeCounters)}`),
  );
}

export async function addReasons(tx: Transaction, rows: readonly ReasonRow[]): Promise<void> {
  await inParts(rows, (part) =>
    tx.run(sql`
      insert into statistic_reason as s (account_id, campaign_id, day, kind, reason, events)
      select * from unnest(${part.map((r) => r.accountId)}::bigint[], ${part.map((r) => r.campaignId)}::bigint[],
        ${part.map((r) => dateOfDay(r.dayMs))}::date[], ${part.map((r) => r.kind)}::text[],
        ${part.map((r) => r.reason)}::smallint[], ${part.map((r) => r.events)}::int[])
      on conflict (account_id, campaign_id, day, kind, reason) do update set events = s.events + excluded.events`),
  );
}

export async function addLinks(tx: Transaction, rows: readonly LinkRow[]): Promise<void> {
  await inParts(rows, (part) =>
    tx.run(sql`
      insert into statistic_link as s (account_id, campaign_id, day, link, position, people, machine)
      select * from unnest(${part.map((r) => r.accountId)}::bigint[], ${part.map((r) => r.campaignId)}::bigint[],
        ${part.map((r) => dateOfDay(r.dayMs))}::date[], ${part.map((r) => r.link)}::bytea[],
        ${part.map((r) => r.position)}::smallint[], ${part.map((r) => r.people)}::int[],
        ${part.map((r) => r.machine)}::int[])
      on conflict (account_id, campaign_id, day, link) do update set people = s.people + excluded.people,
        machine = s.machine + excluded.machine, position = least(s.position, excluded.position)`),
  );
}

export async function addCountries(tx: Transaction, rows: readonly CountryRow[]): Promise<void> {
  await inParts(rows, (part) =>
    tx.run(sql`
      insert into statistic_country as s (account_id, campaign_id, day, country, opened, clicked)
      select * from unnest(${part.map((r) => r.accountId)}::bigint[], ${part.map((r) => r.campaignId)}::bigint[],
        ${part.map((r) => dateOfDay(r.dayMs))}::date[], ${part.map((r) => r.country)}::text[],
        ${part.map((r) => r.opened)}::int[], ${part.map((r) => r.clicked)}::int[])
      on conflict (account_id, campaign_id, day, country) do update set opened = s.opened + excluded.opened,
        clicked = s.clicked + excluded.clicked`),
  );
}

/** Where a counted link leads. */
export interface LinkTarget {
  accountId: bigint;
  link: Buffer;
  id: bigint;
  sealedUrl: Buffer;
  lastDayMs: number;
}

/** Notes that links were followed on a day; answers those whose target is known. */
export async function touchTargets(
  tx: Transaction,
  rows: readonly { accountId: bigint; link: Buffer; dayMs: number }[],
): Promise<Set<string>> {
  if (rows.length === 0) return new Set();
  const known = await tx.rows<{ accountId: bigint; link: Buffer }>(sql`
    update statistic_link_target t set last_day = greatest(t.last_day, f.day)
    from (select account_id, link, max(day) as day
      from unnest(${rows.map((r) => r.accountId)}::bigint[], ${rows.map((r) => r.link)}::bytea[],
        ${rows.map((r) => dateOfDay(r.dayMs))}::date[]) as f (account_id, link, day) group by 1, 2) f
    where t.account_id = f.account_id and t.link = f.link
    returning t.account_id as "accountId", t.link`);
  return new Set(known.map(targetName));
}

export function targetName({ accountId, link }: { accountId: bigint; link: Buffer }): string {
  return `${accountId}/${link.toString("hex")}`;
}

export async function insertTargets(tx: Transaction, rows: readonly LinkTarget[]): Promise<void> {
  if (rows.length === 0) return;
  await tx.run(sql`
    insert into statistic_link_target as t (account_id, link, id, sealed_url, last_day)
    select * from unnest(${rows.map((r) => r.accountId)}::bigint[], ${rows.map((r) => r.link)}::bytea[],
      ${rows.map((r) => r.id)}::bigint[], ${rows.map((r) => r.sealedUrl)}::bytea[],
      ${rows.map((r) => dateOfDay(r.lastDayMs))}::date[])
    on conflict (account_id, link) do nothing`);
}

/** Which of these accounts there are, and are not about to be erased. */
export async function selectLivingAccounts(
  reader: Sql,
  accountIds: readonly bigint[],
  now: Date,
): Promise<Set<bigint>> {
  const rows = await reader.rows<{ id: bigint }>(sql`
    select a.id from account a
    where a.id = any(${[...accountIds]}::bigint[]) and (a.erase_at is null or a.erase_at > ${now})`);
  return new Set(rows.map(({ id }) => id));
}

const tablesByDay = [
  ...["statistic_domain", "statistic_provider", "statistic_reason", "statistic_link"],
  "statistic_country",
];

/** Takes the statistics of whole days away, to be counted anew. */
export async function removeDays(
  tx: Transaction,
  { from, until }: { from: Date; until: Date },
): Promise<void> {
  const [first, last] = [dateOfDay(from.getTime()), dateOfDay(until.getTime() - dayMs)];
  await tx.run(sql`delete from statistic where slice >= ${from} and slice < ${until}`);
  for (const table of tablesByDay) {
    await tx.run(sql`
      delete from ${sql.identifier(table)} where day >= ${first}::date and day <= ${last}::date`);
  }
}
