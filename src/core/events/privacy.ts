import { type Holding, holdingsOf, technicalColumns } from "../../base/holdings.ts";

const shared = {
  purpose: "tells the sender what became of a message",
  role: "processor",
  subject: "recipient",
  basis: "GDPR art. 28(3)(a)",
  retention: "event",
  isExported: true,
  erasure: "delete",
} as const;

export const holdings: Holding[] = [
  ...holdingsOf(
    "event",
    ["account_id", "id", "log_position", "message_id", "kind", "reason", "reply_code", "enhanced"],
    { ...shared, category: "usage" },
  ),
  ...holdingsOf("event", ["campaign_id", "verdict", "position", "tracked_opens", "tracked_clicks"], {
    ...shared,
    category: "usage",
    purpose: "counts openings and clicks, of single readers only with their consent",
  }),
  ...holdingsOf("event", ["country"], {
    ...shared,
    category: "usage",
    purpose: "counts openings and clicks by country, where the operator has a list; the address is not kept",
  }),
  ...holdingsOf("event", ["link"], {
    ...shared,
    category: "pseudonym",
    purpose: "counts the clicks of a link",
  }),
  ...holdingsOf("event", ["sealed"], { ...shared, category: "identity" }),
  ...technicalColumns(
    "follower",
    ["name", "node_id", "epoch", "expires_at", "position"],
    "lets one process at a time follow the log of events",
  ),
];
