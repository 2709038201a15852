import { type Holding, holdingsOf } from "../../base/holdings.ts";

export const holdings: Holding[] = holdingsOf(
  "audit",
  ["account_id", "id", "actor", "action", "subject_id"],
  {
    category: "usage",
    purpose: "shows who changed an account's set-up",
    role: "controller",
    subject: "customer",
    basis: "GDPR art. 32(1)(d)",
    retention: "account",
    isExported: true,
    erasure: "delete",
  },
);
