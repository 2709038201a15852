import type { Clock } from "../../base/clock.ts";
import type { Answer, Ask, MxRecord, RecordType, RecordTypes, TlsaRecord } from "./answer.ts";
import { ExpiringCache } from "./cache.ts";
import { dnsName, reverseName } from "./name.ts";
import { systemAsker } from "./system.ts";
import { wireAsker } from "./wire.ts";

// Some 20 MB when full, and more domains than one node writes to in an hour.
const cacheEntriesDefault = 20_000;
// Two rounds of this keep a dead server from holding a message longer than a slow mail server would.
const timeoutDefaultMs = 5_000;
// RFC 8767 §4 keeps a record seven days at most; a day is enough here and lets mistakes in a zone end.
const positiveSecondsMax = 86_400;
// RFC 2308 §5 allows hours; but whoever has just added a missing record waits for it to be seen.
const negativeSecondsMax = 300;
// RFC 9520 §3.2: a failure is kept too, so that a thousand messages to a dead domain ask once.
const failureSeconds = 5;
// Where node:dns tells no TTL.
const unknownSeconds = 60;

const absent: Answer<never> = { kind: "missing", ttlSeconds: undefined, authenticated: false };

/** What mail asks the DNS. Nothing here rejects: every outcome is an answer. */
export interface Resolver {
  mx(domain: string): Promise<Answer<MxRecord>>;
  a(host: string): Promise<Answer<string>>;
  aaaa(host: string): Promise<Answer<string>>;
  txt(name: string): Promise<Answer<readonly string[]>>;
  ptr(address: string): Promise<Answer<string>>;
  tlsa(name: string): Promise<Answer<TlsaRecord>>;
  cname(name: string): Promise<Answer<string>>;
}

/** How a resolver is made. */
export interface ResolverOptions {
  readonly clock: Clock;
  /** `host:port` each. Without any, the operating system's servers are asked through node:dns. */
  readonly servers?: readonly string[];
  /** For one question to one server. */
  readonly timeoutMs?: number;
  /** Whether the servers given validate DNSSEC and are reached over a way nobody can write to: the same machine,
   *  as a rule (RFC 7672 §1.3, RFC 4035 §4.9.3). */
  readonly validating?: boolean;
  /** 0 for a resolver that remembers nothing, as a check of a domain just changed needs. */
  readonly cacheEntriesMax?: number;
}

/** Makes a resolver with its own memory: answers live for their TTL, and a question that is already on its way is
 *  not asked twice. A name that cannot exist in the DNS is `missing` without a question.
 *  @throws Refusal resolver_invalid when a server is not written as host:port */
export function createResolver(options: ResolverOptions): Resolver {
  const timeoutMs = options.timeoutMs ?? timeoutDefaultMs;
  const servers = options.servers ?? [];
  const ask =
    servers.length === 0
      ? systemAsker({ timeoutMs })
      : wireAsker({ servers, timeoutMs, validating: options.validating ?? false });
  return resolverOver(ask, options);
}

/** A resolver over any way to ask. */
export function resolverOver(ask: Ask, options: { clock: Clock; cacheEntriesMax?: number }): Resolver {
  const look = remember(ask, options);
  return {
    mx: (domain) => look("MX", domain),
    a: (host) => look("A", host),
    aaaa: (host) => look("AAAA", host),
    txt: (name) => look("TXT", name),
    ptr: (address) => look("PTR", reverseName(address) ?? ""),
    tlsa: (name) => look("TLSA", name),
    cname: (name) => look("CNAME", name),
  };
}

function remember(ask: Ask, { clock, cacheEntriesMax }: { clock: Clock; cacheEntriesMax?: number }): Ask {
  const cache = new ExpiringCache<Answer<unknown>>(cacheEntriesMax ?? cacheEntriesDefault);
  const underway = new Map<string, Promise<Answer<unknown>>>();

  async function askAndKeep(key: string, type: RecordType, name: string): Promise<Answer<unknown>> {
    try {
      const answer = await ask(type, name);
      cache.set(key, answer, clock.now().getTime() + secondsToKeep(answer) * 1000);
      return answer;
    } finally {
      underway.delete(key);
    }
  }

  return async <T extends RecordType>(type: T, text: string): Promise<Answer<RecordTypes[T]>> => {
    const name = dnsName(text);
    if (name === undefined) return absent;
    const key = `${type} ${name}`;
    const known = cache.get(key, clock.now().getTime());
    const answer = known ?? (await (underway.get(key) ?? start(key, type, name)));
    // Kept under its type: what comes back is what that type holds.
    return answer as Answer<RecordTypes[T]>;
  };

  function start(key: string, type: RecordType, name: string): Promise<Answer<unknown>> {
    const asking = askAndKeep(key, type, name);
    underway.set(key, asking);
    return asking;
  }
}

function secondsToKeep(answer: Answer<unknown>): number {
  switch (answer.kind) {
    case "found":
      return Math.min(answer.ttlSeconds ?? unknownSeconds, positiveSecondsMax);
    case "none":
    case "missing":
      return Math.min(answer.ttlSeconds ?? unknownSeconds, negativeSecondsMax);
    case "failed":
      return failureSeconds;
  }
}
