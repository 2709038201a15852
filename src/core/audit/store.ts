import { sql, type Transaction } from "../../base/database.ts";
import type { AuditEntry } from "./audit.ts";

export async function insertAudit(tx: Transaction, entry: AuditEntry): Promise<void> {
  await tx.run(sql`
    insert into audit (account_id, id, actor, action, subject_id)
    values (${entry.accountId}, ${entry.id}, ${entry.actor}, ${entry.action}, ${entry.subjectId})`);
}
