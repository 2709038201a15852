import { sql, type Transaction } from "../../base/database.ts";

/** Removes an account's messages to recipients, with what happened to them; those that wait are left to be delivered.
 *  Answers how many messages went. @param lookups keyed hashes of the recipients' addresses */
export async function forgetRecipients(
  tx: Transaction,
  accountId: bigint,
  lookups: readonly Buffer[],
): Promise<number> {
  const rows = await tx.rows<{ id: bigint }>(sql`
    select m.id from message m
    where m.account_id = ${accountId} and m.lookup = any(${[...lookups]}::bytea[])
      and m.state not in ('queued', 'deferred')`);
  const ids = rows.map(({ id }) => id);
  await tx.run(sql`
    delete from event e where e.account_id = ${accountId} and e.message_id = any(${ids}::bigint[])`);
  await tx.run(sql`
    delete from report_wish w where w.account_id = ${accountId} and w.message_id = any(${ids}::bigint[])`);
  await tx.run(sql`
    delete from report r where r.account_id = ${accountId} and r.message_id = any(${ids}::bigint[])`);
  await tx.run(sql`delete from message m where m.account_id = ${accountId} and m.id = any(${ids}::bigint[])`);
  return ids.length;
}
