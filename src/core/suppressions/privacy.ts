import { type Holding, holdingsOf } from "../../base/holdings.ts";

const shared = {
  purpose: "never mails again who cannot or does not want to be reached",
  role: "processor",
  subject: "recipient",
  basis: "GDPR art. 21(3), art. 6(1)(c)",
  retention: "account",
  isExported: true,
} as const;

export const holdings: Holding[] = [
  // The hash outlives the address: erasing a person must not make them reachable again.
  ...holdingsOf("suppression", ["lookup"], { ...shared, category: "pseudonym", erasure: "keep" }),
  ...holdingsOf("suppression", ["sealed"], { ...shared, category: "identity", erasure: "shred" }),
  ...holdingsOf("suppression", ["account_id", "id", "cause", "source", "source_id", "created_at"], {
    ...shared,
    category: "usage",
    erasure: "keep",
  }),
];
