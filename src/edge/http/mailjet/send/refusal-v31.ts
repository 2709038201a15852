import type { Refusal } from "../../../../base/errors.ts";
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
  | "template_fault"
  | "template_has_html_too"
  | "template_invalid"
  | "template_unknown";

type Translation = (refusal: Refusal) => SendError;

// Codes and statuses are Mailjet's. Of send-0003, 0008, 0010 and 0019 the text is known, the others are our own.
// Mailjet has no public code for a spent quota, for calls that come too fast and for a fault in the template language:
// those are named as in core.
const errors: Record<SendRefusalCode, Translation> = {
  from_missing: () => error("mj-0003", 400, "Missing mandatory property.", "From"),
  monitoring_category_unknown: ({ details }) =>
    error(
      "send-0013",
      400,
      `Monitoring category "${shown(details.category)}" doesn't exist.`,
      "MonitoringCategory",
    ),
  quota_exceeded: () => error("quota_exceeded", 429, "The sending quota of your account is used up."),
  rate_limited: () => error("rate_limited", 429, "Too many requests. Please wait before you send more."),
  sender_header_inactive: ({ details }) =>
    error("send-0007", 403, `"${shown(details.address)}" is not an active sender of your account.`, "Sender"),
  sender_header_not_allowed: () =>
    error("send-0006", 403, 'Your API key is not permitted to use the "Sender" property.', "Sender"),
  sender_not_allowed: ({ details }) =>
    error(
      "send-0008",
      403,
      `"${shown(details.address)}" is not an authorized sender email address for your account.`,
      "From",
    ),
  template_fault: ({ message, details }) =>
    error("template_fault", 400, quoted(message), shown(details.field)),
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
  template_unknown: ({ details }) =>
    error(
      "send-0010",
      400,
      `Template ID "${shown(details.templateId)}" doesn't exist for your account.`,
      "TemplateID",
    ),
};

/** Translates a refusal of core into the dialect of Send API v3.1. Null when it is none that concerns a message. */
export function sendErrorOf(refusal: Refusal): SendError | null {
  const { code } = refusal;
  return Object.hasOwn(errors, code) ? errors[code as SendRefusalCode](refusal) : null;
}

function error(code: string, status: number, message: string, ...relatedTo: string[]): SendError {
  return { code, status, message, relatedTo };
}

function shown(detail: unknown): string {
  return detail === undefined || detail === null ? "" : quoted(String(detail));
}
