export { holdings as suppressionHoldings } from "./privacy.ts";
export {
  addSuppressions,
  findSuppressed,
  listSuppressions,
  removeSuppressionById,
  removeUnsubscription,
} from "./store.ts";
export {
  type Suppression,
  type SuppressionCause,
  type SuppressionSource,
  suppressionCauses,
  suppressionSources,
  type Target,
} from "./suppression.ts";
