import type { Probe, ProbeContext } from "../probe.ts";
import { accountBordersProbe } from "./account-borders.ts";
import { catalogueProbe } from "./catalogue.ts";
import { closingProbe } from "./closing.ts";
import { contentAgeProbe } from "./content-age.ts";
import { deletionProbe } from "./deletion.ts";
import { diskProbe } from "./disk.ts";
import { durabilityProbe } from "./durability.ts";
import { eventAgeProbe } from "./event-age.ts";
import { integrityProbe } from "./integrity.ts";
import { inventoryProbe } from "./inventory.ts";
import { policyVersionsProbe } from "./policy-versions.ts";
import { rectificationProbe } from "./rectification.ts";
import { sealingProbe } from "./sealing.ts";
import { senderRightsProbe } from "./sender-rights.ts";
import { statisticsProbe } from "./statistics.ts";
import { trackingProbe } from "./tracking.ts";
import { usageProbe } from "./usage.ts";

/** The probes that look at the database, the keys and the data folder. The disk is searched after those that write
 *  canaries. */
export function coreProbes(context: ProbeContext): Probe[] {
  return [
    contentAgeProbe(context),
    eventAgeProbe(context),
    sealingProbe(context),
    catalogueProbe(context),
    accountBordersProbe(context),
    senderRightsProbe(context),
    integrityProbe(context),
    durabilityProbe(context),
    trackingProbe(context),
    usageProbe(context),
    statisticsProbe(context),
    policyVersionsProbe(context),
    inventoryProbe(context),
    rectificationProbe(context),
    deletionProbe(context),
    closingProbe(context),
    diskProbe(context),
  ];
}
