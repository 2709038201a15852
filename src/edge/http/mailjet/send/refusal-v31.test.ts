import assert from "node:assert/strict";
import { test } from "node:test";
import { Refusal } from "../../../../base/errors.ts";
import { type SendRefusalCode, sendErrorOf } from "./refusal-v31.ts";

test("refusals of core have their code, status, text and property", () => {
  const expected: Record<SendRefusalCode, [number, string, string, string[]]> = {
    from_missing: [400, "mj-0003", "Missing mandatory property.", ["From"]],
    monitoring_category_unknown: [
      400,
      "send-0013",
      'Monitoring category "x" doesn\'t exist.',
      ["MonitoringCategory"],
    ],
    quota_exceeded: [429, "quota_exceeded", "The sending quota of your account is used up.", []],
    rate_limited: [429, "rate_limited", "Too many requests. Please wait before you send more.", []],
    sender_header_inactive: [403, "send-0007", '"x" is not an active sender of your account.', ["Sender"]],
    sender_header_not_allowed: [
      403,
      "send-0006",
      'Your API key is not permitted to use the "Sender" property.',
      ["Sender"],
    ],
    sender_not_allowed: [
      403,
      "send-0008",
      '"x" is not an authorized sender email address for your account.',
      ["From"],
    ],
    template_fault: [400, "template_fault", "Unknown identifier: var:day", ["HTMLPart"]],
    template_has_html_too: [
      400,
      "send-0004",
      '"HTMLPart" cannot be used with a template that has HTML too.',
      ["HTMLPart", "TemplateID"],
    ],
    template_invalid: [
      400,
      "send-0019",
      'Wrong type for template header, expected type "string"',
      ["sender"],
    ],
    template_unknown: [
      400,
      "send-0010",
      'Template ID "123456789" doesn\'t exist for your account.',
      ["TemplateID"],
    ],
  };
  const details = { address: "x", templateId: 123456789n, category: "x", field: "HTMLPart" };
  for (const [code, [status, errorCode, message, relatedTo]] of Object.entries(expected)) {
    const error = sendErrorOf(new Refusal(code, "Unknown identifier: var:day", details));
    assert.deepEqual(error, { status, code: errorCode, message, relatedTo });
  }
});

test("a refusal that concerns no message has no translation", () => {
  for (const code of ["busy", "toString", "__proto__"])
    assert.equal(sendErrorOf(new Refusal(code, "x")), null);
});
