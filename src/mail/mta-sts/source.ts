import type { Clock } from "../../base/clock.ts";
import { ExpiringCache } from "../dns/cache.ts";
import { dnsName } from "../dns/name.ts";
import type { Resolver } from "../dns/resolver.ts";
import { parseStsPolicy, type StsPolicy } from "./policy.ts";
import { parseStsRecord } from "./record.ts";

// Some 5 MB when full. A policy that is forgotten is fetched again, unless an attacker stands in the way just then.
const policiesMax = 10_000;
// RFC 8461 §3.3: after a failure not at every message, but again after five minutes.
const retryAfterMs = 300_000;
// RFC 8461 §10.2: a policy is renewed long before it ends, so that blocking one fetch gains nothing.
const refreshAfterMs = 86_400_000;

/** A policy as it is kept, with times in milliseconds of `Clock.now`. */
export interface KeptPolicy {
  readonly id: string;
  readonly policy: StsPolicy;
  readonly fetchedMs: number;
  readonly expiresMs: number;
}

/** Where policies outlive this source, if the owner wants them to outlive a restart. */
export interface PolicyStore {
  load(domain: string): Promise<KeptPolicy | undefined>;
  save(domain: string, kept: KeptPolicy): Promise<void>;
}

/** What holds for a domain now. */
export type StsFinding =
  | { readonly kind: "policy"; readonly policy: StsPolicy }
  | {
      readonly kind: "none";
      readonly reason: "no_record" | "invalid_record" | "lookup_failed" | "fetch_failed" | "invalid_policy";
    };

/** What a source is made of. */
export interface StsSourceOptions {
  readonly resolver: Resolver;
  readonly clock: Clock;
  /** Gets the text at an https address; rejects when the server cannot be believed. See `createPolicyFetch`. */
  readonly fetchPolicy: (url: string) => Promise<string>;
  /** Memory only unless given. */
  readonly store?: PolicyStore;
}

/** Tells the MTA-STS policy of domains. */
export interface StsSource {
  /** The policy of a recipient's domain, fetched when it is new or its id has changed. A policy once seen holds for
   *  its `max_age`, whatever happens to the record or the file: an attacker can take both away.
   *  @see RFC 8461 §3.3, §5 */
  policyFor(domain: string): Promise<StsFinding>;
}

/** Makes a source. Nothing in it rejects, unless the store does. */
export function createStsSource(options: StsSourceOptions): StsSource {
  const { resolver, clock } = options;
  const store = options.store ?? memoryStore(clock);
  const failures = new ExpiringCache<StsFinding>(policiesMax);
  const underway = new Map<string, Promise<StsFinding>>();

  async function find(domain: string): Promise<StsFinding> {
    const kept = await store.load(domain);
    const valid = kept !== undefined && kept.expiresMs > clock.now().getTime() ? kept : undefined;
    const txt = await resolver.txt(`_mta-sts.${domain}`);
    const record = txt.kind === "found" ? parseStsRecord(txt.records) : { kind: txt.kind };
    if (record.kind !== "record") {
      if (valid !== undefined) return { kind: "policy", policy: valid.policy };
      return { kind: "none", reason: reasonOf(record.kind) };
    }
    const isFresh = valid?.id === record.id && clock.now().getTime() - valid.fetchedMs < refreshAfterMs;
    if (isFresh) return { kind: "policy", policy: valid.policy };
    const fetched = failures.get(domain, clock.now().getTime()) ?? (await renew(domain, record.id));
    return fetched.kind === "none" && valid !== undefined
      ? { kind: "policy", policy: valid.policy }
      : fetched;
  }

  async function renew(domain: string, id: string): Promise<StsFinding> {
    const finding = await fetchFrom(domain);
    const nowMs = clock.now().getTime();
    if (finding.kind === "none") {
      failures.set(domain, finding, nowMs + retryAfterMs);
    } else {
      const expiresMs = nowMs + finding.policy.maxAgeSeconds * 1000;
      await store.save(domain, { id, policy: finding.policy, fetchedMs: nowMs, expiresMs });
    }
    return finding;
  }

  async function fetchFrom(domain: string): Promise<StsFinding> {
    let text: string;
    try {
      text = await options.fetchPolicy(`https://mta-sts.${domain}/.well-known/mta-sts.txt`);
    } catch {
      return { kind: "none", reason: "fetch_failed" };
    }
    const policy = parseStsPolicy(text);
    return policy === undefined ? { kind: "none", reason: "invalid_policy" } : { kind: "policy", policy };
  }

  return {
    policyFor: async (text) => {
      const domain = dnsName(text);
      if (domain === undefined) return { kind: "none", reason: "no_record" };
      const known = underway.get(domain);
      if (known !== undefined) return known;
      const finding = find(domain).finally(() => underway.delete(domain));
      underway.set(domain, finding);
      return finding;
    },
  };
}

function reasonOf(
  kind: "none" | "missing" | "failed" | "invalid",
): "no_record" | "lookup_failed" | "invalid_record" {
  if (kind === "failed") return "lookup_failed";
  return kind === "invalid" ? "invalid_record" : "no_record";
}

function memoryStore(clock: Clock): PolicyStore {
  const cache = new ExpiringCache<KeptPolicy>(policiesMax);
  return {
    load: async (domain) => cache.get(domain, clock.now().getTime()),
    save: async (domain, kept) => cache.set(domain, kept, kept.expiresMs),
  };
}
