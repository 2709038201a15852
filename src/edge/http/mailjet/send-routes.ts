import type { IncomingHttpHeaders } from "node:http";
import type { FastifyReply, FastifyRequest } from "fastify";

import type { Answer } from "../answer.ts";
import type { Principal } from "../principal.ts";
import { forbidden } from "../refusals.ts";
import { sendAnswer } from "../send-answer.ts";
import type { HttpServer } from "../server.ts";
import type { Format } from "./answers.ts";
import { allMethods, bodyOf, registerDialect } from "./dialect.ts";
import { methodNotAllowed } from "./rest/failure.ts";

/** Takes the bytes of a send request and answers it completely. */
export type AcceptSend = (
  principal: Principal,
  body: Buffer,
  request: { id: string; headers: IncomingHttpHeaders },
) => Promise<Answer>;

/** The two send APIs. */
export interface SendHandlers {
  acceptV31: AcceptSend;
  acceptV3: AcceptSend;
}

/** Serves `/v3.1/send`, and `/v3/send` under both of its names. */
export function registerMailjetSend(server: HttpServer, handlers: SendHandlers): void {
  registerSend(server, { format: "compact", urls: ["/v3.1/send"], accept: handlers.acceptV31 });
  registerSend(server, {
    format: "spaced",
    urls: ["/v3/send", "/v3/send/message"],
    accept: handlers.acceptV3,
  });
}

interface SendRoute {
  format: Format;
  urls: string[];
  accept: AcceptSend;
}

function registerSend(server: HttpServer, route: SendRoute): void {
  registerDialect(server, { kind: "send", formatOf: () => route.format }, (app) => {
    const handler = async (request: FastifyRequest, reply: FastifyReply) => {
      const { principal } = request;
      if (request.method !== "POST") throw methodNotAllowed();
      if (principal === null) throw new Error("A request got here without credentials.");
      if (!principal.permissions.has("send")) throw forbidden("send", principal);
      const { id, headers } = request;
      return sendAnswer(reply, await route.accept(principal, bodyOf(request), { id, headers }));
    };
    for (const url of route.urls) app.route({ method: allMethods, url, handler });
  });
}
