import { type Holding, holdingsOf } from "../../base/holdings.ts";

const customer = {
  purpose: "posts an account's events where it wants them",
  role: "controller",
  subject: "customer",
  basis: "GDPR art. 6(1)(b)",
  retention: "account",
  isExported: true,
  erasure: "delete",
} as const;

const waiting = {
  category: "usage",
  purpose: "posts again what was not taken",
  role: "processor",
  subject: "recipient",
  basis: "GDPR art. 28(3)(a)",
  retention: "queue",
  isExported: false,
  erasure: "delete",
} as const;

const log = {
  purpose: "shows a customer what its webhook answered",
  role: "processor",
  subject: "recipient",
  basis: "GDPR art. 28(3)(a)",
  retention: "log",
  isExported: false,
  erasure: "delete",
} as const;

export const holdings: Holding[] = [
  ...holdingsOf(
    "webhook",
    [
      ...["account_id", "id", "format", "state", "revision", "log_position", "failing_since", "failures"],
      ...["due_at", "died_at", "attempts_logged", "created_at"],
    ],
    { ...customer, category: "usage" },
  ),
  ...holdingsOf("webhook", ["lookup"], { ...customer, category: "pseudonym", isExported: false }),
  ...holdingsOf("webhook", ["sealed_url"], { ...customer, category: "credential", erasure: "shred" }),
  ...holdingsOf("webhook", ["sealed_secret"], {
    ...customer,
    category: "credential",
    isExported: false,
    erasure: "shred",
  }),
  ...holdingsOf(
    "webhook_event",
    ["account_id", "id", "webhook_id", "event_type", "is_backup", "is_mailjet", "since_position"],
    { ...customer, category: "usage" },
  ),
  ...holdingsOf(
    "webhook_replay",
    [
      ...["account_id", "id", "webhook_id", "from_id", "until_id", "log_position", "until_position", "sent"],
      "ended_at",
    ],
    { ...customer, category: "usage", retention: "log" },
  ),
  ...holdingsOf(
    "webhook_retry",
    ["account_id", "webhook_id", "log_position", "lane", "attempts", "failed_at", "due_at"],
    waiting,
  ),
  ...holdingsOf(
    "webhook_attempt",
    [
      ...["account_id", "webhook_id", "slot", "id", "outcome", "event_id", "event_count", "status"],
      "duration_ms",
    ],
    { ...log, category: "usage" },
  ),
  ...holdingsOf("webhook_attempt", ["sealed"], { ...log, category: "content", erasure: "shred" }),
];
