import { setTimeout as pause } from "node:timers/promises";

import { EventHorizon, type FeedPage, lastPosition, readFeed } from "../../../core/events/index.ts";
import { describeEvents } from "../../../core/messages/index.ts";
import { eventData } from "../../../core/webhooks/index.ts";
import type { EventApi, EventPage, EventQuery } from "../api/event-api.ts";
import { cursorAhead } from "../api/events.ts";
import type { Principal } from "../principal.ts";
import { readOwn, type ServiceContext } from "./context.ts";

// How often it is looked for something new while somebody waits.
const lookEveryMs = 500;
// Requests that wait at once, of all accounts: each asks the database twice a second. Others are answered as they stand.
const waitingMax = 100;

/** The feed of events. */
export function eventApi(context: ServiceContext): EventApi {
  const horizon = new EventHorizon(context.database);
  let waiting = 0;
  return {
    readEvents: async (principal, query, signal) => {
      const first = await readPage(context, principal, query, await horizon.advance());
      if (query.waitSeconds === 0 || isWorthIt(first) || waiting >= waitingMax) return first;
      waiting++;
      try {
        return await waitFor(context, principal, { ...query, after: first.next }, { horizon, signal, first });
      } finally {
        waiting--;
      }
    },
  };
}

function isWorthIt({ events, hasMore }: EventPage): boolean {
  return events.length > 0 || hasMore;
}

async function waitFor(
  context: ServiceContext,
  principal: Principal,
  query: EventQuery,
  { horizon, signal, first }: { horizon: EventHorizon; signal: AbortSignal; first: EventPage },
): Promise<EventPage> {
  let page = first;
  const looks = Math.ceil((query.waitSeconds * 1000) / lookEveryMs);
  for (let look = 0; look < looks && !signal.aborted; look++) {
    await pause(lookEveryMs, undefined, { signal }).catch(() => {});
    const until = await horizon.advance();
    if (until <= page.next) continue;
    page = await readPage(context, principal, { ...query, after: page.next }, until);
    if (isWorthIt(page)) return page;
  }
  return page;
}

function readPage(
  context: ServiceContext,
  principal: Principal,
  { after, kinds, from, limit }: EventQuery,
  horizon: bigint,
): Promise<EventPage> {
  const { accountId } = principal;
  // Nothing happened before ids begin.
  const since = from === null || from.getTime() > 0 ? from : null;
  return readOwn(context, principal, async (reader) => {
    if (after !== null && after > horizon && after > (await lastPosition(reader))) throw cursorAhead();
    const wish = { after, horizon, kinds, from: since, limit };
    const { events, next, hasMore }: FeedPage = await readFeed(reader, accountId, wish);
    const described = await describeEvents(reader, context.keyring, accountId, events);
    return { events: described.map(eventData), next, hasMore };
  });
}
