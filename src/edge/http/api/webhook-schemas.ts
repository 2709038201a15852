import { Type } from "typebox";

import { troubles, webhookFormats } from "../../../core/webhooks/index.ts";
import { closed, Id, Instant, nullable, oneOf } from "./schema-parts.ts";

const webhookProperties = {
  id: Id,
  url: Type.String({ description: "Without its credentials." }),
  hasCredentials: Type.Boolean({ description: "Are a user and a password sent with each request?" }),
  format: oneOf(webhookFormats, "`standard` for webhooks of this API, the others for those of Mailjet's."),
  events: Type.Array(Type.String({ description: "The words of its format." })),
  isBackup: Type.Boolean({ description: "Does it only stand in for others that have died?" }),
  isSigned: Type.Boolean(),
  state: oneOf(["alive", "dead"]),
  failingSince: nullable(Instant),
  nextAttemptAt: nullable(Instant),
  diedAt: nullable(Instant),
  createdAt: Instant,
};

export const Webhook = closed(webhookProperties, "Where events are posted to, and how it is doing.");

export const NewWebhook = closed(
  { ...webhookProperties, secret: Type.String({ description: "`whsec_` and 32 bytes in base64." }) },
  "A webhook with its secret, which is shown this once.",
);

const outcome = oneOf(["delivered", "rejected", "unreachable"]);
const status = nullable(Type.Integer());
const answer = Type.String({ description: "The beginning of the answer, or why there was none." });
const trouble = nullable(
  oneOf(troubles, "Stable; pages translate it."),
  "Why there was no answer; null where there was one.",
);
const durationMs = Type.Integer({ minimum: 0 });

export const WebhookAnswer = closed({ outcome, status, trouble, answer, durationMs });

export const WebhookAttempt = closed({
  id: Id,
  at: Instant,
  outcome,
  status,
  trouble,
  answer,
  durationMs,
  eventId: Id,
  eventCount: Type.Integer({ minimum: 1 }),
});

export const WebhookReplay = closed({
  id: Id,
  since: Instant,
  until: Instant,
  sent: Type.Integer({ minimum: 0 }),
  endedAt: nullable(Instant),
});
