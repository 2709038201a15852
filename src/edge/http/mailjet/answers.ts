import { type Answer, toReasonPhrase } from "../answer.ts";
import { toJson, toSpacedJson } from "../json.ts";

/** Mailjet's API speaks in two hands: the old core of v3 with spaces around colons and its errors in the reason
 *  phrase, and the newer services (v3.1, templates) with compact JSON and an identifier in each error. */
export type Format = "spaced" | "compact";

const spacedType = "application/json";
const compactType = "application/json; charset=UTF-8";

/** The answer to a request that went well. */
export function dataAnswer(format: Format, status: number, value: unknown): Answer {
  return format === "spaced"
    ? { status, headers: { "content-type": spacedType }, body: toSpacedJson(value) }
    : { status, headers: { "content-type": compactType }, body: toJson(value) };
}

/** 204 and 304: a status, its old reason phrase, and nothing else. */
export function emptyAnswer(format: Format, status: 204 | 304): Answer {
  const type = format === "spaced" ? spacedType : compactType;
  const answer: Answer = { status, headers: { "content-type": type }, body: "" };
  if (format === "spaced") answer.reason = status === 204 ? "No content" : "Content not changed";
  return answer;
}

/** An error of the old core. Some clients show only the reason phrase, so the message is there as well. */
export function spacedError(status: number, message: string, info: unknown = ""): Answer {
  return {
    status,
    reason: toReasonPhrase(message),
    headers: { "content-type": spacedType },
    body: toSpacedJson({ ErrorInfo: info, ErrorMessage: message, StatusCode: status }),
  };
}

/** An error of the newer services. */
export interface CompactError {
  identifier: string;
  status: number;
  message: string;
  code?: string;
  relatedTo?: string[];
}

/** Writes an error of the newer services in the order of fields that recordings show. */
export function compactError(error: CompactError): Answer {
  const value: Record<string, unknown> = { ErrorIdentifier: error.identifier };
  if (error.code !== undefined) value.ErrorCode = error.code;
  value.StatusCode = error.status;
  value.ErrorMessage = error.message;
  if (error.relatedTo !== undefined) value.ErrorRelatedTo = error.relatedTo;
  return dataAnswer("compact", error.status, value);
}

const unauthorizedText =
  "API key authentication/authorization failure. You may be unauthorized to access the API or your API key may be " +
  "expired. Visit API keys management section to check your keys.";

/** Wrong credentials, or a key that was stopped (which only the newer services tell apart). */
export function unauthorized(format: Format, identifier: string, isSuspended: boolean): Answer {
  // RFC 9110 §11.6.1: a 401 carries a challenge; the newer services' recordings have none, and it does no harm.
  const challenge = { "www-authenticate": 'Basic realm="Provide an apiKey and secretKey"' };
  if (format === "spaced") {
    return { status: 401, headers: { "content-type": "text/html", ...challenge }, body: "" };
  }
  const error: CompactError = { identifier, status: 401, message: unauthorizedText };
  if (isSuspended) error.code = "mj-0001";
  const answer = compactError(error);
  return { ...answer, headers: { ...answer.headers, ...challenge } };
}

/** A path below a version that has no such thing. Clients have been seen to test for the page being HTML. */
export function notFoundPage(): Answer {
  return {
    status: 404,
    headers: { "content-type": "text/html" },
    body:
      "<html>\r\n<head><title>404 Not Found</title></head>\r\n" +
      "<body>\r\n<center><h1>404 Not Found</h1></center>\r\n</body>\r\n</html>\r\n",
  };
}

/** A path directly below /v3 that names no part of the API. */
export function unknownModule(name: string): Answer {
  const answer = spacedError(500, `Could not determine HTTP module for request "${name}"`, "EFPWebError");
  return { ...answer, reason: "Internal error", body: `${answer.body}\n` };
}

/** Too many requests, in Mailjet's form, and with the Retry-After that its users miss. */
export function tooManyRequests(retryAfterSeconds: number): Answer {
  return {
    status: 429,
    headers: { "content-type": "text/html", "retry-after": String(retryAfterSeconds) },
    body: "<html><body><h1>429 Too Many Requests</h1>\nYou sent too many requests. Wait and try again.\n</body></html>\n",
  };
}
