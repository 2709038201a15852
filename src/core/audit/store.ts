import { sql, type Transaction } from "../../base/database.ts";

/** One change of an account's set-up. Ids only: what was changed can be seen where it is, and what it was before is
 *  nobody's business any more. */
export interface AuditEntry {
  accountId: bigint;
  /** Carries the time. */
  id: bigint;
  /** Who: `key/123` for an API key, `link` for whoever followed a confirmation link, `operator`. */
  actor: string;
  /** What, as `thing.deed`: `sender.created`. */
  action: string;
  /** The thing, when it has a number. */
  subjectId: bigint | null;
}

/** Notes a change in the transaction that makes it: there is no change without its entry. */
export async function record(tx: Transaction, entry: AuditEntry): Promise<void> {
  await tx.run(sql`
    insert into audit (account_id, id, actor, action, subject_id)
    values (${entry.accountId}, ${entry.id}, ${entry.actor}, ${entry.action}, ${entry.subjectId})`);
}
