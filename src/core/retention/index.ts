export { contentEndOf, firstReadableHour, monthsAfter } from "./periods.ts";
export { ensurePartitions, type RetentionContext, type RetentionReport, runRetention } from "./retention.ts";
