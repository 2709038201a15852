import type { Probe, ProbeContext } from "../../core/policy/index.ts";
import { accessProbes } from "./access.ts";
import { policyProbes } from "./policy.ts";
import { toldApartProbe } from "./told-apart.ts";
import { unsubscribeProbe } from "./unsubscribe.ts";
import { type ServicePlace, webProbes } from "./web.ts";

/** The probes that ask the service over the network. */
export function edgeProbes(context: ProbeContext, place: ServicePlace): Probe[] {
  return [
    ...webProbes(place),
    ...policyProbes(context, place),
    ...accessProbes(context, place),
    unsubscribeProbe(context, place),
    toldApartProbe(context, place),
  ];
}
