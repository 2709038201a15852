import type { FastifyReply, FastifyRequest } from "fastify";

import { sendAnswer } from "../../send-answer.ts";
import type { HttpServer } from "../../server.ts";
import { readSegments, readTarget } from "../../target.ts";
import { unknownModule } from "../answers.ts";
import { allMethods, bodyOf, registerDialect } from "../dialect.ts";
import { sourceNotFound } from "./data.ts";
import { createRestEngine } from "./engine.ts";
import type { Resource } from "./resource.ts";

// /v3/REST/…: what comes before the name of the resource.
const prefixSegments = 2;

/** Serves declared resources below /v3/REST, and Mailjet's own errors for the rest of /v3. */
export function registerRest(server: HttpServer, resources: readonly Resource[]): void {
  const engine = createRestEngine(resources);
  const segmentsOf = (request: FastifyRequest) => {
    const { path } = readTarget(request.raw.url ?? "/");
    return (readSegments(path) ?? []).slice(prefixSegments);
  };
  const formatOf = (request: FastifyRequest) => engine.formatOf(segmentsOf(request));
  registerDialect(server, { kind: "resources", formatOf }, (app) => {
    const handler = async (request: FastifyRequest, reply: FastifyReply) => {
      const segments = segmentsOf(request);
      request.pattern = `/v3/REST/${engine.patternOf(segments)}`;
      if (request.principal === null) throw new Error("A request got here without credentials.");
      const answer = await engine.handle({
        method: request.method,
        segments,
        query: readTarget(request.raw.url ?? "/").query,
        body: bodyOf(request),
        principal: request.principal,
        now: server.options.clock.now(),
      });
      return sendAnswer(reply, answer);
    };
    for (const url of ["/v3/REST", "/v3/REST/*"]) app.route({ method: allMethods, url, handler });
  });
  registerDialect(server, { kind: "resources", formatOf: () => "spaced" }, (app) => {
    for (const url of ["/v3/DATA", "/v3/DATA/*"]) {
      app.route({
        method: allMethods,
        url,
        handler: async (request, reply) => sendAnswer(reply, sourceNotFound(segmentsOf(request))),
      });
    }
    for (const url of ["/v3", "/v3/*"]) {
      app.route({
        method: allMethods,
        url,
        handler: async (request, reply) => {
          const { path } = readTarget(request.raw.url ?? "/");
          return sendAnswer(reply, unknownModule((readSegments(path) ?? [])[1] ?? ""));
        },
      });
    }
  });
}
