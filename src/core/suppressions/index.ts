export { holdings as suppressionHoldings } from "./privacy.ts";
export {
  addSuppressions,
  findSuppressed,
  listSuppressions,
  removeSuppressionById,
  type Suppression,
  type SuppressionCause,
  suppressionCauses,
  type Target,
} from "./store.ts";
