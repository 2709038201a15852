import type { Sql } from "../../base/database.ts";
import { idAt } from "../../base/ids.ts";
import type { EventKind, RecordedEvent } from "./event.ts";
import { selectLog, selectPositionAhead, selectStartOf } from "./log-store.ts";

// Events that one page looks at while it searches for some kinds of them: about 10 ms of reading.
const lookedAtMax = 10_000;

/** What a reader of the feed wants. */
export interface FeedWish {
  /** Behind this position; null at the beginning, or where `from` says. */
  after: bigint | null;
  /** Up to where the log is final. */
  horizon: bigint;
  /** Null for all. */
  kinds: EventKind[] | null;
  /** What happened at this instant or later; null for all. */
  from: Date | null;
  limit: number;
}

/** A part of the feed. */
export interface FeedPage {
  events: RecordedEvent[];
  /** Where the next page begins, whether or not there is anything behind it yet. */
  next: bigint;
  hasMore: boolean;
}

/** Reads on in the log of an account. However rare what is searched for, a page costs no more than a bounded number of
 *  events: it may be empty although there is more. */
export async function readFeed(reader: Sql, accountId: bigint, wish: FeedWish): Promise<FeedPage> {
  const { horizon, kinds, from, limit } = wish;
  const fromId = from === null ? null : idAt(from);
  const start = fromId === null ? 0n : (await selectStartOf(reader, accountId, fromId)) - 1n;
  const after = wish.after ?? (start > 0n ? start : 0n);
  const isSearch = kinds !== null || fromId !== null;
  const window = { after, until: horizon, count: lookedAtMax };
  const end = isSearch ? await selectPositionAhead(reader, accountId, window) : null;
  const until = end ?? horizon;
  const events = await selectLog(reader, accountId, {
    ...{ after, until, kinds, messageId: null, limit: limit + 1 },
    ids: fromId === null ? null : { from: fromId, until: lastId },
  });
  const shown = events.slice(0, limit);
  const last = shown.at(-1);
  if (events.length > limit && last !== undefined) {
    return { events: shown, next: last.logPosition, hasMore: true };
  }
  return { events: shown, next: until > after ? until : after, hasMore: end !== null };
}

const lastId = 2n ** 63n - 1n;
