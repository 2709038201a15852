export { answerHandovers, obtainRatchet } from "./handover.ts";
export { claimInstallation, clockChannel, clockOffsetMs, raiseClockOffset } from "./installation.ts";
export { Keyring } from "./keyring.ts";
export { holdings as keyHoldings } from "./privacy.ts";
export { ContentRatchet, hourOf } from "./ratchet.ts";
export type { Place } from "./sealing.ts";
