import { type Holding, technicalColumns } from "../../base/holdings.ts";

export const holdings: Holding[] = technicalColumns(
  "promise_evidence",
  ["id", "probe", "at", "outcome", "detail", "checks", "previous", "hash"],
  "shows when each promise was last proven, and how",
);
