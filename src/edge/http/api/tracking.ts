import { Type } from "typebox";

import { trackingModes } from "../../../core/tracking/index.ts";
import { closed, oneOf, problems } from "./schemas.ts";
import { type ApiScope, principalOf } from "./scope.ts";
import type { TrackingApi } from "./tracking-api.ts";

const tags = ["tracking"];

const mode = oneOf(
  trackingModes,
  "The most any message may do: `off` nothing, `anonymous` count with links that are the same for all, `identified` tell " +
    "those readers apart who have agreed.",
);
const opensByDefault = Type.Boolean({
  description: "Count openings of messages that leave it to the account (`account_default`)?",
});
const clicksByDefault = Type.Boolean({
  description: "Count clicks of messages that leave it to the account (`account_default`)?",
});

const Tracking = closed(
  { mode, opensByDefault, clicksByDefault, operatorLimit: oneOf(trackingModes) },
  "How far readers are counted. Of operator, account, message and reader the most restrictive wins.",
);

/** How far readers of the account's mail are counted. */
export function trackingRoutes(app: ApiScope, services: TrackingApi): void {
  app.get(
    "/tracking",
    {
      config: { permission: "read" },
      schema: {
        operationId: "readTracking",
        summary: "See how far readers are counted",
        tags,
        response: { 200: Tracking, ...problems },
      },
    },
    (request) => services.readTracking(principalOf(request)),
  );
  app.patch(
    "/tracking",
    {
      config: { permission: "manage" },
      schema: {
        operationId: "changeTracking",
        summary: "Decide how far readers are counted",
        description: "Takes effect at once, also for openings and clicks of mail that is delivered already.",
        tags,
        body: closed({
          mode: Type.Optional(mode),
          opensByDefault: Type.Optional(opensByDefault),
          clicksByDefault: Type.Optional(clicksByDefault),
        }),
        response: { 200: Tracking, ...problems },
      },
    },
    (request) => services.changeTracking(principalOf(request), request.body),
  );
}
