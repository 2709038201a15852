import { type Sql, sql, type Transaction } from "../../base/database.ts";

/** What is counted: an address, a group of providers, a day (2026-11-23). */
export interface UsageKey {
  source: string;
  provider: string;
  day: string;
}

/** Takes messages of a day's share, before they are sent: nodes that share an address share its limit, and a node that
 *  is killed has counted too much rather than too little. Answers how many were left to take, at most `wanted`. */
export async function takeShare(
  tx: Transaction,
  { source, provider, day }: UsageKey,
  { wanted, cap }: { wanted: number; cap: number },
): Promise<number> {
  // The update changes nothing and locks the row, so that two nodes take one after the other.
  const row = await tx.row<{ sent: bigint }>(sql`
    insert into source_usage as u (source, provider, day, sent) values (${source}, ${provider}, ${day}::date, 0)
    on conflict (source, provider, day) do update set sent = u.sent
    returning u.sent`);
  const taken = Math.max(0, Math.min(wanted, cap - Number(row?.sent ?? 0n)));
  if (taken === 0) return 0;
  await tx.run(sql`
    update source_usage set sent = sent + ${taken}
    where source = ${source} and provider = ${provider} and day = ${day}::date`);
  return taken;
}

/** Gives back what was taken and not sent. */
export async function returnShare(
  tx: Transaction,
  { source, provider, day }: UsageKey,
  count: number,
): Promise<void> {
  await tx.run(sql`
    update source_usage set sent = sent - ${count}
    where source = ${source} and provider = ${provider} and day = ${day}::date`);
}

/** What addresses that are warming up have sent on a day, by group of providers. */
export async function selectUsage(
  reader: Sql,
  day: string,
): Promise<{ source: string; provider: string; sent: bigint }[]> {
  return reader.rows(sql`
    select u.source, u.provider, u.sent from source_usage u
    where u.day = ${day}::date order by u.source, u.provider limit ${usageRowsMax}`);
}

// A dozen groups of providers for as many addresses as a machine has.
const usageRowsMax = 1000;
