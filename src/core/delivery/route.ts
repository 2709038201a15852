import type { Clock } from "../../base/clock.ts";
import { isInternalAddress, isIP, isOwnAddress } from "../../base/ip.ts";
import { type MailHost, mailHosts } from "../../mail/dns/mail-hosts.ts";
import type { Resolver } from "../../mail/dns/resolver.ts";
import type { Credentials, TlsPolicy } from "../../mail/smtp/index.ts";
import { type DestinationLimits, limitsOf } from "./budget.ts";
import { inboxRoute } from "./lanes.ts";
import type { NoRoute } from "./outcome.ts";

// How long a route is believed: longer than a burst of mail, shorter than anybody waits after a change of MX.
const routeMsMax = 300_000;
const routeFailureMsMax = 30_000;
const routesCachedMax = 50_000;

/** One address to try. */
export interface Target {
  host: string;
  address: string;
  port: number;
  implicitTls: boolean;
  tls: TlsPolicy;
  /** Names the policy, so that connections opened under another one are not reused. */
  tlsName: string;
  auth: Credentials | null;
}

/** A destination: all routes with the same servers share its connections and its budget. */
export interface Site {
  key: string;
  limits: DestinationLimits;
  targets: Target[];
  /** Whose opinion of our addresses counts here: a provider, or all others together. null for a server the operator has
   *  named, which has none. */
  audience: string | null;
}

export type Route = { kind: "site"; site: Site } | { kind: "inbox" } | { kind: "none"; problem: NoRoute };

/** A server that stands in for the DNS: `FACTEUR_ROUTES`. */
export interface FixedRoute {
  /** A domain, or * for all others. */
  domain: string;
  host: string;
  port: number;
}

/** A server that takes all mail (any provider). */
export interface SmartHost {
  host: string;
  port: number;
  implicitTls: boolean;
  auth: Credentials | null;
}

export type DeliveryMode =
  | { kind: "direct" }
  | { kind: "inbox" }
  | { kind: "smart_host"; smartHost: SmartHost };

/** The TLS that a domain's mail needs at a host: MTA-STS and DANE are asked by the caller, who holds their caches. */
export type TlsChooser = (
  domain: string,
  host: MailHost,
) => Promise<{ kind: "policy"; policy: TlsPolicy; name: string } | { kind: "refused"; detail: string }>;

export interface RouterOptions {
  resolver: Resolver;
  clock: Clock;
  random: () => number;
  mode: DeliveryMode;
  fixedRoutes: FixedRoute[];
  chooseTls: TlsChooser;
  ca: string[] | null;
  /** May a domain's MX name this machine or one of its network? In development and tests; elsewhere it would be a loop,
   *  or a way for strangers to reach what stands behind the firewall. Fixed routes may name anything. */
  allowsOwnAddress: boolean;
}

/** Finds where a route's mail goes. */
export class Router {
  readonly #options: RouterOptions;
  readonly #cache = new Map<string, { until: number; route: Route }>();

  constructor(options: RouterOptions) {
    this.#options = options;
  }

  async find(route: string): Promise<Route> {
    const now = this.#options.clock.now().getTime();
    const cached = this.#cache.get(route);
    if (cached !== undefined && cached.until > now) return cached.route;
    const found = await this.#look(route);
    const isFailure = found.kind === "none" && found.problem === "dns_failed";
    if (this.#cache.size >= routesCachedMax) this.#cache.clear();
    this.#cache.set(route, { until: now + (isFailure ? routeFailureMsMax : routeMsMax), route: found });
    return found;
  }

  /** The destination changed its mind about TLS or address: ask anew next time. */
  forget(route: string): void {
    this.#cache.delete(route);
  }

  async #look(route: string): Promise<Route> {
    const { mode } = this.#options;
    if (route === inboxRoute || mode.kind === "inbox") return { kind: "inbox" };
    const fixed = this.#fixed(route);
    if (fixed !== undefined) return this.#server(fixed, null, false);
    if (mode.kind === "smart_host") {
      return this.#server(mode.smartHost, mode.smartHost.auth, mode.smartHost.implicitTls);
    }
    return route.startsWith("[") ? this.#literal(route) : this.#byMx(route);
  }

  #fixed(route: string): FixedRoute | undefined {
    const { fixedRoutes } = this.#options;
    return fixedRoutes.find((r) => r.domain === route) ?? fixedRoutes.find((r) => r.domain === "*");
  }

  async #server(
    server: { host: string; port: number },
    auth: Credentials | null,
    implicitTls: boolean,
  ): Promise<Route> {
    const addresses = await this.#addressesOf(server.host);
    if (addresses.length === 0) return { kind: "none", problem: "dns_failed" };
    const { ca } = this.#options;
    const isLocal = addresses.every(isOwnAddress);
    // Credentials and the mail of a whole service go to a smart host: it must prove who it is, unless it is this machine.
    const tls: TlsPolicy =
      (auth !== null || implicitTls) && !isLocal
        ? { mode: "require_pkix", names: [server.host], ...(ca === null ? {} : { ca }) }
        : { mode: "opportunistic" };
    const targets = addresses.map((address) => ({
      host: server.host,
      address,
      port: server.port,
      implicitTls,
      tls,
      tlsName: tls.mode,
      auth,
    }));
    return {
      kind: "site",
      site: { key: `${server.host}:${server.port}`, limits: limitsOfServer, targets, audience: null },
    };
  }

  async #addressesOf(host: string): Promise<string[]> {
    if (isIP(host) !== 0) return [host];
    if (host === "localhost") return ["127.0.0.1"];
    const { resolver } = this.#options;
    const [four, six] = await Promise.all([resolver.a(host), resolver.aaaa(host)]);
    return [four, six].flatMap((answer) => (answer.kind === "found" ? answer.records : []));
  }

  #mayReach(address: string): boolean {
    return this.#options.allowsOwnAddress || !isInternalAddress(address);
  }

  // RFC 5321 §4.1.3: an address literal names the server itself.
  #literal(route: string): Route {
    const address = route.slice(1, -1).replace(/^ipv6:/i, "");
    if (isIP(address) === 0) return { kind: "none", problem: "missing_domain" };
    if (!this.#mayReach(address)) return { kind: "none", problem: "no_mail_host" };
    const target: Target = {
      host: route,
      address,
      port: 25,
      implicitTls: false,
      tls: { mode: "opportunistic" },
      tlsName: "opportunistic",
      auth: null,
    };
    return {
      kind: "site",
      site: { key: route, limits: limitsOf([]), targets: [target], audience: othersTogether },
    };
  }

  async #byMx(domain: string): Promise<Route> {
    const { resolver, random, chooseTls } = this.#options;
    const found = await mailHosts(resolver, domain, random);
    if (found.kind === "failed") return { kind: "none", problem: "dns_failed" };
    if (found.kind !== "hosts") return { kind: "none", problem: found.kind };
    const hosts = found.hosts
      .map((host) => ({ ...host, addresses: host.addresses.filter((address) => this.#mayReach(address)) }))
      .filter((host) => host.addresses.length > 0);
    // It may be mended, so the mail waits: a record meant for the inside of a network was published to the world.
    if (hosts.length === 0) return { kind: "none", problem: "internal_address" };
    const targets: Target[] = [];
    for (const host of hosts) {
      const tls = await chooseTls(domain, host);
      if (tls.kind === "refused") continue;
      for (const address of host.addresses) {
        targets.push({
          host: host.name,
          address,
          port: 25,
          implicitTls: false,
          tls: tls.policy,
          tlsName: tls.name,
          auth: null,
        });
      }
    }
    // Every host is refused by the domain's own policy: it may be mended, so the mail waits (RFC 8461 §5.1).
    if (targets.length === 0) return { kind: "none", problem: "tls_policy" };
    const names = found.hosts.map((host) => host.name);
    const key = `${[...new Set(names)].sort().join(",")}|${[...new Set(targets.map((t) => t.tlsName))].join(",")}`;
    const limits = limitsOf(names);
    return { kind: "site", site: { key, limits, targets, audience: limits.provider || othersTogether } };
  }
}

// Small servers share what they know of an address, through block lists.
const othersTogether = "other";

// A server the operator has named is the operator's: it gets what it can take.
const limitsOfServer: DestinationLimits = {
  provider: "",
  connectionsMax: 20,
  messagesPerConnectionMax: 1000,
  messagesPerMinuteMax: Number.POSITIVE_INFINITY,
};
