import { type Holding, holdingsOf } from "../../base/holdings.ts";

const customer = {
  role: "controller",
  subject: "customer",
  basis: "GDPR art. 6(1)(b)",
  retention: "account",
  isExported: true,
  erasure: "delete",
} as const;

const domainColumns = [
  "account_id",
  "id",
  "name",
  "ownership_token",
  "selector",
  "rsa_public",
  "ed25519_public",
  "state",
  "verified_by",
  "verified_at",
  "spf_status",
  "dkim_status",
  "report",
  "checked_at",
  "next_check_at",
  "created_at",
];
const senderColumns = [
  "account_id",
  "id",
  "domain",
  "is_domain_wide",
  "is_default",
  "is_meta",
  "kind",
  "state",
  "file_token",
  "confirm_expires_at",
  "created_at",
];

export const holdings: Holding[] = [
  // P15: sending domain names are collected to provide the service.
  ...holdingsOf("domain", domainColumns, {
    ...customer,
    category: "usage",
    purpose: "sends from the customer's domain",
  }),
  ...holdingsOf("domain", ["sealed_rsa", "sealed_ed25519"], {
    ...customer,
    category: "credential",
    purpose: "signs the customer's mail (DKIM)",
    isExported: false,
    erasure: "shred",
  }),
  ...holdingsOf("sender", ["sealed"], {
    ...customer,
    category: "identity",
    purpose: "knows who may be sent as",
  }),
  ...holdingsOf("sender", ["lookup"], {
    ...customer,
    category: "pseudonym",
    purpose: "finds a sender by its address",
    isExported: false,
  }),
  ...holdingsOf("sender", ["confirm_hash"], {
    ...customer,
    category: "credential",
    purpose: "confirms that an address belongs to the customer",
    isExported: false,
  }),
  ...holdingsOf("sender", senderColumns, {
    ...customer,
    category: "usage",
    purpose: "knows who may be sent as",
  }),
];
