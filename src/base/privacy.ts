import { type Holding, technicalColumns } from "./holdings.ts";

export const holdings: Holding[] = technicalColumns(
  "migration",
  ["number", "name", "checksum", "applied_at"],
  "knows which steps the schema has taken",
);
