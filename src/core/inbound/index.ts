export { type BounceMeaning, meaningOfReport } from "./bounce-meaning.ts";
export { type InboundContext, type TakenReport, takeComplaints, takeReport } from "./take-report.ts";
export { takeUnsubscription } from "./take-unsubscription.ts";
