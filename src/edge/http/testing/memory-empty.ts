import { Refusal } from "../../../base/errors.ts";
import { policyUnlessSet } from "../../../core/tracking/index.ts";
import type { ConsentApi } from "../api/consent-api.ts";
import type { LinkHostApi } from "../api/link-host-api.ts";
import type { TrackingApi } from "../api/tracking-api.ts";
import type { WebhookApi } from "../api/webhook-api.ts";
import type { ParseRouteRecord, ParseServices } from "../mailjet/resources/parse-services.ts";

/** Webhooks have tests of their own, with the database: here there are none. */
export function webhookMemory(): WebhookApi {
  const none = async () => {
    throw new Refusal("not_found", "There is no webhook with this id.");
  };
  return {
    listWebhooks: async () => [],
    addWebhook: none,
    changeWebhook: none,
    removeWebhook: async () => false,
    renewSecret: none,
    testWebhook: none,
    listAttempts: none,
    replay: none,
    listReplays: none,
  };
}

/** Parse routes have tests of their own, with the database: here are those that were added. */
export function parseMemory(): ParseServices {
  const routes: ParseRouteRecord[] = [];
  return {
    listParseRoutes: async () => routes,
    addParseRoute: async (_principal, { address, url }) => {
      const id = BigInt(routes.length + 1);
      const route = { id, address: address ?? `p-${id}@in.example`, url, createdAt: new Date(0) };
      routes.push(route);
      return route;
    },
    changeParseRoute: async (_principal, id, change) => {
      const found = routes.find((route) => route.id === id);
      return found === undefined ? null : Object.assign(found, change);
    },
    removeParseRoute: async (_principal, id) => {
      const at = routes.findIndex((route) => route.id === id);
      if (at >= 0) routes.splice(at, 1);
      return at >= 0;
    },
  };
}

/** Consents have tests of their own, with the database: here nobody has agreed to anything. */
export function consentMemory(): ConsentApi {
  const unknown = { state: "unknown", since: null } as const;
  const standings = (address: string) => ({ address, purposes: { opens: unknown, clicks: unknown } });
  return {
    listConsents: async () => [],
    consentStandings: async (_principal, address) => standings(address),
    decideConsent: async (_principal, { address }) => standings(address),
    importConsents: async (_principal, wishes) => ({ recorded: wishes.length, problems: [] }),
    importConsentFile: async () => ({ recorded: 0, known: 0, problems: [], problemsTotal: 0 }),
  };
}

/** How an account counts that has decided nothing. */
export function trackingMemory(): TrackingApi {
  const view = { ...policyUnlessSet, operatorLimit: "identified" } as const;
  return {
    readTracking: async () => view,
    changeTracking: async (_principal, change) => ({ ...view, ...change }),
  };
}

/** Links lead to the service's own host. */
export function linkHostMemory(): LinkHostApi {
  return {
    readLinkHost: async () => null,
    setLinkHost: async (_principal, domain, host) => ({
      ...{ domain, host, state: "waiting" as const, target: "mail.example.org" },
      checkedAt: new Date(0),
    }),
    removeLinkHost: async () => false,
  };
}
