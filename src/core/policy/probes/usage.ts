import { type Sql, sql } from "../../../base/database.ts";
import { idAt } from "../../../base/ids.ts";
import { plantCanary } from "../plant.ts";
import { Findings, type Probe, type ProbeContext } from "../probe.ts";
import { ensureSynthetic } from "../synthetic.ts";

/** Compares the day's count of the synthetic account with its messages of that day. */
export function usageProbe(context: ProbeContext): Probe {
  return {
    name: "usage",
    everyMinutes: 60,
    run: async () => {
      const accounts = await ensureSynthetic(context);
      await plantCanary(context, accounts);
      const day = context.clock.now().toISOString().slice(0, 10);
      const { counted, stored } = await context.database.read({ role: "operator" }, (reader) =>
        selectCounts(reader, accounts.first, day),
      );
      const findings = new Findings();
      findings.check(stored > 0n, "the canaries of today are missing");
      findings.check(counted === stored, `${stored} messages were stored today and ${counted} counted`);
      return findings.finding("The messages of a day and the count of that day agree.");
    },
  };
}

async function selectCounts(
  reader: Sql,
  accountId: bigint,
  day: string,
): Promise<{ counted: bigint; stored: bigint }> {
  const from = idAt(new Date(`${day}T00:00:00Z`));
  const counted = await reader.row<{ count: bigint }>(sql`
    select coalesce(sum(u.accepted), 0)::bigint as count from usage_day u
    where u.account_id = ${accountId} and u.day = ${day}::date`);
  const stored = await reader.row<{ count: bigint }>(sql`
    select count(*) as count from message m where m.account_id = ${accountId} and m.id >= ${from}`);
  return { counted: counted?.count ?? 0n, stored: stored?.count ?? 0n };
}
