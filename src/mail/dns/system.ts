import { promises as dns } from "node:dns";
import type { Answer, Ask, FailureReason, RecordType, RecordTypes } from "./answer.ts";
import { dnsName } from "./name.ts";

const tries = 2;

/** The servers of the operating system, or those given. */
export interface SystemOptions {
  readonly timeoutMs: number;
  readonly servers?: readonly string[];
}

interface Found<R> {
  readonly records: readonly R[];
  readonly ttlSeconds?: number;
}

type Look<R> = (name: string) => Promise<Found<R>>;

/** Asks through node:dns, which tells TTLs of addresses only and no AD bit: DANE does not work with it. */
export function systemAsker(options: SystemOptions): Ask {
  const resolver = new dns.Resolver({ timeout: options.timeoutMs, tries });
  if (options.servers !== undefined) resolver.setServers(options.servers);
  const looks = lookups(resolver);
  return async <T extends RecordType>(type: T, name: string): Promise<Answer<RecordTypes[T]>> => {
    try {
      const { records, ttlSeconds } = await looks[type](name);
      if (records.length === 0) return { kind: "none", ttlSeconds: undefined, authenticated: false };
      return { kind: "found", records, canonicalName: name, ttlSeconds, authenticated: false };
    } catch (error) {
      return answerOf(error);
    }
  };
}

function lookups(resolver: dns.Resolver): { readonly [T in RecordType]: Look<RecordTypes[T]> } {
  const addresses = (found: { address: string; ttl: number }[]): Found<string> => ({
    records: found.map(({ address }) => address),
    ttlSeconds: Math.min(...found.map(({ ttl }) => ttl)),
  });
  return {
    A: async (name) => addresses(await resolver.resolve4(name, { ttl: true })),
    AAAA: async (name) => addresses(await resolver.resolve6(name, { ttl: true })),
    CNAME: async (name) => ({ records: await resolver.resolveCname(name) }),
    PTR: async (name) => ({ records: await resolver.resolvePtr(name) }),
    TXT: async (name) => ({ records: await resolver.resolveTxt(name) }),
    MX: async (name) => ({
      records: (await resolver.resolveMx(name)).map(({ priority, exchange }) => ({
        preference: priority,
        exchange: dnsName(exchange) ?? (exchange === "." ? "" : exchange),
      })),
    }),
    TLSA: async (name) => ({
      records: (await resolver.resolveTlsa(name)).map(({ certUsage, selector, match, data }) => ({
        usage: certUsage,
        selector,
        matchingType: match,
        data: Buffer.from(data),
      })),
    }),
  };
}

function answerOf(error: unknown): Answer<never> {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  switch (code) {
    case "ENODATA":
      return { kind: "none", ttlSeconds: undefined, authenticated: false };
    case "ENOTFOUND":
    case "EBADNAME":
      return { kind: "missing", ttlSeconds: undefined, authenticated: false };
    default:
      return { kind: "failed", reason: reasons[code] ?? "server_failure" };
  }
}

const reasons: Readonly<Record<string, FailureReason>> = {
  ETIMEOUT: "timeout",
  ECANCELLED: "timeout",
  ECONNREFUSED: "unreachable",
  EBADRESP: "malformed",
  EFORMERR: "malformed",
};
