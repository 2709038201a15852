export { type AuditEntry, keyActor, record } from "./audit.ts";
export { holdings as auditHoldings } from "./privacy.ts";
