import { type Holding, holdingsOf } from "../../base/holdings.ts";

const customer = {
  purpose: "posts mail that comes in where an account wants it",
  role: "controller",
  subject: "customer",
  basis: "GDPR art. 6(1)(b)",
  retention: "account",
  isExported: true,
  erasure: "delete",
} as const;

export const holdings: Holding[] = [
  ...holdingsOf("parse_route", ["account_id", "id", "is_generated", "created_at"], {
    ...customer,
    category: "usage",
  }),
  ...holdingsOf("parse_route", ["lookup"], { ...customer, category: "pseudonym", isExported: false }),
  ...holdingsOf("parse_route", ["sealed_address"], { ...customer, category: "identity", erasure: "shred" }),
  ...holdingsOf("parse_route", ["sealed_url"], { ...customer, category: "credential", erasure: "shred" }),
  ...holdingsOf("parse_post", ["account_id", "id", "route_id", "sealed", "attempts", "due_at"], {
    category: "content",
    purpose: "hands mail that came in over to the account it is for",
    role: "processor",
    subject: "recipient",
    basis: "GDPR art. 28(3)(a)",
    retention: "content",
    isExported: true,
    erasure: "shred",
  }),
];
