import type { Holding } from "./base/holdings.ts";
import { holdings as baseHoldings } from "./base/privacy.ts";
import { accountHoldings } from "./core/accounts/index.ts";
import { auditHoldings } from "./core/audit/index.ts";
import { consentHoldings } from "./core/consent/index.ts";
import { deliveryHoldings } from "./core/delivery/index.ts";
import { domainHoldings } from "./core/domains/index.ts";
import { eventHoldings } from "./core/events/index.ts";
import { inboundHoldings } from "./core/inbound/index.ts";
import { keyHoldings } from "./core/keys/index.ts";
import { messageHoldings } from "./core/messages/index.ts";
import { policyHoldings } from "./core/policy/index.ts";
import { retentionHoldings } from "./core/retention/index.ts";
import { statisticHoldings } from "./core/statistics/index.ts";
import { suppressionHoldings } from "./core/suppressions/index.ts";
import { templateHoldings } from "./core/templates/index.ts";
import { trackingHoldings } from "./core/tracking/index.ts";
import { webhookHoldings } from "./core/webhooks/index.ts";

/** Every column that the modules declare. */
export const allHoldings: Holding[] = [
  ...baseHoldings,
  ...auditHoldings,
  ...keyHoldings,
  ...eventHoldings,
  ...accountHoldings,
  ...domainHoldings,
  ...consentHoldings,
  ...suppressionHoldings,
  ...templateHoldings,
  ...trackingHoldings,
  ...deliveryHoldings,
  ...messageHoldings,
  ...inboundHoldings,
  ...statisticHoldings,
  ...webhookHoldings,
  ...policyHoldings,
  ...retentionHoldings,
];

/** Every table that holds rows of accounts. */
export const accountTables: readonly string[] = [
  ...new Set(allHoldings.filter(({ column }) => column === "account_id").map(({ table }) => table)),
  "account",
];
