import type { Sql } from "../../base/database.ts";
import { dateOf, idAt } from "../../base/ids.ts";
import { dueTimes, holdExplanations, type WaitCode, waitOf } from "../delivery/index.ts";
import { selectWaiting, selectWaitingDomains } from "./read-store.ts";
import { placeOf } from "./waiting.ts";

const dayMs = 86_400_000;
// More than a person reads; the totals count all.
const destinationsMax = 100;
// Of so many waiting messages, the oldest, it is asked when they are due: those that have waited longest say best how
// a destination is doing.
const duesMax = 2000;

/** What waits to be delivered for an account. */
export interface QueueView {
  /** Not tried yet. */
  waiting: number;
  /** Tried, and to be tried again. */
  deferred: number;
  oldestAcceptedAt: Date | null;
  /** By the domain of the recipients, the fullest first. */
  destinations: WaitingDestination[];
}

/** What waits for one domain. */
export interface WaitingDestination {
  domain: string;
  waiting: number;
  deferred: number;
  nextAttemptAt: Date | null;
  /** Why it waits until then, where that is not the destination's doing. */
  explanation: string | null;
  /** Why the message waits that is tried next. */
  why: WaitCode | null;
}

/** Counts what waits, from the message rows of the days a message may wait: their key begins with the account.
 *  @param contentDays nothing waits longer than its content exists */
export async function readQueue(
  reader: Sql,
  { accountId, now, contentDays }: { accountId: bigint; now: Date; contentDays: number },
): Promise<QueueView> {
  const fromId = idAt(new Date(now.getTime() - contentDays * dayMs));
  const [domains, oldest] = await Promise.all([
    selectWaitingDomains(reader, accountId, fromId),
    selectWaiting(reader, accountId, { fromId, limit: duesMax }),
  ]);
  const rowOf = new Map(oldest.map((row) => [row.id, row]));
  const next = new Map<string, Pick<WaitingDestination, "explanation" | "why"> & { at: Date }>();
  for (const due of await dueTimes(reader, accountId, oldest.map(placeOf))) {
    const { dueAt, hold } = due;
    const { domain = "", reason = null } = rowOf.get(due.id) ?? {};
    // What is due already is tried now; a place at the front of the queue is even kept as a time long past.
    const at = dueAt > now ? dueAt : now;
    const known = next.get(domain);
    const explanation = hold === null || dueAt <= now ? null : holdExplanations[hold];
    if (known === undefined || at < known.at) {
      next.set(domain, { at, explanation, why: waitOf(due, reason, now).why });
    }
  }
  const [first] = oldest;
  return {
    waiting: domains.reduce((sum, row) => sum + row.waiting, 0),
    deferred: domains.reduce((sum, row) => sum + row.deferred, 0),
    oldestAcceptedAt: first === undefined ? null : dateOf(first.id),
    destinations: domains.slice(0, destinationsMax).map((row) => {
      const { at = null, explanation = null, why = null } = next.get(row.domain) ?? {};
      return { ...row, nextAttemptAt: at, explanation, why };
    }),
  };
}
