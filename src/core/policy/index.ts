export { type AnnouncementContext, announcePolicy } from "./announce.ts";
export { attest, withdrawAttestation } from "./attest.ts";
export type { Attestation } from "./attestation.ts";
export type { Evidence } from "./evidence.ts";
export { isFigure } from "./figure-rules.ts";
export { changedPromises } from "./notice-words.ts";
export { lookAtPromises, type Overview, type Standing } from "./overview.ts";
export { deliveredSource, freshAddress, plantMessage } from "./plant.ts";
export { type PolicyEdition, type PolicyView, sectionsOf, viewPolicy } from "./policy-view.ts";
export { holdings as policyHoldings } from "./privacy.ts";
export { type Finding, Findings, type Probe, type ProbeContext } from "./probe.ts";
export { coreProbes } from "./probes/all.ts";
export { type Draft, type DraftedPolicy, draftPolicy, ensureFirstPolicy, publishPolicy } from "./publish.ts";
export {
  type Entry,
  type Language,
  languages,
  readRegister,
  storedInBrowsers,
  type Texts,
  withFigures,
} from "./register.ts";
export { type DayState, type State, states } from "./states.ts";
export { ensureSynthetic, forgetSyntheticConsents } from "./synthetic.ts";
export { figuresOf, type PolicyChange, type PolicyVersion } from "./version.ts";
export { countNotices, selectPolicyVersions } from "./version-store.ts";
export { PromiseWatch } from "./watch.ts";
