import { type Holding, holdingsOf } from "../../base/holdings.ts";

const customer = {
  role: "controller",
  subject: "customer",
  basis: "GDPR art. 6(1)(b)",
  retention: "account",
  isExported: true,
  erasure: "shred",
} as const;

export const holdings: Holding[] = [
  ...holdingsOf("account", ["sealed"], {
    ...customer,
    category: "identity",
    purpose: "knows who the customer is",
  }),
  ...holdingsOf("account", ["address_lookup"], {
    ...customer,
    category: "pseudonym",
    purpose: "finds an account by its address",
    isExported: false,
  }),
  ...holdingsOf(
    "account",
    ["id", "parent_id", "state", "day_quota", "created_at", "closed_at", "erase_at", "is_synthetic"],
    {
      ...customer,
      category: "usage",
      purpose: "runs the account",
      erasure: "delete",
    },
  ),
  ...holdingsOf("api_key", ["secret_hash", "public_key"], {
    ...customer,
    category: "credential",
    purpose: "lets programs of the customer in",
    isExported: false,
    erasure: "delete",
  }),
  ...holdingsOf("api_key", ["sealed_name"], {
    ...customer,
    category: "identity",
    purpose: "tells keys apart",
  }),
  ...holdingsOf(
    "api_key",
    ["account_id", "id", "scopes", "is_primary", "is_active", "created_at", "last_used_on", "revoked_at"],
    { ...customer, category: "usage", purpose: "shows which keys are in use", erasure: "delete" },
  ),
  ...holdingsOf("sign_in_link", ["account_id", "id", "token_hash", "expires_at"], {
    ...customer,
    category: "credential",
    purpose: "signs somebody in to the dashboard, once",
    retention: "session",
    isExported: false,
    erasure: "delete",
  }),
  ...holdingsOf("session", ["account_id", "id", "secret_hash", "created_at", "ends_at"], {
    ...customer,
    category: "credential",
    purpose: "knows who is signed in to the dashboard",
    retention: "session",
    isExported: false,
    erasure: "delete",
  }),
  ...holdingsOf("smtp_refusal", ["account_id", "id", "key_id", "kind", "code", "sealed"], {
    ...customer,
    category: "identity",
    purpose: "shows what a program was refused by SMTP to who sets it up",
    retention: "day",
    isExported: false,
    erasure: "delete",
  }),
  ...holdingsOf("profile", ["account_id", "sealed", "updated_at"], {
    ...customer,
    category: "identity",
    purpose: "what the customer says of itself",
  }),
  ...holdingsOf("account_access", ["account_id", "id", "sealed", "is_active", "created_at"], {
    ...customer,
    category: "identity",
    purpose: "people the account shares a key with",
  }),
  ...holdingsOf("usage_day", ["account_id", "day", "writer", "accepted"], {
    ...customer,
    category: "usage",
    purpose: "quota and billing",
    erasure: "delete",
  }),
];
