import { fastifySwagger, type SwaggerOptions } from "@fastify/swagger";

import type { HttpServer } from "../server.ts";
import { apiKeyRoutes } from "./api-keys.ts";
import { consentRoutes } from "./consents.ts";
import { domainRoutes } from "./domains.ts";
import { eventRoutes } from "./events.ts";
import { exportRoutes } from "./export.ts";
import { holdingRoutes } from "./holdings.ts";
import { inboxRoutes } from "./inbox.ts";
import { linkHostRoutes } from "./link-hosts.ts";
import { messageRoutes } from "./messages.ts";
import { parseRouteRoutes } from "./parse-routes.ts";
import { queueRoutes } from "./queue.ts";
import { addNamedSchemas } from "./schemas.ts";
import { prepareScope } from "./scope.ts";
import { senderRoutes } from "./senders.ts";
import type { ApiServices } from "./services.ts";
import { sessionRoutes } from "./session.ts";
import { sessionCookieName } from "./session-cookie.ts";
import { smtpRefusalRoutes } from "./smtp-refusals.ts";
import { statisticsRoutes } from "./statistics.ts";
import { statusRoutes } from "./status.ts";
import { suppressionRoutes } from "./suppressions.ts";
import { trackingRoutes } from "./tracking.ts";
import { webhookRoutes } from "./webhooks.ts";

/** Where our own API begins. */
export const apiPrefix = "/api/v1";

/** Serves our own API, and its description at /api/v1/openapi.json. */
export function registerApi(server: HttpServer, services: ApiServices): void {
  server.app.register(
    async (app) => {
      await app.register(fastifySwagger, description);
      addNamedSchemas(app);
      await app.register(async (inner) => {
        const scope = prepareScope(inner, server, services);
        sessionRoutes(scope, services, server);
        messageRoutes(scope, services);
        inboxRoutes(scope, services);
        domainRoutes(scope, services);
        senderRoutes(scope, services);
        apiKeyRoutes(scope, services);
        smtpRefusalRoutes(scope, services);
        suppressionRoutes(scope, services);
        consentRoutes(scope, services);
        trackingRoutes(scope, services);
        linkHostRoutes(scope, services);
        queueRoutes(scope, services);
        statusRoutes(scope, services);
        holdingRoutes(scope, services);
        exportRoutes(scope, services);
        webhookRoutes(scope, services);
        eventRoutes(scope, services);
        statisticsRoutes(scope, services, server.options.clock);
        parseRouteRoutes(scope, services);
      });
      // What the API looks like is no secret: it is in the documentation.
      app.get("/openapi.json", { schema: { hide: true } }, async () => app.swagger());
    },
    { prefix: apiPrefix },
  );
}

const description: SwaggerOptions = {
  openapi: {
    openapi: "3.1.0",
    info: {
      title: "Facteur",
      version: "1",
      description:
        "Send mail, see what became of it, and set up what that needs. Errors are problems (RFC 9457) that name the " +
        "field and the remedy; lists are read page by page with cursors; ids are strings.",
      license: { name: "Apache-2.0", identifier: "Apache-2.0" },
    },
    components: {
      securitySchemes: {
        keyPair: { type: "http", scheme: "basic", description: "The public and the secret key." },
        session: {
          type: "apiKey",
          in: "cookie",
          name: sessionCookieName("http:"),
          description:
            "Somebody who is signed in to the dashboard. Only pages of this service can use it: what changes something " +
            "must be same-origin and JSON. Under https it is called " +
            `${sessionCookieName("https:")}.`,
        },
      },
    },
    security: [{ keyPair: [] }, { session: [] }],
  },
  refResolver: { buildLocalReference: (json) => String(json.$id) },
};
