import type { FastifyReply, FastifyRequest, FastifySchemaValidationError } from "fastify";

import { Refusal } from "../../../base/errors.ts";
import type { Log } from "../../../base/log.ts";
import { defectFields, unavailableOf } from "../refusals.ts";
import { sendAnswer } from "../send-answer.ts";
import { type FieldCode, type FieldProblem, problemOfDefect, problemOfRefusal } from "./problem.ts";

interface FrameworkError {
  statusCode?: unknown;
  validation?: FastifySchemaValidationError[];
  validationContext?: string;
}

/** Answers whatever a handler or the framework has thrown, once, as a problem. */
export function answerApiErrors(log: Log) {
  return (error: unknown, request: FastifyRequest, reply: FastifyReply): void => {
    const refusal =
      error instanceof Refusal ? error : (unavailableOf(error) ?? refusalOf(error as FrameworkError));
    if (refusal !== null) {
      sendAnswer(reply, problemOfRefusal(refusal, request.id));
      return;
    }
    const route = request.routeOptions.url;
    log.error("http.defect", { requestId: request.id, route, ...defectFields(error) });
    sendAnswer(reply, problemOfDefect(request.id));
  };
}

function refusalOf(error: FrameworkError): Refusal | null {
  const { validation, validationContext, statusCode } = error;
  if (validation !== undefined) {
    const errors = validation.map((each) => fieldProblemOf(each, validationContext ?? "body"));
    const sentence = errors
      .map(({ field, detail }) => `${field === "" ? "The body" : field} ${detail}.`)
      .join(" ");
    return new Refusal("invalid", sentence, { errors });
  }
  if (statusCode === 415) {
    return new Refusal("unsupported_media_type", "The Content-Type of the request is not application/json.");
  }
  if (typeof statusCode === "number" && statusCode >= 400 && statusCode < 500) {
    return new Refusal("malformed_request", "The request cannot be read.");
  }
  return null;
}

const places: Record<string, FieldProblem["in"]> = {
  body: "body",
  querystring: "query",
  params: "path",
  headers: "header",
};

function fieldProblemOf(error: FastifySchemaValidationError, context: string): FieldProblem {
  const { missingProperty, additionalProperty, allowedValues } = error.params as {
    missingProperty?: string;
    additionalProperty?: string;
    allowedValues?: unknown[];
  };
  const named = missingProperty ?? additionalProperty;
  const pointer = named === undefined ? error.instancePath : `${error.instancePath}/${escapePointer(named)}`;
  const place = places[context] ?? "body";
  return {
    // Parameters have names, values in a body have a place.
    field: place === "body" ? pointer : pointer.slice(1),
    in: place,
    detail: detailOf(error, missingProperty, additionalProperty, allowedValues),
    ...codeOf(error),
  };
}

const codes: Partial<Record<string, FieldCode>> = {
  required: "required",
  minProperties: "required",
  additionalProperties: "unknown",
  enum: "choice",
  const: "choice",
  type: "type",
  minLength: "too_short",
  maxLength: "too_long",
  minItems: "too_few",
  maxItems: "too_many",
  minimum: "too_small",
  maximum: "too_large",
  uniqueItems: "duplicate",
  format: "format",
  pattern: "format",
};

function codeOf({ keyword, params }: FastifySchemaValidationError): Pick<FieldProblem, "code" | "value"> {
  const code = codes[keyword];
  if (code === undefined) return {};
  const { limit, allowedValues } = params as { limit?: number; allowedValues?: unknown[] };
  const value = limit === undefined ? allowedValues?.join(", ") : String(limit);
  return { code, ...(value === undefined ? {} : { value }) };
}

function detailOf(
  error: FastifySchemaValidationError,
  missing: string | undefined,
  additional: string | undefined,
  allowed: unknown[] | undefined,
): string {
  if (missing !== undefined) return "is required";
  if (additional !== undefined) return "is not known here";
  if (allowed !== undefined) return `must be one of: ${allowed.join(", ")}`;
  return error.message ?? "is not valid";
}

// RFC 6901 §3.
function escapePointer(name: string): string {
  return name.replaceAll("~", "~0").replaceAll("/", "~1");
}
