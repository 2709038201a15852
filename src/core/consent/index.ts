export {
  type ConsentDecision,
  type ConsentEntry,
  type ConsentProof,
  type ConsentPurpose,
  type ConsentSource,
  type ConsentsInForce,
  type ConsentTarget,
  consentDecisions,
  consentPurposes,
  consentSources,
} from "./consent.ts";
export { holdings as consentHoldings } from "./privacy.ts";
export {
  addressesOf,
  checkDecision,
  consentsInForce,
  type DecisionMade,
  openProof,
  type ReaderWithdrawal,
  recordConsents,
  recordWithdrawal,
  withoutKnown,
  withoutWithdrawn,
} from "./record.ts";
export { type LatestConsent, listConsents, selectLatestConsents } from "./store.ts";
