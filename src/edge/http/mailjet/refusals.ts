import type { Refusal } from "../../../base/errors.ts";
import type { Answer } from "../answer.ts";
import { isRefusalCode, type RefusalCode, retryAfterOf } from "../refusals.ts";
import {
  compactError,
  dataAnswer,
  type Format,
  spacedError,
  tooManyRequests,
  unauthorized,
} from "./answers.ts";
import { RestFailure } from "./rest/failure.ts";

interface Meaning {
  status: number;
  /** Mailjet's code, where it has one. */
  code?: string;
}

const meanings = {
  account_closed: { status: 403 },
  account_suspended: { status: 401, code: "mj-0001" },
  already_exists: { status: 400 },
  busy: { status: 503 },
  connection_lost: { status: 400 },
  content_gone: { status: 400 },
  cross_origin: { status: 403 },
  forbidden: { status: 403 },
  from_missing: { status: 400, code: "mj-0003" },
  idempotency_key_invalid: { status: 400 },
  header_duplicate: { status: 400 },
  header_invalid: { status: 400 },
  header_missing: { status: 400 },
  idempotency_mismatch: { status: 409 },
  invalid: { status: 400 },
  invalid_domain: { status: 400 },
  invalid_json: { status: 400, code: "mj-0002" },
  invalid_url: { status: 400, code: "mj-0004" },
  malformed_path: { status: 400 },
  malformed_request: { status: 400 },
  monitoring_category_unknown: { status: 400, code: "send-0013" },
  other_account: { status: 400 },
  primary_key: { status: 400 },
  invalid_address: { status: 400, code: "mj-0013" },
  malformed_encoding: { status: 400 },
  not_found: { status: 404 },
  payload_too_large: { status: 400, code: "mj-0011" },
  quota_exceeded: { status: 429 },
  rate_limited: { status: 429 },
  sender_header_inactive: { status: 403, code: "send-0007" },
  sender_header_not_allowed: { status: 403, code: "send-0006" },
  sender_inactive: { status: 403, code: "send-0008" },
  sender_not_allowed: { status: 403, code: "send-0008" },
  sign_in_link_invalid: { status: 401 },
  template_fault: { status: 400 },
  template_has_html_too: { status: 400, code: "send-0004" },
  template_invalid: { status: 400, code: "send-0019" },
  template_unknown: { status: 400, code: "send-0010" },
  too_late: { status: 400 },
  too_many: { status: 400 },
  unauthorized: { status: 401 },
  unavailable: { status: 503 },
  undecided: { status: 504 },
  unsupported_encoding: { status: 415 },
  unsupported_media_type: { status: 415 },
} satisfies Record<RefusalCode, Meaning>;

/** Answers a refusal of core in Mailjet's words. */
export function refusalAnswer(refusal: Refusal, format: Format, identifier: string): Answer {
  const meaning: Meaning = isRefusalCode(refusal.code) ? meanings[refusal.code] : { status: 400 };
  if (meaning.status === 429) return tooManyRequests(retryAfterOf(refusal));
  if (meaning.status === 401) return unauthorized(format, identifier, meaning.code !== undefined);
  if (meaning.status === 404)
    return failureAnswer(new RestFailure(404, "Object not found"), format, identifier);
  const { code } = meaning;
  const failure = new RestFailure(meaning.status, refusal.message, code === undefined ? {} : { code });
  const answer = failureAnswer(failure, format, identifier);
  if (meaning.status === 503 || meaning.status === 504)
    answer.headers["retry-after"] = String(retryAfterOf(refusal));
  return answer;
}

const notFoundText = "The resource with the specified ID you are trying to reach does not exist.";

/** Answers what the API itself refuses. */
export function failureAnswer(failure: RestFailure, format: Format, identifier: string): Answer {
  const { status, message, info, code, relatedTo } = failure;
  if (format === "spaced") return spacedError(status, message, info);
  if (status === 404) return compactError({ identifier, status, message: notFoundText });
  return compactError({
    identifier,
    status,
    message: typeof info === "string" && info.startsWith("MJ") ? `${message}: ${info}` : message,
    ...(code === undefined ? {} : { code }),
    ...(relatedTo === undefined ? {} : { relatedTo }),
  });
}

/** What a defect of ours looks like from outside: an identifier to quote to support. */
export function defectAnswer(format: Format, identifier: string): Answer {
  const message = "An internal error occurred. Quote the error identifier to your operator.";
  if (format === "compact") return compactError({ identifier, status: 500, message });
  const value = { ErrorIdentifier: identifier, ErrorInfo: "", ErrorMessage: message, StatusCode: 500 };
  return { ...dataAnswer("spaced", 500, value), reason: "Internal error" };
}
