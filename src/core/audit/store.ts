import { sql, type Transaction } from "../../base/database.ts";
import { type Actor, actorName } from "./actor.ts";

/** One change of an account's set-up. Ids only: what was changed can be seen where it is, and what it was before is
 *  nobody's business any more. */
export interface AuditEntry {
  accountId: bigint;
  /** Carries the time. */
  id: bigint;
  actor: Actor;
  /** What, as `thing.deed`: `sender.created`. */
  action: string;
  /** The thing, when it has a number. */
  subjectId: bigint | null;
}

/** Notes a change in the transaction that makes it: there is no change without its entry. */
export async function record(tx: Transaction, entry: AuditEntry): Promise<void> {
  await tx.run(sql`
    insert into audit (account_id, id, actor, action, subject_id)
    values (${entry.accountId}, ${entry.id}, ${actorName(entry.actor)}, ${entry.action}, ${entry.subjectId})`);
}
