export type { Evidence } from "./evidence.ts";
export { lookAtPromises, type Overview, type Standing } from "./overview.ts";
export { holdings as policyHoldings } from "./privacy.ts";
export { type Finding, Findings, type Probe, type ProbeContext } from "./probe.ts";
export { coreProbes } from "./probes/all.ts";
export { type Entry, type Language, languages, readRegister, type Texts, withFigures } from "./register.ts";
export { type DayState, type State, states } from "./states.ts";
export { PromiseWatch } from "./watch.ts";
