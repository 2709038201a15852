import { STATUS_CODES } from "node:http";

import type { Refusal } from "../../../base/errors.ts";
import type { Answer } from "../answer.ts";
import { isRefusalCode, type RefusalCode, retryAfterOf } from "../refusals.ts";

/** What can be wrong with a field: stable, so that a page can say it in its reader's language. */
export const fieldCodes = [
  "required",
  "unknown",
  "choice",
  "type",
  "too_short",
  "too_long",
  "too_few",
  "too_many",
  "too_small",
  "too_large",
  "duplicate",
  "format",
  "not_an_address",
  "not_an_address_or_domain",
  "not_an_instant",
  "not_before_end",
  "not_among_its_events",
  "url_unreadable",
  "url_too_long",
  "url_scheme",
  "url_host",
  "url_port",
  "url_credentials",
  "url_private",
  "url_bare",
  "no_own_domain",
  "domain_not_verified",
  "taken",
  "own_address_exists",
] as const;
export type FieldCode = (typeof fieldCodes)[number];

/** One field that was wrong, and what to do about it. */
export interface FieldProblem {
  /** RFC 6901: where in the body; for parameters of the query or the path, their name. */
  field: string;
  in?: "body" | "query" | "path" | "header";
  detail: string;
  code?: FieldCode;
  /** The limit or the choice that the code speaks of. */
  value?: string;
}

/** RFC 9457, with the code, the fields and the remedy that our API promises. */
export interface Problem {
  type: string;
  title: string;
  status: number;
  detail: string;
  code: string;
  remedy: string;
  errors?: FieldProblem[];
  requestId: string;
}

interface Meaning {
  status: number;
  remedy: string;
}

const meanings = {
  account_closed: {
    status: 403,
    remedy: "Export what you need, or ask the operator to open the account again before it is erased.",
  },
  account_suspended: {
    status: 403,
    remedy: "Ask the operator of this service why the account is suspended.",
  },
  already_exists: { status: 409, remedy: "Change the one that is there." },
  busy: { status: 503, remedy: "Repeat the request after the time in Retry-After." },
  content_gone: { status: 410, remedy: "Compose the message anew." },
  cross_origin: {
    status: 403,
    remedy:
      "Send the request from a page of this service, with Content-Type: application/json, or use a key pair.",
  },
  connection_lost: { status: 400, remedy: "Send the whole content that Content-Length announces." },
  forbidden: { status: 403, remedy: "Use a key that has this permission." },
  from_missing: { status: 422, remedy: "Name the sender in `from`." },
  idempotency_key_invalid: { status: 400, remedy: "Use 1 to 256 printable ASCII characters, once." },
  header_duplicate: { status: 422, remedy: "Give each header once." },
  header_invalid: { status: 422, remedy: "Correct the header that is named, or leave it out." },
  header_missing: { status: 422, remedy: "Add the header that is named." },
  idempotency_mismatch: { status: 409, remedy: "Use a new Idempotency-Key for another content." },
  invalid: { status: 422, remedy: "Correct the fields that are named." },
  invalid_domain: { status: 422, remedy: "Write the name of a domain, such as example.org." },
  invalid_json: { status: 400, remedy: "Send one JSON object, encoded in UTF-8." },
  invalid_url: { status: 422, remedy: "Write a URL such as https://example.org/events." },
  malformed_path: { status: 400, remedy: "Percent-encode the path as RFC 3986 says." },
  malformed_request: { status: 400, remedy: "Compare the request with the documentation." },
  monitoring_category_unknown: { status: 422, remedy: "Leave the category out." },
  other_account: {
    status: 409,
    remedy: "Sign out first, or ask again with `replace`: the link has not been used up.",
  },
  primary_key: { status: 409, remedy: "Use another key pair, or switch the account off." },
  invalid_address: { status: 422, remedy: "Correct the address, or leave it out." },
  malformed_encoding: { status: 400, remedy: "Send the content unencoded, or encode it correctly." },
  not_found: { status: 404, remedy: "Look up the id in the list it came from." },
  payload_too_large: { status: 413, remedy: "Send less in one request." },
  quota_exceeded: { status: 429, remedy: "Wait until the quota is renewed, or ask for a larger one." },
  rate_limited: { status: 429, remedy: "Repeat the request after the time in Retry-After." },
  sender_header_inactive: { status: 403, remedy: "Verify this sender first." },
  sender_header_not_allowed: { status: 403, remedy: "Leave the sender header out." },
  sender_inactive: { status: 403, remedy: "Verify this sender first." },
  sender_not_allowed: { status: 403, remedy: "Verify the domain or the address of the sender first." },
  sign_in_link_invalid: {
    status: 401,
    remedy: "Make a new link: npx facteur sign-in --account ADDRESS. In development npm start prints one.",
  },
  template_fault: { status: 422, remedy: "Correct the template language where the detail says." },
  template_has_html_too: { status: 422, remedy: "Leave out `html`, or the template." },
  template_invalid: { status: 422, remedy: "Correct the template where the detail says." },
  template_unknown: { status: 422, remedy: "Look up the id of the template in the list of templates." },
  too_late: { status: 409, remedy: "Nothing can be done: it has already happened." },
  too_many: { status: 409, remedy: "Remove one that is not used." },
  unauthorized: { status: 401, remedy: "Send the public and the secret key as user and password (Basic)." },
  unavailable: { status: 503, remedy: "Repeat the request after the time in Retry-After." },
  undecided: {
    status: 504,
    remedy: "Repeat the request with the same Idempotency-Key, or look for its messages first.",
  },
  unsupported_encoding: {
    status: 415,
    remedy: "Send the content unencoded, or encoded with gzip or deflate.",
  },
  unsupported_media_type: { status: 415, remedy: "Send JSON with Content-Type: application/json." },
} satisfies Record<RefusalCode, Meaning>;

const contentType = "application/problem+json";

// RFC 9110 §11.6.1: a 401 says how one may prove who one is.
const basicChallenge = 'Basic realm="facteur", charset="UTF-8"';

/** The problem a refusal is, as a finished answer. */
export function problemOfRefusal(refusal: Refusal, requestId: string): Answer {
  const meaning: Meaning = isRefusalCode(refusal.code)
    ? meanings[refusal.code]
    : { status: 400, remedy: "Correct the request as the detail says." };
  const { field, reason, remedy, challenge } = refusal.details as Record<string, string | undefined>;
  const { errors = field === undefined ? undefined : [fieldProblem(field, refusal.message, reason)] } =
    refusal.details as { errors?: FieldProblem[] };
  const answer = problemAnswer({
    ...heading(refusal.code, meaning.status),
    detail: refusal.message,
    remedy: remedy ?? meaning.remedy,
    ...(errors === undefined ? {} : { errors }),
    requestId,
  });
  if ([429, 503, 504].includes(meaning.status)) {
    answer.headers["retry-after"] = String(retryAfterOf(refusal));
  }
  if (meaning.status === 401) answer.headers["www-authenticate"] = challenge ?? basicChallenge;
  return answer;
}

function fieldProblem(field: string, detail: string, reason: string | undefined): FieldProblem {
  const code = fieldCodes.find((each) => each === reason);
  return { field, detail, ...(code === undefined ? {} : { code }) };
}

/** What a defect of ours looks like from outside: an id to ask about, and nothing of its inside. */
export function problemOfDefect(requestId: string): Answer {
  return problemAnswer({
    ...heading("defect", 500),
    detail: "Something went wrong on our side.",
    remedy: "Repeat the request later; if it stays, give the operator this request id.",
    requestId,
  });
}

function heading(code: string, status: number) {
  // A reference relative to the API: the pages of the errors live beside its documentation.
  return { type: `/docs/errors#${code}`, title: STATUS_CODES[status] ?? "Error", status, code };
}

function problemAnswer(problem: Problem): Answer {
  return {
    status: problem.status,
    headers: { "content-type": contentType },
    body: JSON.stringify(problem),
  };
}
