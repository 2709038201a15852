import { type Sql, sql } from "../../../base/database.ts";
import { canaryWord } from "../canary.ts";
import { plantCanary } from "../plant.ts";
import { Findings, type Probe, type ProbeContext } from "../probe.ts";
import { ensureSynthetic, type SyntheticAccounts } from "../synthetic.ts";
import { countWith, selectColumns, selectTenantTables } from "./catalogue-store.ts";

// What can hold a text; numbers, times and truth values cannot.
const holdsText = /^(bytea|text|character|json|jsonb|name)/;

/** Looks at what a dump of the database would show of the canaries: nothing, in any column, while their account's key
 *  opens them. */
export function sealingProbe(context: ProbeContext): Probe {
  const { database, keyring } = context;
  return {
    name: "sealing",
    everyMinutes: 60,
    run: async () => {
      const accounts = await ensureSynthetic(context);
      const messageId = await plantCanary(context, accounts);
      const findings = new Findings();
      await database.read({ role: "operator" }, async (reader) => {
        await checkColumns(reader, accounts, canaryWord(keyring), findings);
        const sealed = await selectSealed(reader, accounts.first, messageId);
        const place = { table: "message", accountId: accounts.first, id: messageId };
        const opened = sealed === undefined ? "" : keyring.openIdentity(place, sealed).toString();
        findings.check(
          opened.includes(canaryWord(keyring)),
          "the canary's address cannot be opened with its key",
        );
      });
      return findings.finding(
        "Every column that can hold text was searched for the canaries' addresses, names, subjects, ids and texts: none shows them. Their own key opens them.",
      );
    },
  };
}

async function checkColumns(
  reader: Sql,
  { first, second }: SyntheticAccounts,
  word: string,
  findings: Findings,
): Promise<void> {
  const tenants = await selectTenantTables(reader);
  const byAccount = new Set(tenants.filter(({ isByAccount }) => isByAccount).map(({ table }) => table));
  for (const column of await selectColumns(reader)) {
    const accountColumn =
      column.table === "account" ? "id" : byAccount.has(column.table) ? "account_id" : null;
    if (accountColumn === null || !holdsText.test(column.type)) continue;
    const count = await countWith(reader, column, accountColumn, { accountIds: [first, second], word });
    findings.check(count === 0, `${column.table}.${column.column} shows a canary in clear`);
  }
}

async function selectSealed(reader: Sql, accountId: bigint, id: bigint): Promise<Buffer | undefined> {
  const row = await reader.row<{ sealed: Buffer }>(sql`
    select m.sealed from message m where m.account_id = ${accountId} and m.id = ${id}`);
  return row?.sealed;
}
