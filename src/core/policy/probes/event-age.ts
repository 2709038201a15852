import { type Sql, sql } from "../../../base/database.ts";
import { dateOf } from "../../../base/ids.ts";
import { Findings, type Probe, type ProbeContext } from "../probe.ts";
import { selectPartitions } from "./catalogue-store.ts";

/** The sweep runs every minute: what is due may be there for that long. */
export const sweepGraceMs = 120_000;

/** Looks for rows about messages and events that are older than the months of the policy, and for partitions that may hold
 *  some. The months are counted by the database, not by the code that removes. */
export function eventAgeProbe({ database, clock, figures }: ProbeContext): Probe {
  return {
    name: "event-age",
    everyMinutes: 60,
    run: async () => {
      const { eventMonths } = figures.at(clock.now());
      const at = new Date(clock.now().getTime() - sweepGraceMs);
      const findings = new Findings();
      await database.read({ role: "operator" }, async (reader) => {
        const oldest = await monthsBefore(reader, at, eventMonths);
        const partitions = await selectPartitions(reader, ["message", "event"]);
        for (const table of ["message", "event"]) {
          findings.check(
            partitions.some((partition) => partition.table === table),
            `${table} has no partition`,
          );
        }
        for (const { name, fromId } of partitions) {
          const isOld = dateOf(fromId) < oldest;
          findings.check(!isOld, `${name} may hold rows older than ${eventMonths} months`);
        }
        const aged = await countRecipientsBefore(reader, oldest);
        findings.check(aged === 0n, `${aged} recipients of campaigns are older than that`);
      });
      return findings.finding(
        `No partition of messages or events reaches back further than ${eventMonths} calendar months; the database itself refuses older rows.`,
      );
    },
  };
}

async function monthsBefore(reader: Sql, at: Date, months: number): Promise<Date> {
  const row = await reader.row<{ oldest: Date }>(sql`
    select ${at}::timestamptz - make_interval(months => ${months}::int) as oldest`);
  return row?.oldest ?? at;
}

async function countRecipientsBefore(reader: Sql, oldest: Date): Promise<bigint> {
  const row = await reader.row<{ count: bigint }>(sql`
    select count(*) as count from campaign_recipient r where r.created_at < ${oldest}`);
  return row?.count ?? 0n;
}
