import { type Holding, holdingsOf } from "../../base/holdings.ts";

const shared = {
  category: "usage",
  role: "controller",
  subject: "customer",
  basis: "GDPR art. 6(1)(b)",
  retention: "account",
  isExported: true,
  erasure: "delete",
} as const;

export const holdings: Holding[] = [
  ...holdingsOf(
    "tracking_policy",
    ["account_id", "mode", "opens_by_default", "clicks_by_default", "updated_at"],
    { ...shared, purpose: "knows how far an account lets its readers be counted" },
  ),
  ...holdingsOf("link_host", ["account_id", "domain", "host", "state", "checked_at"], {
    ...shared,
    purpose: "lets links in mail lead to the customer's own host",
  }),
];
