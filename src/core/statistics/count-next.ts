import type { Database } from "../../base/database.ts";
import type { IdSource } from "../../base/ids.ts";
import { advance, type Following, positionOf, selectWholeLog } from "../events/index.ts";
import type { Keyring } from "../keys/index.ts";
import { type IntakeRow, takeIntake } from "../messages/index.ts";
import { addTally } from "./add-tally.ts";
import type { Fact } from "./fact.ts";
import { factsOf } from "./facts.ts";
import { Tally } from "./tally.ts";
import { selectLivingAccounts } from "./tally-store.ts";

// Events and notes of a batch. A batch is a transaction of some 100 ms and 10 MB of memory: short enough that a rebuild
// or the end of the service wait for it, long enough that the rows they add to are written once for many events.
const batchMax = 2000;

/** What counting needs of the service. */
export interface CountContext {
  database: Database;
  keyring: Keyring;
  ids: IdSource;
  now: Date;
}

/** What a batch has done. */
export interface Batch {
  events: number;
  intake: number;
  /** Is there certainly nothing more up to the horizon? */
  isLast: boolean;
}

/** Adds the next events to the statistics, and what was accepted meanwhile. The position in the log moves in the same
 *  transaction: over crashes and changes of the process that counts, each event counts once. Null when the lease is
 *  lost.
 *  @param horizon up to where the log is final */
export async function countNext(
  context: CountContext,
  following: Following,
  horizon: bigint,
): Promise<Batch | null> {
  const { database } = context;
  // Nothing of it can change any more, so it is read before the transaction that adds it.
  const { from, facts } = await database.read({ role: "relay" }, async (reader) => {
    const after = await positionOf(reader, following.name);
    const events = await selectWholeLog(reader, { after, until: horizon, limit: batchMax });
    return { from: after, facts: await factsOf(reader, events) };
  });
  const isLast = facts.length < batchMax;
  const to = isLast ? (horizon > from ? horizon : from) : (facts.at(-1)?.event.logPosition ?? from);
  return database.write({ role: "relay" }, async (tx) => {
    if (!(await advance(tx, following, { from, to }))) return null;
    const intake = await takeIntake(tx, batchMax);
    const accountIds = new Set([...facts.map(({ event }) => event.accountId), ...intake.map(accountOf)]);
    const living = await selectLivingAccounts(tx, [...accountIds], context.now);
    await addTally(tx, context, tallyOf(facts, intake, living));
    return { events: facts.length, intake: intake.length, isLast: isLast && intake.length < batchMax };
  });
}

function accountOf({ accountId }: IntakeRow): bigint {
  return accountId;
}

function tallyOf(facts: readonly Fact[], intake: readonly IntakeRow[], living: ReadonlySet<bigint>): Tally {
  const tally = new Tally();
  for (const fact of facts) if (living.has(fact.event.accountId)) tally.add(fact);
  for (const row of intake) if (living.has(row.accountId)) tally.addIntake(row);
  return tally;
}
