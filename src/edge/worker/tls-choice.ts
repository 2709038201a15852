import type { Clock } from "../../base/clock.ts";
import type { TlsChooser } from "../../core/delivery/index.ts";
import { tlsPolicyFor } from "../../mail/dane/decide.ts";
import { lookUpTlsa } from "../../mail/dane/lookup.ts";
import type { Resolver } from "../../mail/dns/resolver.ts";
import type { StsSource } from "../../mail/mta-sts/source.ts";

/** Chooses the TLS a host must offer, by DANE and MTA-STS.
 *  @param ca more roots to trust for MTA-STS hosts, PEM; null for those of Node */
export function chooseTlsWith(
  resolver: Resolver,
  sts: StsSource,
  clock: Clock,
  ca: string[] | null,
): TlsChooser {
  return async (domain, host) => {
    const finding = await sts.policyFor(domain);
    const policy = finding.kind === "policy" ? finding.policy : undefined;
    const tlsa = await lookUpTlsa(resolver, host);
    const choice = tlsPolicyFor({ domain, host: host, tlsa, sts: policy, now: new Date(clock.real()) });
    switch (choice.mode) {
      case "avoid":
        return { kind: "refused", detail: choice.reason };
      case "opportunistic":
        return { kind: "policy", policy: { mode: "opportunistic" }, name: "opportunistic" };
      case "require_pkix":
        return {
          kind: "policy",
          policy: { mode: "require_pkix", names: choice.names, ...(ca === null ? {} : { ca }) },
          name: `pkix ${choice.names.join(",")}`,
        };
      case "dane":
        return { kind: "policy", policy: { mode: "dane", verify: choice.verify }, name: `dane ${host.name}` };
    }
  };
}
