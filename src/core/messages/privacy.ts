import { type Holding, holdingsOf } from "../../base/holdings.ts";

const processor = { role: "processor", subject: "recipient", basis: "GDPR art. 28(3)(a)" } as const;
const event = { ...processor, retention: "event", isExported: true, erasure: "delete" } as const;
const content = { ...processor, retention: "content", isExported: true, erasure: "shred" } as const;

const messageUsage = [
  "account_id",
  "id",
  "content_id",
  "part_id",
  "campaign_id",
  "sender_id",
  "domain",
  "size_bytes",
  "attachment_count",
  "has_html",
  "has_text",
  "track_opens",
  "track_clicks",
  "state",
  "reason",
  "attempts",
  "was_unknown",
  "changed_at",
];

export const holdings: Holding[] = [
  ...holdingsOf("content", ["account_id", "id", "sealed"], {
    ...content,
    category: "content",
    purpose: "composes and delivers messages",
  }),
  ...holdingsOf("inbox", ["account_id", "id", "message_id", "sealed"], {
    ...content,
    category: "content",
    purpose: "shows test messages to their sender",
  }),
  ...holdingsOf(
    "report_wish",
    [
      "account_id",
      "message_id",
      "on_success",
      "on_failure",
      "on_delay",
      "due_at",
      "sealed",
      "sealed_returned",
    ],
    {
      ...content,
      category: "content",
      purpose: "tells the envelope's sender what became of a message, where that was asked for",
      subject: "customer",
      isExported: false,
    },
  ),
  ...holdingsOf("report", ["account_id", "id", "message_id", "action", "sealed"], {
    ...content,
    category: "content",
    purpose: "delivers a report to the envelope's sender",
    isExported: false,
  }),
  ...holdingsOf("message", ["sealed"], {
    ...event,
    category: "identity",
    purpose: "shows what was sent to whom",
  }),
  ...holdingsOf("message", ["lookup", "custom_lookup"], {
    ...event,
    category: "pseudonym",
    purpose: "finds messages by recipient or by the sender's own id",
  }),
  ...holdingsOf("message", messageUsage, {
    ...event,
    category: "usage",
    purpose: "shows where a message stands",
  }),
  ...holdingsOf(
    "idempotency",
    ["account_id", "key_hash", "body_hash", "answer_id", "sealed_answer", "created_at"],
    {
      ...processor,
      category: "content",
      purpose: "answers a repeated request as the first time",
      retention: "day",
      isExported: false,
      erasure: "shred",
    },
  ),
  ...holdingsOf("campaign", ["account_id", "id", "lookup", "sealed_name", "created_at"], {
    ...processor,
    category: "identity",
    purpose: "groups messages under the sender's name for them",
    subject: "customer",
    retention: "account",
    isExported: true,
    erasure: "delete",
  }),
  ...holdingsOf("intake", ["account_id", "id", "campaign_id", "sender_id", "slice", "messages"], {
    ...processor,
    category: "usage",
    purpose: "brings what was accepted into the statistics",
    subject: "customer",
    retention: "queue",
    isExported: false,
    erasure: "delete",
  }),
  ...holdingsOf("campaign_recipient", ["account_id", "campaign_id", "lookup", "created_at"], {
    ...event,
    category: "pseudonym",
    purpose: "sends nobody the same campaign twice",
  }),
];
