import { type Holding, holdingsOf } from "../../base/holdings.ts";

export const holdings: Holding[] = holdingsOf(
  "tracking_policy",
  ["account_id", "mode", "opens_by_default", "clicks_by_default", "updated_at"],
  {
    category: "usage",
    purpose: "knows how far an account lets its readers be counted",
    role: "controller",
    subject: "customer",
    basis: "GDPR art. 6(1)(b)",
    retention: "account",
    isExported: true,
    erasure: "delete",
  },
);
