export { countedHtml, targetsIn } from "./counted.ts";
export {
  type LinkHost,
  type LinkHostState,
  linkHostStates,
  removeLinkHost,
  selectLinkHost,
  selectReadyHosts,
  writeLinkHost,
} from "./link-host-store.ts";
export { endOfBody } from "./links.ts";
export {
  policyUnlessSet,
  type TrackingMode,
  type TrackingPolicy,
  type TrackingWish,
  trackingModeOf,
  trackingModes,
} from "./mode.ts";
export { plainTarget } from "./plain-target.ts";
export { readPolicy, selectPolicies, writePolicy } from "./policy-store.ts";
export { holdings as trackingHoldings } from "./privacy.ts";
export { readUnsubscribeAddress, unsubscribeAddressOf } from "./reader-address.ts";
export { ReaderLinks, readerPaths } from "./reader-links.ts";
export {
  type ReaderOf,
  type Regret,
  readRegretToken,
  readUnsubscribeToken,
  writeRegretToken,
} from "./reader-token.ts";
export { type ReadingToken, readReadingToken } from "./reading-token.ts";
export { type Reading, recordReadings } from "./record-readings.ts";
export { appendUrlTags, appendUrlTagsToText } from "./url-tags.ts";
