import { Type } from "typebox";

import { knownLimits, waitCodes, waitText } from "../../../core/delivery/index.ts";
import { closed, Instant, nullable, oneOf, problems } from "./schemas.ts";
import { type ApiScope, principalOf } from "./scope.ts";
import type { DestinationView, NodeView, StatusApi } from "./services.ts";

const count = Type.Integer({ minimum: 0 });
const day = Type.String({ format: "date", description: "In UTC." });

const Status = closed(
  {
    queue: closed({ waiting: count, deferred: count, oldestAcceptedAt: nullable(Instant) }),
    destinations: Type.Array(
      closed({
        domain: Type.String(),
        waiting: count,
        deferred: count,
        nextAttemptAt: nullable(Instant),
        pausedUntil: nullable(Instant, "It has refused mail a moment ago and is left alone until then."),
        why: nullable(closed({ code: oneOf(waitCodes), text: Type.String() })),
        connections: Type.Integer({ minimum: 0, description: "At work to its servers now." }),
      }),
      { description: "What of this account waits, by recipient domain, the fullest first." },
    ),
    warmUp: nullable(
      Type.Array(closed({ source: Type.String(), provider: Type.String(), day, sent: count, limit: count })),
      "What new addresses have sent today, and may; null for who does not run the service.",
    ),
    nodes: nullable(
      Type.Array(
        closed({
          name: Type.String(),
          delivers: Type.Boolean(),
          seenAt: Instant,
          isAlive: Type.Boolean(),
        }),
      ),
      "The processes of this installation; null for who does not run the service.",
    ),
    linkCertificates: nullable(
      closed({
        usable: count,
        endingSoon: Type.Integer({ minimum: 0, description: "End within two weeks, or have ended." }),
        problems: Type.Array(closed({ file: Type.String(), wrong: Type.String() })),
      }),
      "Of customers' link hosts, in the process that answers; null where it has none, and for who does not run the service.",
    ),
    today: closed({ accepted: count, quota: nullable(count, "Null is no limit.") }),
    limits: Type.Array(
      closed({
        provider: Type.String({ description: "Empty for everybody else." }),
        connections: count,
        messagesPerConnection: count,
      }),
      { description: "What large providers take at a time; the service keeps to it by itself." },
    ),
  },
  "How things stand at this moment.",
);

/** How the queue, its destinations and the account's day stand. */
export function statusRoutes(app: ApiScope, services: StatusApi): void {
  app.get(
    "/status",
    {
      config: { permission: "read" },
      schema: {
        operationId: "readStatus",
        summary: "See how things stand",
        tags: ["status"],
        response: { 200: Status, ...problems },
      },
    },
    async (request) => {
      const { queue, destinations, operator, today } = await services.readStatus(principalOf(request));
      const { waiting, deferred, oldestAcceptedAt } = queue;
      return {
        queue: { waiting, deferred, oldestAcceptedAt: oldestAcceptedAt?.toISOString() ?? null },
        destinations: destinations.map(writeDestination),
        warmUp: operator?.warmUp ?? null,
        nodes: operator?.nodes.map(writeNode) ?? null,
        linkCertificates: operator?.linkCertificates ?? null,
        today,
        limits: knownLimits().map(({ provider, connectionsMax, messagesPerConnectionMax }) => ({
          provider,
          connections: connectionsMax,
          messagesPerConnection: messagesPerConnectionMax,
        })),
      };
    },
  );
}

function writeDestination({ nextAttemptAt, pausedUntil, why, ...rest }: DestinationView) {
  return {
    ...rest,
    nextAttemptAt: nextAttemptAt?.toISOString() ?? null,
    pausedUntil: pausedUntil?.toISOString() ?? null,
    why: why === null ? null : { code: why, text: waitText(why) },
  };
}

function writeNode({ seenAt, ...rest }: NodeView) {
  return { ...rest, seenAt: seenAt.toISOString() };
}
