import { type Holding, holdingsOf } from "../../base/holdings.ts";

const columns = [
  "account_id",
  "id",
  "owner_type",
  "name",
  "edit_mode",
  "locale",
  "is_starred",
  "categories",
  "purposes",
  "sealed",
  "sealed_content",
  "created_at",
  "updated_at",
];

export const holdings: Holding[] = holdingsOf("template", columns, {
  category: "content",
  // Stored work of the customer, not the content of a message (P106): it stays until its owner removes it.
  purpose: "keeps the customer's templates",
  role: "processor",
  subject: "customer",
  basis: "GDPR art. 28(3)(a)",
  retention: "account",
  isExported: true,
  erasure: "delete",
});
