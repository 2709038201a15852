import { type Holding, holdingsOf, technicalColumns } from "../../base/holdings.ts";

export const holdings: Holding[] = [
  ...technicalColumns(
    "promise_evidence",
    ["id", "probe", "at", "outcome", "detail", "checks", "previous", "hash"],
    "shows when each promise was last proven, and how",
  ),
  ...technicalColumns(
    "attestation",
    ["id", "promise", "at", "until", "author", "statement", "document_hash", "previous", "hash"],
    "shows what the operator states of promises that no code can prove",
  ),
  ...technicalColumns(
    "policy_version",
    ["number", "published_at", "effective_at", "document", "hash"],
    "keeps every version of the privacy policy",
  ),
  ...technicalColumns("policy_announced", ["version", "at"], "shows when a version had been announced"),
  ...holdingsOf("policy_notice", ["account_id", "version", "outcome", "at"], {
    category: "usage",
    purpose: "shows that an owner was written to about a change of the policy",
    role: "controller",
    subject: "customer",
    basis: "GDPR art. 6(1)(c)",
    retention: "account",
    isExported: true,
    erasure: "delete",
  }),
];
