import { type Database, DatabaseError } from "../../base/database.ts";
import type { Log } from "../../base/log.ts";
import { type Settlement, settle } from "../../core/messages/index.ts";

/** Writes outcomes in one transaction. One that the database can never take, a defect of ours, does not keep the others
 *  out: they are then written one by one. Answers those that were refused.
 *  @throws whatever will pass with time: the database is away, the disk is full */
export async function settleEach(database: Database, log: Log, group: Settlement[]): Promise<Settlement[]> {
  try {
    await database.write({ role: "delivery" }, (tx) => settle(tx, group), { retry: true });
    return [];
  } catch (error) {
    if (!isForGood(error)) throw error;
    const [first] = group;
    if (first !== undefined && group.length === 1) {
      log.error("delivery.outcome_refused", { error, messageId: first.claim.id, accountId: first.accountId });
      return group;
    }
  }
  const refused: Settlement[] = [];
  for (const one of group) refused.push(...(await settleEach(database, log, [one])));
  return refused;
}

// SQLSTATE classes 22 (data exception) and 23 (integrity constraint violation): the same statement fails again.
function isForGood(error: unknown): boolean {
  return error instanceof DatabaseError && /^2[23]/.test(error.code);
}
