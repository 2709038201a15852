import type { Transaction } from "../../base/database.ts";
import { suspendDomainWide } from "./sender-store.ts";
import { type DomainRow, deleteDomain, selectDomain } from "./store.ts";

/** Gives a sending domain up, with its DKIM keys. What it alone has given goes with it: the right to every address in it.
 *  Addresses whose owners have confirmed them stay senders, and their mail stays in the test inbox. What waits to be sent
 *  from the domain is blocked when its turn comes, since nobody could sign it. Answers what was removed. */
export async function removeDomain(
  tx: Transaction,
  accountId: bigint,
  name: string,
): Promise<DomainRow | undefined> {
  const row = await selectDomain(tx, accountId, { name });
  if (row === undefined || !(await deleteDomain(tx, accountId, row.id))) return undefined;
  await suspendDomainWide(tx, accountId, name);
  return row;
}
