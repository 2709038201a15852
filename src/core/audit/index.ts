export { type Actor, actorName } from "./actor.ts";
export { holdings as auditHoldings } from "./privacy.ts";
export { type AuditEntry, record } from "./store.ts";
