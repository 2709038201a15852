import { Type } from "typebox";

import { closed, Instant, nullable, problems } from "./schemas.ts";
import { type ApiScope, principalOf } from "./scope.ts";
import type { QueueApi } from "./services.ts";

const count = Type.Integer({ minimum: 0 });

/** What waits to be delivered. */
export function queueRoutes(app: ApiScope, services: QueueApi): void {
  app.get(
    "/queue",
    {
      config: { permission: "read" },
      schema: {
        operationId: "readQueue",
        summary: "See what waits to be delivered",
        tags: ["queue"],
        response: {
          200: closed({
            waiting: count,
            deferred: count,
            oldestAcceptedAt: nullable(Instant),
            destinations: Type.Array(
              closed({
                domain: Type.String(),
                waiting: count,
                deferred: count,
                nextAttemptAt: nullable(Instant),
                explanation: nullable(
                  Type.String({
                    description: "Why it waits until then, where the destination did not ask for it.",
                  }),
                ),
              }),
            ),
          }),
          ...problems,
        },
      },
    },
    async (request) => {
      const queue = await services.readQueue(principalOf(request));
      return {
        ...queue,
        oldestAcceptedAt: queue.oldestAcceptedAt?.toISOString() ?? null,
        destinations: queue.destinations.map(({ nextAttemptAt, why: _why, ...rest }) => ({
          ...rest,
          nextAttemptAt: nextAttemptAt?.toISOString() ?? null,
        })),
      };
    },
  );
}
