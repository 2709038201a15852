import type { FastifyInstance, FastifyReply, FastifyRequest, HTTPMethods } from "fastify";
import { Refusal } from "../../../base/errors.ts";
import type { Log } from "../../../base/log.ts";
import type { Answer } from "../answer.ts";
import { readBasicCredentials } from "../basic-auth.ts";
import { announcesTooMuch, readBody, releaseContinue, tooLarge } from "../body.ts";
import { defectFields, unavailableOf } from "../refusals.ts";
import { sendAnswer } from "../send-answer.ts";
import type { HttpServer, RequestKind } from "../server.ts";
import { type Format, tooManyRequests, unauthorized } from "./answers.ts";
import { defectAnswer, failureAnswer, refusalAnswer } from "./refusals.ts";
import { RestFailure } from "./rest/failure.ts";

/** Every method a path may be asked with; those it does not offer are answered, in its own form, with 405. */
export const allMethods: HTTPMethods[] = ["GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"];

/** How a part of the API differs from the rest of it. */
export interface DialectScope {
  kind: RequestKind;
  formatOf(request: FastifyRequest): Format;
}

/** Opens a scope of routes that speak Mailjet's dialect: Basic authentication before anything else, bodies as
 *  bytes whatever their Content-Type says, and errors in Mailjet's forms. */
export function registerDialect(
  server: HttpServer,
  scope: DialectScope,
  addRoutes: (app: FastifyInstance) => void,
): void {
  server.app.register(async (app) => {
    app.removeAllContentTypeParsers();
    app.addContentTypeParser("*", async (request: FastifyRequest, stream: FastifyRequest["raw"]) => {
      releaseContinue(request.raw);
      return readBody(request.raw, stream, server.limits.bodyBytesMax);
    });
    app.addHook("onRequest", async (request, reply) => {
      // Clients forget the Content-Type, or send a form's; what counts is what they send.
      request.raw.headers["content-type"] = "application/octet-stream";
      const refused = await refuseEarly(server, scope, request);
      if (refused !== null) return sendAnswer(reply, refused);
    });
    app.setErrorHandler(answerErrors(scope, server.options.log));
    addRoutes(app);
  });
}

/** The bytes of a request's body; none when it had no body, or one that its method gives no meaning to. */
export function bodyOf(request: FastifyRequest): Buffer {
  return Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
}

/** Answers whatever a handler has thrown, once, in the form of the scope. */
export function answerErrors(scope: DialectScope, log: Log) {
  return (error: unknown, request: FastifyRequest, reply: FastifyReply): void => {
    const format = scope.formatOf(request);
    sendAnswer(reply, answerOf(error, format, request, log));
  };
}

function answerOf(error: unknown, format: Format, request: FastifyRequest, log: Log): Answer {
  if (error instanceof RestFailure) return failureAnswer(error, format, request.id);
  const refusal = error instanceof Refusal ? error : unavailableOf(error);
  if (refusal !== null) return refusalAnswer(refusal, format, request.id);
  const { statusCode } = error as { statusCode?: unknown };
  if (typeof statusCode === "number" && statusCode >= 400 && statusCode < 500) {
    return failureAnswer(new RestFailure(statusCode, "Bad Request"), format, request.id);
  }
  log.error("http.defect", { requestId: request.id, route: request.pattern, ...defectFields(error) });
  return defectAnswer(format, request.id);
}

// Before the body is read: strangers shall not be able to send 32 MB.
async function refuseEarly(
  server: HttpServer,
  scope: DialectScope,
  request: FastifyRequest,
): Promise<Answer | null> {
  const format = scope.formatOf(request);
  const credentials = readBasicCredentials(request.headers.authorization);
  const principal =
    credentials === null ? null : await server.options.authenticate(credentials.user, credentials.secret);
  if (principal === null || principal.isSuspended) {
    return unauthorized(format, request.id, principal?.isSuspended === true);
  }
  request.principal = principal;
  const waitSeconds = server.options.waitOf?.(principal, scope.kind) ?? 0;
  if (waitSeconds > 0) return tooManyRequests(Math.ceil(waitSeconds));
  if (announcesTooMuch(request.raw, server.limits.bodyBytesMax)) {
    return refusalAnswer(tooLarge(server.limits.bodyBytesMax), format, request.id);
  }
  return null;
}
