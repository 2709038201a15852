import { Type } from "typebox";

import { closed, Instant, nullable, oneOf, problems } from "./schemas.ts";
import { type ApiScope, principalOf } from "./scope.ts";
import { type HoldingClassView, type HoldingsApi, holdingCodes, type SessionApi } from "./services.ts";

const texts = Type.Array(Type.String());

const HoldingClass = closed({
  code: oneOf(holdingCodes, "Stable; pages translate it."),
  title: Type.String(),
  tables: Type.Array(Type.String(), { description: "Of the database; docs/data-map.md has every column." }),
  purposes: texts,
  legalBasis: texts,
  roles: Type.Array(oneOf(["controller", "processor"], "What we are of these data.")),
  subjects: Type.Array(oneOf(["recipient", "customer", "operator"], "Whom they are about.")),
  retention: closed({
    code: Type.String({ description: "Its class of retention." }),
    text: Type.String({ description: "Until when, in English." }),
    figure: nullable(
      Type.Integer({ minimum: 0, description: "The days, months or hours in it, as the policy has them." }),
    ),
  }),
  sealed: Type.Boolean({ description: "What shows a person in it is encrypted or hashed in the database." }),
  lastPurge: nullable(
    closed({
      lookedAt: Instant,
      outcome: oneOf(["done", "failed"]),
      at: nullable(Instant, "When something was removed, the last time."),
      removed: Type.Integer({ minimum: 0, description: "Rows, parts and keys that were removed then." }),
    }),
    "What retention did last; null for what does not go by its age.",
  ),
  oldest: nullable(Instant, "When the oldest of your account is from, where that can be told."),
});

/** What is held, why, and until when. */
export function holdingRoutes(app: ApiScope, services: HoldingsApi & SessionApi): void {
  app.get(
    "/holdings",
    {
      config: { permission: "read" },
      schema: {
        operationId: "readHoldings",
        summary: "See what is held, why, and until when",
        description: "Made of what the software itself declares of every column of its database.",
        tags: ["holdings"],
        response: {
          200: closed({
            classes: Type.Array(HoldingClass),
            promisesUrl: Type.String({ description: "Where the promises stand with their proof." }),
          }),
          ...problems,
        },
      },
    },
    async (request) => ({
      classes: (await services.readHoldings(principalOf(request))).map(writeClass),
      promisesUrl: `${services.installation().publicUrl}/promises`,
    }),
  );
}

function writeClass({ lastPurge, oldest, roles, subjects, ...rest }: HoldingClassView) {
  return {
    ...rest,
    roles: roles as ("controller" | "processor")[],
    subjects: subjects as ("recipient" | "customer" | "operator")[],
    lastPurge:
      lastPurge === null
        ? null
        : {
            lookedAt: lastPurge.lookedAt.toISOString(),
            outcome: lastPurge.outcome,
            at: lastPurge.removedAt?.toISOString() ?? null,
            removed: lastPurge.removed,
          },
    oldest: oldest?.toISOString() ?? null,
  };
}
