export { holdings as suppressionHoldings } from "./privacy.ts";
export {
  addSuppressions,
  findSuppressed,
  listSuppressions,
  removeSuppression,
  type Suppression,
  type SuppressionCause,
  suppressionCauses,
  type Target,
} from "./store.ts";
