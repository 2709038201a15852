import type { FastifyReply } from "fastify";

import type { Answer } from "./answer.ts";

/** Sends a finished answer as it is. As bytes: of a string the framework would touch the Content-Type. */
export function sendAnswer(reply: FastifyReply, answer: Answer): FastifyReply {
  if (answer.reason !== undefined) reply.raw.statusMessage = answer.reason;
  const body = typeof answer.body === "string" ? Buffer.from(answer.body) : answer.body;
  return reply.code(answer.status).headers(answer.headers).send(body);
}
