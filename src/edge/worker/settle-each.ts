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
// A partition that is missing is reported as a check violation without a name; retention makes it within the minute.
function isForGood(error: unknown): boolean {
  if (!(error instanceof DatabaseError)) return false;
  const isMissingPartition = error.code === "23514" && error.constraint === undefined;
  return /^2[23]/.test(error.code) && !isMissingPartition;
}
