import { existsSync } from "node:fs";
import path from "node:path";
import type { Core } from "./app-core.ts";
import type { Holding } from "./base/holdings.ts";
import { holdings as baseHoldings } from "./base/privacy.ts";
import { accountHoldings } from "./core/accounts/index.ts";
import { auditHoldings } from "./core/audit/index.ts";
import { deliveryHoldings } from "./core/delivery/index.ts";
import { domainHoldings, SenderBook } from "./core/domains/index.ts";
import { eventHoldings } from "./core/events/index.ts";
import { keyHoldings } from "./core/keys/index.ts";
import { Acceptance, messageHoldings, StandardRules } from "./core/messages/index.ts";
import {
  coreProbes,
  type Probe,
  type ProbeContext,
  PromiseWatch,
  policyHoldings,
} from "./core/policy/index.ts";
import { ensurePartitions } from "./core/retention/index.ts";
import { suppressionHoldings } from "./core/suppressions/index.ts";
import { templateHoldings } from "./core/templates/index.ts";
import { type PlaceOfService, webProbes } from "./edge/probes/web.ts";

/** Every column that the modules declare. */
export const allHoldings: Holding[] = [
  ...baseHoldings,
  ...auditHoldings,
  ...keyHoldings,
  ...eventHoldings,
  ...accountHoldings,
  ...domainHoldings,
  ...suppressionHoldings,
  ...templateHoldings,
  ...deliveryHoldings,
  ...messageHoldings,
  ...policyHoldings,
];

export type { PlaceOfService } from "./edge/probes/web.ts";

/** Joins the probes with what they look at.
 *  @param place null leaves out the probes that look from the network: another process may do so */
export function watchPromises(core: Core, place: PlaceOfService | null): PromiseWatch {
  const seenFromOutside = place === null ? [] : webProbes(place);
  const probes: Probe[] = [...seenFromOutside, ...coreProbes(probeContextOf(core))];
  return new PromiseWatch({ ...core, probes });
}

// The probes have an acceptance of their own, with the same rules: what they send is delivered like everybody's.
function probeContextOf(core: Core): ProbeContext {
  const { database, keyring, clock, ids, dataFolder } = core;
  const senders = new SenderBook(database, keyring, clock);
  const acceptance = new Acceptance({
    database,
    keyring,
    clock,
    ids,
    rules: new StandardRules({ database, keyring, senders }),
    dayQuotaDefault: Number.POSITIVE_INFINITY,
    onQueued: () => {},
    ensurePartitions: () => ensurePartitions(core).then(() => undefined),
  });
  const isDatabaseHere = existsSync(path.join(dataFolder, "postgres"));
  return {
    database,
    keyring,
    clock,
    ids,
    acceptance,
    senders,
    dataFolder,
    isDatabaseHere,
    holdings: allHoldings,
  };
}
