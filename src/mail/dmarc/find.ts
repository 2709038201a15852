import type { FailureReason } from "../dns/answer.ts";
import { dnsName } from "../dns/name.ts";
import type { Resolver } from "../dns/resolver.ts";
import { type DmarcPolicy, type DmarcRecord, isDmarc, parseDmarcRecord } from "./record.ts";

// RFC 9989 §4.10: a name of eight labels or more is followed by its last seven, which makes eight questions at most.
const labelsAfterFirst = 7;

/** A name whose records receivers pass over. */
export interface IgnoredDmarc {
  readonly name: string;
  readonly reason: "several" | "malformed";
}

/** The policy that holds for a domain. */
export type DmarcFinding =
  | {
      readonly kind: "found";
      /** The domain whose record it is: the one asked about, one above it, or a public suffix. */
      readonly at: string;
      readonly text: string;
      readonly record: DmarcRecord;
      /** What receivers apply to the domain asked about, if it exists; undefined for nothing. */
      readonly appliedPolicy: DmarcPolicy | undefined;
      /** Names with the same organizational domain are aligned in relaxed mode. */
      readonly organizationalDomain: string;
      readonly ignored: readonly IgnoredDmarc[];
    }
  | {
      readonly kind: "none";
      readonly organizationalDomain: string;
      readonly ignored: readonly IgnoredDmarc[];
    }
  | { readonly kind: "failed"; readonly reason: FailureReason };

interface Step {
  readonly name: string;
  readonly text: string;
  readonly record: DmarcRecord;
}

/** Finds the DMARC record of a domain by walking up the DNS tree, at most eight questions.
 *  @see RFC 9989 §4.10 */
export async function findDmarc(resolver: Resolver, domain: string): Promise<DmarcFinding> {
  const start = dnsName(domain);
  if (start === undefined) return { kind: "none", organizationalDomain: domain, ignored: [] };
  const steps: Step[] = [];
  const ignored: IgnoredDmarc[] = [];
  for (const name of walkOf(start)) {
    const answer = await resolver.txt(`_dmarc.${name}`);
    if (answer.kind === "failed") return answer;
    const texts = answer.kind === "found" ? answer.records.map((strings) => strings.join("").trim()) : [];
    const [text, ...others] = texts.filter(isDmarc);
    if (text === undefined) continue;
    const record = parseDmarcRecord(text);
    if (others.length > 0) ignored.push({ name, reason: "several" });
    else if (record === undefined) ignored.push({ name, reason: "malformed" });
    else {
      steps.push({ name, text, record });
      if (record.publicSuffix !== "u") break;
    }
  }
  return judge(start, steps, ignored);
}

/** The names asked about, longest first. */
function walkOf(domain: string): string[] {
  const labels = domain.split(".");
  const names = [domain];
  const from = Math.max(1, labels.length - labelsAfterFirst);
  for (let at = from; at < labels.length; at++) names.push(labels.slice(at).join("."));
  return names;
}

function judge(domain: string, steps: readonly Step[], ignored: readonly IgnoredDmarc[]): DmarcFinding {
  const organizationalDomain = organizationalDomainOf(domain, steps);
  const last = steps.at(-1);
  // RFC 9989 §4.10.1: the domain's own record, else its organizational domain's, else the public suffix's.
  const step =
    steps.find(({ name }) => name === domain) ??
    steps.find(({ name }) => name === organizationalDomain) ??
    (last?.record.publicSuffix === "y" ? last : undefined);
  if (step === undefined) return { kind: "none", organizationalDomain, ignored };
  const { policy, subdomainPolicy } = step.record;
  const appliedPolicy = step.name === domain ? policy : (subdomainPolicy ?? policy);
  return {
    kind: "found",
    at: step.name,
    text: step.text,
    record: step.record,
    appliedPolicy,
    organizationalDomain,
    ignored,
  };
}

/** RFC 9989 §4.10.2: marked as no public suffix, else one label below a public suffix, else the shortest with a
 *  record, else the domain itself. */
function organizationalDomainOf(domain: string, steps: readonly Step[]): string {
  const last = steps.at(-1);
  if (last === undefined) return domain;
  if (last.record.publicSuffix === "y" && last.name !== domain) {
    const labels = last.name.split(".").length + 1;
    return domain.split(".").slice(-labels).join(".");
  }
  return last.name;
}
