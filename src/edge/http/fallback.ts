import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { Refusal } from "../../base/errors.ts";
import type { Log } from "../../base/log.ts";
import { problemOfDefect, problemOfRefusal } from "./api/problem.ts";
import { notFoundPage } from "./mailjet/answers.ts";
import { failureAnswer } from "./mailjet/refusals.ts";
import { RestFailure } from "./mailjet/rest/failure.ts";
import { defectFields } from "./refusals.ts";
import { sendAnswer } from "./send-answer.ts";
import { malformedPath, readTarget } from "./target.ts";

/** What answers where no route does, and what answers for a route that does not do it itself. */
export function addFallbackRoutes(app: FastifyInstance, log: Log): void {
  app.removeAllContentTypeParsers();
  // Bodies nobody wants are not read.
  app.addContentTypeParser("*", (_request, _stream, done) => done(null));
  const answerMalformed = async (request: FastifyRequest, reply: FastifyReply) => {
    const { path } = readTarget(request.originalUrl);
    const sentence = "The path of the request is not correctly percent-encoded.";
    if (path.toLowerCase().startsWith("/v3/")) {
      return sendAnswer(reply, failureAnswer(new RestFailure(400, sentence), "spaced", request.id));
    }
    if (isMailjetPath(path)) {
      return sendAnswer(reply, failureAnswer(new RestFailure(400, sentence), "compact", request.id));
    }
    return sendAnswer(reply, malformedProblem(sentence, request.id));
  };
  app.all(malformedPath, answerMalformed);
  app.setNotFoundHandler((request, reply) => {
    const { path } = readTarget(request.originalUrl);
    if (isMailjetPath(path)) return sendAnswer(reply, notFoundPage());
    const refusal = new Refusal("not_found", "There is nothing at this path.", {
      remedy: "Look the path up in the documentation.",
    });
    return sendAnswer(reply, problemOfRefusal(refusal, request.id));
  });
  app.setErrorHandler((error, request, reply) => {
    if (error instanceof Refusal) return sendAnswer(reply, problemOfRefusal(error, request.id));
    const { statusCode } = error as { statusCode?: unknown };
    if (statusCode === 415) {
      const refusal = new Refusal("unsupported_media_type", "The Content-Type cannot be read.");
      return sendAnswer(reply, problemOfRefusal(refusal, request.id));
    }
    log.error("http.defect", { requestId: request.id, route: request.pattern, ...defectFields(error) });
    return sendAnswer(reply, problemOfDefect(request.id));
  });
}

function malformedProblem(sentence: string, requestId: string) {
  return problemOfRefusal(new Refusal("malformed_path", sentence), requestId);
}

// The versions of Mailjet's API; our own is /api.
function isMailjetPath(path: string): boolean {
  return /^\/v(?:1|3|3\.1|4)(?:\/|$)/i.test(path);
}
