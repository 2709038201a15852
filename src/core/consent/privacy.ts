import { type Holding, holdingsOf } from "../../base/holdings.ts";

const shared = {
  purpose: "shows who has agreed to be told apart as a reader, to what, and since when",
  role: "processor",
  subject: "recipient",
  basis: "GDPR art. 7(1), 7(3)",
  retention: "account",
  isExported: true,
} as const;

export const holdings: Holding[] = [
  // The hash and the decision outlive the address: a withdrawal stays in force for mail that is still read.
  ...holdingsOf("consent", ["lookup"], { ...shared, category: "pseudonym", erasure: "keep" }),
  ...holdingsOf("consent", ["sealed"], { ...shared, category: "identity", erasure: "shred" }),
  ...holdingsOf(
    "consent",
    ["account_id", "id", "purpose", "decision", "source", "source_id", "actor", "decided_at"],
    { ...shared, category: "usage", erasure: "keep" },
  ),
];
