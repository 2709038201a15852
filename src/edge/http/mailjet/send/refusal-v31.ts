import { quoted, type SendError } from "./send-error.ts";

/** Refusals of core that concern one message, by their stable code. */
export type SendRefusalCode =
  | "from_missing"
  | "monitoring_category_unknown"
  | "quota_exceeded"
  | "rate_limited"
  | "sender_header_inactive"
  | "sender_header_not_allowed"
  | "sender_not_allowed"
  | "template_has_html_too"
  | "template_invalid"
  | "template_unknown";

/** What a refusal says besides its code; only what a text quotes. */
export interface SendRefusalDetails {
  /** Of the sender: sender_not_allowed, sender_header_inactive. */
  address?: unknown;
  /** template_unknown. */
  templateId?: unknown;
  /** monitoring_category_unknown. */
  category?: unknown;
}

type Errors = Record<SendRefusalCode, (details: SendRefusalDetails) => SendError>;

// Codes and statuses: reference §3.5. Of send-0003, 0008, 0010 and 0019 the text is known, the others are our own.
// Mailjet has no public code for a spent quota or for calls that come too fast: ours are named as in core.
const errors: Errors = {
  from_missing: () => error("mj-0003", 400, "Missing mandatory property.", "From"),
  monitoring_category_unknown: ({ category }) =>
    error("send-0013", 400, `Monitoring category "${shown(category)}" doesn't exist.`, "MonitoringCategory"),
  quota_exceeded: () => error("quota_exceeded", 429, "The sending quota of your account is used up."),
  rate_limited: () => error("rate_limited", 429, "Too many requests. Please wait before you send more."),
  sender_header_inactive: ({ address }) =>
    error("send-0007", 403, `"${shown(address)}" is not an active sender of your account.`, "Sender"),
  sender_header_not_allowed: () =>
    error("send-0006", 403, 'Your API key is not permitted to use the "Sender" property.', "Sender"),
  sender_not_allowed: ({ address }) =>
    error(
      "send-0008",
      403,
      `"${shown(address)}" is not an authorized sender email address for your account.`,
      "From",
    ),
  template_has_html_too: () =>
    error(
      "send-0004",
      400,
      '"HTMLPart" cannot be used with a template that has HTML too.',
      "HTMLPart",
      "TemplateID",
    ),
  template_invalid: () =>
    error("send-0019", 400, 'Wrong type for template header, expected type "string"', "sender"),
  template_unknown: ({ templateId }) =>
    error(
      "send-0010",
      400,
      `Template ID "${shown(templateId)}" doesn't exist for your account.`,
      "TemplateID",
    ),
};

/** Says whether a refusal is one that Send API v3.1 answers inside a message. Any other is a defect of ours. */
export function isSendRefusalCode(code: string): code is SendRefusalCode {
  return Object.hasOwn(errors, code);
}

/** Translates a refusal of core into the dialect of Send API v3.1. */
export function sendErrorOf(code: SendRefusalCode, details: SendRefusalDetails): SendError {
  return errors[code](details);
}

function error(code: string, status: number, message: string, ...relatedTo: string[]): SendError {
  return { code, status, message, relatedTo };
}

function shown(detail: unknown): string {
  return detail === undefined || detail === null ? "" : quoted(String(detail));
}
