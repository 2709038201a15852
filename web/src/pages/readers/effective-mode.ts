import { type Counting, type CountingMode, stricter } from "../../api/counting.ts";

/** What holds of what the account wants and what the operator allows. */
export function effectiveMode({
  mode,
  operatorLimit,
}: Pick<Counting, "mode" | "operatorLimit">): CountingMode {
  return stricter(mode, operatorLimit);
}
