import type { X509Certificate } from "node:crypto";
import type { TlsaRecord } from "../dns/answer.ts";
import type { MailHost } from "../dns/mail-hosts.ts";
import { mxMatches, type StsPolicy } from "../mta-sts/policy.ts";
import type { TlsaLookup } from "./lookup.ts";
import { daneVerifier } from "./verifier.ts";

/** How a host may be spoken to. All but `avoid` are policies of the SMTP client as they stand. */
export type HostTls =
  | { readonly mode: "opportunistic" }
  | { readonly mode: "require_pkix"; readonly names: readonly string[] }
  | {
      readonly mode: "dane";
      readonly records: readonly TlsaRecord[];
      readonly verify: (chain: readonly X509Certificate[]) => boolean;
    }
  /** Not this host, not now: the next one, or later. */
  | { readonly mode: "avoid"; readonly reason: "tlsa_unknown" | "not_in_sts_policy" };

/** What the decision rests on. */
export interface HostFacts {
  /** The recipient's domain, whose MX was looked up. */
  readonly domain: string;
  readonly host: Pick<MailHost, "name">;
  readonly tlsa: TlsaLookup;
  /** Undefined where the domain has no MTA-STS policy. */
  readonly sts: StsPolicy | undefined;
  readonly now: Date;
}

/** Decides what a connection to a host must prove. DANE beats MTA-STS, which must not override its failure
 *  (RFC 8461 §2); records that nobody can use leave the word to MTA-STS, and demand at least encryption. */
export function tlsPolicyFor({ domain, host, tlsa, sts, now }: HostFacts): HostTls {
  if (tlsa.kind === "failed") return { mode: "avoid", reason: "tlsa_unknown" };
  const isEnforced = sts?.mode === "enforce";
  if (tlsa.kind === "found" && (tlsa.records.length > 0 || !isEnforced)) {
    const names = [tlsa.baseDomain, domain];
    return { mode: "dane", records: tlsa.records, verify: daneVerifier(tlsa.records, { names, now }) };
  }
  if (!isEnforced) return { mode: "opportunistic" };
  if (!mxMatches(sts, host.name)) return { mode: "avoid", reason: "not_in_sts_policy" };
  // RFC 8461 §4.1: the policy names the hosts, the certificate must name the host that is used.
  return { mode: "require_pkix", names: [host.name] };
}
