import type { EventKind } from "../../../core/events/index.ts";
import type { EventData } from "../../../core/webhooks/index.ts";
import type { Principal } from "../principal.ts";

/** Which events are wanted. */
export interface EventQuery {
  /** The position that was read up to; null for the first page. */
  after: bigint | null;
  /** Null for all. */
  kinds: EventKind[] | null;
  from: Date | null;
  limit: number;
  /** How long to wait where there is nothing new. */
  waitSeconds: number;
}

/** A part of the feed. */
export interface EventPage {
  events: EventData[];
  next: bigint;
  hasMore: boolean;
}

/** What happened, in its final order. */
export interface EventApi {
  /** @param signal ends the waiting
   *  @throws Refusal invalid for a place that the log has not reached */
  readEvents(principal: Principal, query: EventQuery, signal: AbortSignal): Promise<EventPage>;
}
