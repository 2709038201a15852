import type { Refusal } from "../../../base/errors.ts";
import { type AcceptRefusalCode, acceptRefusalCodes } from "../../../core/messages/index.ts";
import { reply, type ServerReply } from "../../../mail/smtp/server/index.ts";

type Meaning = (refusal: Refusal) => ServerReply;

// What passes with time is 4yz, so that the client keeps the message and tries again; 5yz is for what its author has to
// mend. Texts are those of the Send API where it says the same, with its code.
const meanings: Record<AcceptRefusalCode, Meaning> = {
  account_suspended: ({ message }) => reply(550, "5.7.13", message),
  busy: ({ message }) => reply(451, "4.3.2", message),
  from_missing: () => reply(554, "5.6.0", "From: Missing mandatory property. (mj-0003)"),
  // A header, as over HTTP, but of the message.
  idempotency_mismatch: ({ message }) => reply(554, "5.6.0", message),
  monitoring_category_unknown: ({ details }) =>
    reply(
      554,
      "5.6.0",
      `X-MJ-MonitoringCategory: Monitoring category "${shown(details.category)}" doesn't exist. (send-0013)`,
    ),
  quota_exceeded: ({ message }) => reply(452, "4.7.1", message),
  sender_header_inactive: ({ details }) =>
    reply(
      550,
      "5.7.1",
      `Sender: "${shown(details.address)}" is not an active sender of your account. (send-0007)`,
    ),
  sender_not_allowed: ({ details }) =>
    reply(
      550,
      "5.7.1",
      `From: "${shown(details.address)}" is not an authorized sender email address for your account. (send-0008)`,
    ),
  template_fault: ({ message }) => reply(554, "5.6.0", message),
  template_has_html_too: ({ message }) => reply(554, "5.6.0", `X-MJ-TemplateID: ${message} (send-0004)`),
  template_invalid: () =>
    reply(
      554,
      "5.6.0",
      'X-MJ-TemplateID: Wrong type for template header, expected type "string" (send-0019)',
    ),
  template_unknown: ({ details }) =>
    reply(
      554,
      "5.6.0",
      `X-MJ-TemplateID: Template ID "${shown(details.templateId)}" doesn't exist for your account. (send-0010)`,
    ),
  // It may be stored. A client that tries again with the same Idempotency-Key hears what was decided.
  undecided: ({ message }) => reply(451, "4.3.0", message),
};

/** Answers a refusal of core. One that has no answer of its own speaks for itself. */
export function refusalReply(refusal: Refusal): ServerReply {
  const code = acceptRefusalCodes.find((each) => each === refusal.code);
  return code === undefined ? reply(554, "5.6.0", refusal.message) : meanings[code](refusal);
}

/** The database is away or overloaded: nothing was stored. */
export const unavailable = reply(
  451,
  "4.3.2",
  "The service cannot reach its database at the moment. Try again.",
);

export const wrongKey = reply(535, "5.7.8", "The API key or its secret key is wrong");
export const suspendedKey = reply(
  525,
  "5.7.13",
  "This API key or its account is suspended. Ask the operator why",
);
export const powerlessKey = reply(535, "5.7.8", "This API key has no permission to send");
export const authUnavailable = reply(454, "4.7.0", "The service cannot check keys at the moment. Try again");
export const crowdedKey = reply(421, "4.7.0", "Too many connections of this API key, close some of them");
export const withdrawnKey = {
  ...reply(550, "5.7.8", "This API key does not work any more"),
  isLast: true,
} as const;
export const namelessPostmaster = reply(550, "5.1.3", "Write the whole address, with its domain");

/** The key sends faster than it may. */
export function tooFast(waitSeconds: number): ServerReply {
  return reply(
    450,
    "4.7.1",
    `Too many messages of this API key. Send the next in ${Math.ceil(waitSeconds)} seconds`,
  );
}

// What a sender wrote is quoted back so that it can be found; the longest address still fits.
const shownCharactersMax = 320;

function shown(detail: unknown): string {
  return String(detail ?? "").slice(0, shownCharactersMax);
}
