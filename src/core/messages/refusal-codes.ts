/** Why acceptance refuses a message: every way in has an answer for each of these. */
export const acceptRefusalCodes = [
  "account_suspended",
  "busy",
  "from_missing",
  "idempotency_mismatch",
  "monitoring_category_unknown",
  "quota_exceeded",
  "sender_header_inactive",
  "sender_not_allowed",
  "template_fault",
  "template_has_html_too",
  "template_invalid",
  "template_unknown",
  "undecided",
] as const;

export type AcceptRefusalCode = (typeof acceptRefusalCodes)[number];
