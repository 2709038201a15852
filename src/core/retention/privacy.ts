import { type Holding, technicalColumns } from "../../base/holdings.ts";

export const holdings: Holding[] = [
  ...technicalColumns(
    "erasure",
    ["subject", "begun_at", "ended_at", "removed"],
    "keeps what was erased from coming back with a restore, and shows that it was",
  ),
  ...technicalColumns(
    "purge",
    ["kind", "looked_at", "outcome", "removed_at", "removed"],
    "shows when retention last removed what was due",
  ),
];
