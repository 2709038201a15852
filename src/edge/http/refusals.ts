import { isUnavailable } from "../../base/database.ts";
import { Refusal } from "../../base/errors.ts";

/** Every refusal an HTTP edge may have to answer, whichever dialect it speaks. A code that core has and this list
 *  lacks is answered with status 400 and its own sentence. */
export const refusalCodes = [
  "account_closed",
  "account_suspended",
  "already_exists",
  "busy",
  "connection_lost",
  "content_gone",
  "cross_origin",
  "forbidden",
  "from_missing",
  "header_duplicate",
  "header_invalid",
  "header_missing",
  "idempotency_key_invalid",
  "idempotency_mismatch",
  "invalid",
  "invalid_address",
  "invalid_domain",
  "invalid_json",
  "invalid_url",
  "malformed_encoding",
  "malformed_path",
  "malformed_request",
  "monitoring_category_unknown",
  "not_found",
  "payload_too_large",
  "other_account",
  "primary_key",
  "quota_exceeded",
  "rate_limited",
  "sender_header_inactive",
  "sender_header_not_allowed",
  "sender_inactive",
  "sender_not_allowed",
  "sign_in_link_invalid",
  "template_fault",
  "template_has_html_too",
  "template_invalid",
  "template_unknown",
  "too_late",
  "too_many",
  "unauthorized",
  "unavailable",
  "undecided",
  "unsupported_encoding",
  "unsupported_media_type",
] as const;

export type RefusalCode = (typeof refusalCodes)[number];

const known: ReadonlySet<string> = new Set(refusalCodes);

/** Is this one of the codes that the tables of the dialects are made for? */
export function isRefusalCode(code: string): code is RefusalCode {
  return known.has(code);
}

// The shortest wait worth a header, when a refusal names none.
const retryAfterDefaultSeconds = 1;

/** How long to wait before the next try, for refusals that pass with time. */
export function retryAfterOf(refusal: Refusal): number {
  const { retryAfterSeconds } = refusal.details;
  const isUsable = typeof retryAfterSeconds === "number" && retryAfterSeconds > 0;
  return isUsable ? Math.ceil(retryAfterSeconds) : retryAfterDefaultSeconds;
}

/** A database that is away or overloaded is not a defect of ours and not a fault of the caller: come back in a moment.
 *  Answers null for every other error. */
export function unavailableOf(error: unknown): Refusal | null {
  if (!isUnavailable(error)) return null;
  return new Refusal(
    "unavailable",
    "The service cannot reach its database at the moment. Send the request again.",
    {
      retryAfterSeconds: unavailableRetrySeconds,
    },
  );
}

// A restart of the database takes a few seconds.
const unavailableRetrySeconds = 5;

/** What a key without the permission is refused with. */
export function forbidden(
  permission: string,
  { readableUntil }: { readableUntil: Date | null } = { readableUntil: null },
): Refusal {
  if (readableUntil !== null) {
    const until = readableUntil.toISOString().slice(0, 16).replace("T", " ");
    return new Refusal(
      "account_closed",
      `This account is closed. Until ${until} UTC it can be read and exported; then everything in it is erased.`,
    );
  }
  return new Refusal("forbidden", `This API key has no permission to ${permission} here.`, { permission });
}

/** What is known of a defect that may be logged: no message, since messages quote what people wrote. */
export function defectFields(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { error: typeof error };
  const frames = (error.stack ?? "").split("\n").filter((line) => /^\s+at /.test(line));
  const { code } = error as { code?: unknown };
  return {
    error: error.name,
    ...(typeof code === "string" ? { code } : {}),
    stack: frames.map((line) => line.trim()),
  };
}
