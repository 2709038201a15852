/** Tells the envelope's sender what became of a message, where its client has asked for that: RFC 3461, RFC 3464. */
export { type ReportBatch, type ReportContext, reportNext } from "./report-next.ts";
export { tellReturned } from "./tell-returned.ts";
