export { type ErasedAccount, type ErasureContext, eraseDueAccounts, replayErasures } from "./erase.ts";
export { contentEndOf, firstReadableHour, firstWholeWeek, monthsAfter } from "./periods.ts";
export { holdings as retentionHoldings } from "./privacy.ts";
export { type Purge, type PurgedKind, selectPurges } from "./purge.ts";
export { ensurePartitions, type RetentionContext, type RetentionReport, runRetention } from "./retention.ts";
export { selectSizes, type WatchedTable } from "./sizes-store.ts";
