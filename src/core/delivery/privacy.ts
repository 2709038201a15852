import { type Holding, holdingsOf, technicalColumns } from "../../base/holdings.ts";

const queue = [
  "lane",
  "id",
  "account_id",
  "content_id",
  "part_id",
  "route",
  "band",
  "due_at",
  "expires_at",
  "attempts",
  "is_bulk",
  "is_repeat",
  "is_cancelled",
  "is_report",
  "claimed_by",
  "claim_epoch",
  "hold",
];

export const holdings: Holding[] = [
  ...holdingsOf("delivery", queue, {
    category: "usage",
    purpose: "delivers accepted messages",
    role: "processor",
    subject: "recipient",
    basis: "GDPR art. 28(3)(a)",
    retention: "queue",
    isExported: false,
    erasure: "delete",
  }),
  ...technicalColumns("node", ["id", "name", "delivers", "seen_at"], "numbers the running processes"),
  ...technicalColumns(
    "lane",
    ["lane", "node_id", "epoch", "expires_at"],
    "gives each part of the queue one owner",
  ),
  ...technicalColumns(
    "destination_state",
    ["route", "node_id", "paused_until", "connections", "reason"],
    "shows how recipient domains stand at this moment",
  ),
  ...technicalColumns(
    "source_usage",
    ["source", "provider", "day", "sent"],
    "limits what an address sends that is warming up",
  ),
];
