import type { FailureReason, TlsaRecord } from "../dns/answer.ts";
import type { MailHost } from "../dns/mail-hosts.ts";
import type { Resolver } from "../dns/resolver.ts";
import { usableRecords } from "./verifier.ts";

const smtpPort = 25;

/** What the DNS demands of connections to a host. */
export type TlsaLookup =
  /** DANE does not apply. */
  | { readonly kind: "none" }
  /** `records` are the usable ones; there may be none among those published. */
  | { readonly kind: "found"; readonly records: readonly TlsaRecord[]; readonly baseDomain: string }
  /** It cannot be known; the host is not to be used now (RFC 7672 §2.1.3). */
  | { readonly kind: "failed"; readonly reason: FailureReason };

/** Asks for the TLSA records of a mail host, at the end of its CNAME chain first. A host whose addresses are not
 *  authenticated is not asked about: its records would prove nothing, and some servers fail on the question.
 *  @see RFC 7672 §2.2.2, §2.2.3 */
export async function lookUpTlsa(
  resolver: Resolver,
  host: Pick<MailHost, "name" | "canonicalName" | "authenticated">,
  port: number = smtpPort,
): Promise<TlsaLookup> {
  if (!host.authenticated) return { kind: "none" };
  for (const baseDomain of new Set([host.canonicalName, host.name])) {
    const answer = await resolver.tlsa(`_${port}._tcp.${baseDomain}`);
    if (answer.kind === "failed") return answer;
    if (answer.kind === "found" && answer.authenticated) {
      return { kind: "found", records: usableRecords(answer.records), baseDomain };
    }
  }
  return { kind: "none" };
}
