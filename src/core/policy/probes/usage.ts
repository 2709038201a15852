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
  // One question, so that both are counted at the same moment.
  const row = await reader.row<{ counted: bigint; stored: bigint }>(sql`
    select
      (select coalesce(sum(u.accepted), 0)::bigint from usage_day u
        where u.account_id = ${accountId} and u.day = ${day}::date) as counted,
      (select count(*) from message m where m.account_id = ${accountId} and m.id >= ${from}) as stored`);
  return row ?? { counted: 0n, stored: 0n };
}
