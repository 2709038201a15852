import { Type } from "typebox";

import { Refusal } from "../../../base/errors.ts";
import { FiguresInForce } from "../../../base/figures.ts";
import { type EventKind, eventKinds } from "../../../core/events/index.ts";
import { readPosition, writePosition } from "./cursor.ts";
import type { EventApi } from "./event-api.ts";
import { readInstant } from "./instants.ts";
import { closed, named, problems } from "./schemas.ts";
import { type ApiScope, principalOf } from "./scope.ts";

const { eventMonths } = FiguresInForce.ofRelease;
// A page of a thousand events is opened and written within about 50 ms.
const limitMax = 1000;
const limitDefault = 100;
// Shorter than the time after which proxies give a silent answer up.
const waitSecondsMax = 25;

const FeedQuery = closed({
  cursor: Type.Optional(
    Type.String({ maxLength: 64, description: "`nextCursor` of the page before; nothing else is one." }),
  ),
  from: Type.Optional(
    Type.String({
      format: "date-time",
      description: "Only what happened at this instant or later. Keep it the same on all pages.",
    }),
  ),
  kinds: Type.Optional(
    Type.String({
      pattern: `^(${eventKinds.join("|")})(,(${eventKinds.join("|")}))*$`,
      maxLength: 200,
      description: "Only these kinds, separated by commas: `sent,bounced`.",
    }),
  ),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: limitMax, default: limitDefault })),
  wait: Type.Optional(
    Type.Integer({
      minimum: 0,
      maximum: waitSecondsMax,
      default: 0,
      description: "Seconds to wait for something new where there is nothing.",
    }),
  ),
});

/** The feed of events: what webhooks are posted, to be fetched. */
export function eventRoutes(app: ApiScope, services: EventApi): void {
  const stopping = new AbortController();
  app.addHook("preClose", async () => stopping.abort());
  app.get(
    "/events",
    {
      config: { permission: "read" },
      schema: {
        operationId: "listEvents",
        summary: "Read what happened, in order, and go on from there later",
        description:
          "Every event once, in one order that never changes: nothing is ever added before a cursor. `nextCursor` is " +
          "always there; keep it, and ask again with it. " +
          `Events are kept for ${eventMonths} months.`,
        tags: ["events"],
        querystring: FeedQuery,
        response: {
          200: closed({
            items: Type.Array(named("Event")),
            nextCursor: Type.String({ description: "Where the next page begins." }),
            hasMore: Type.Boolean({
              description: "Is there more at once? A page of a search may be empty although there is.",
            }),
          }),
          ...problems,
        },
      },
    },
    async (request, reply) => {
      const { cursor, from, kinds, limit = limitDefault, wait = 0 } = request.query;
      const gone = new AbortController();
      reply.raw.once("close", () => gone.abort());
      const query = {
        after: readPosition(cursor),
        from: from === undefined ? null : readInstant(from, { field: "from", in: "query" }),
        kinds: kinds === undefined ? null : kindsIn(kinds),
        limit,
        waitSeconds: wait,
      };
      const signal = AbortSignal.any([stopping.signal, gone.signal]);
      const page = await services.readEvents(principalOf(request), query, signal);
      return { items: page.events, nextCursor: writePosition(page.next), hasMore: page.hasMore };
    },
  );
}

function kindsIn(text: string): EventKind[] {
  const words = new Set(text.split(","));
  return eventKinds.filter((kind) => words.has(kind));
}

/** A place the log has not reached: the cursor is not from here, or the database was put back to an earlier day. */
export function cursorAhead(): Refusal {
  const detail = "lies behind the end of the log";
  return new Refusal("invalid", `cursor ${detail}.`, {
    errors: [{ field: "cursor", in: "query", detail }],
    remedy:
      "The database may have been restored from a backup. Read again with `from`, and leave out events by their id.",
  });
}
