import { plantCanary } from "../plant.ts";
import { Findings, type Probe, type ProbeContext } from "../probe.ts";
import { ensureSynthetic } from "../synthetic.ts";
import { seesRows, selectLoopholes, selectTenantTables } from "./catalogue-store.ts";

/** Asks as one account for the rows of another, in every table, and looks for ways around row-level security. */
export function accountBordersProbe(context: ProbeContext): Probe {
  const { database } = context;
  return {
    name: "account-borders",
    everyMinutes: 60,
    run: async () => {
      const accounts = await ensureSynthetic(context);
      const { first, second } = accounts;
      await plantCanary(context, accounts);
      const [tables, loopholes] = await database.read({ role: "operator" }, async (reader) => [
        await selectTenantTables(reader),
        await selectLoopholes(reader),
      ]);
      const findings = new Findings();
      for (const loophole of loopholes) findings.check(false, loophole);
      for (const { table, isSecured, hasPolicy } of tables) {
        findings.check(isSecured, `${table} has no row-level security`);
        findings.check(hasPolicy, `${table} has no policy for requests`);
      }
      const readable = tables.filter(({ isReadable }) => isReadable).map(({ table }) => table);
      for (const table of readable) {
        const isSeen = await database.read({ role: "request", accountId: second }, (reader) =>
          seesRows(reader, table, first),
        );
        findings.check(!isSeen, `an account sees rows of another in ${table}`);
      }
      // Without it, a database that shows nothing to anybody would pass.
      const seesOwn = await database.read({ role: "request", accountId: first }, (reader) =>
        seesRows(reader, "message", first),
      );
      findings.check(seesOwn, "an account does not see its own messages");
      return findings.finding(
        `One account asked for another's rows in ${readable.length} tables and saw none; ${tables.length} tables of accounts have row-level security and no role goes around it.`,
      );
    },
  };
}
