import { type Holding, holdingsOf, technicalColumns } from "../../base/holdings.ts";

export const holdings: Holding[] = [
  ...holdingsOf("account_key", ["account_id", "sealed_key", "sealed_on"], {
    category: "credential",
    purpose: "seals and opens what belongs to the account",
    role: "processor",
    subject: "customer",
    basis: "GDPR art. 32(1)(a)",
    retention: "account",
    isExported: false,
    erasure: "shred",
  }),
  ...technicalColumns(
    "key_handover",
    ["id", "public_key", "proof", "asked_at", "answer"],
    "gives a new node the chains of keys that still exist",
  ),
  ...technicalColumns(
    "installation",
    ["only_row", "root_check", "ratchet_id", "account_chain_id", "clock_offset_ms"],
    "binds the database to its keys",
  ),
];
