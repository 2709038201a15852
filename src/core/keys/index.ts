export { destroyAccountDays, resealAccountKeys } from "./account-days.ts";
export { answerHandovers, chainFiles, exportStates, obtainChains, openChains } from "./handover.ts";
export {
  claimInstallation,
  clockChannel,
  clockOffsetMs,
  erasedChannel,
  raiseClockOffset,
} from "./installation.ts";
export { type KeyChains, Keyring } from "./keyring.ts";
export { holdings as keyHoldings } from "./privacy.ts";
export { dayOf, hourOf, Ratchet } from "./ratchet.ts";
export type { Place } from "./sealing.ts";
