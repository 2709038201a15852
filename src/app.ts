import path from "node:path";
import { accountKeeper, erasureOf } from "./app-closing.ts";
import { type Core, closeAll, folderIdOf } from "./app-core.ts";
import { buildHttp, type HttpOptions, type HttpParts } from "./app-http.ts";
import { listenForLinkHosts, openLinkHosts } from "./app-link-hosts.ts";
import { followLog, type LogFollowers } from "./app-log.ts";
import { Metrics } from "./app-metrics.ts";
import { watchPromises } from "./app-promises.ts";
import { readerLinksOf } from "./app-readers.ts";
import { type SmtpOptions, type SubmissionPlace, startInbound, startSmtp } from "./app-smtp.ts";
import { startWebhooks, type WebhookOptions } from "./app-webhooks.ts";
import { usualRootsAnd } from "./base/roots.ts";
import { TokenBuckets } from "./base/token-bucket.ts";
import { Authenticator } from "./core/accounts/index.ts";
import { actorName } from "./core/audit/index.ts";
import { type FixedRoute, Router } from "./core/delivery/index.ts";
import {
  lookAtDomain,
  recordCheck,
  SenderBook,
  selectDomain,
  selectDueDomains,
} from "./core/domains/index.ts";
import { Acceptance, StandardRules, TemplateFaultReports } from "./core/messages/index.ts";
import { announcePolicy, type PromiseWatch } from "./core/policy/index.ts";
import { ensurePartitions, replayErasures } from "./core/retention/index.ts";
import { type ReaderLinks, selectLinkHost, writeLinkHost } from "./core/tracking/index.ts";
import { Countries } from "./edge/readers/countries.ts";
import { lookAtLinkHost } from "./edge/readers/link-host.ts";
import { Housekeeping } from "./edge/worker/housekeeping.ts";
import { chooseTlsWith } from "./edge/worker/tls-choice.ts";
import { DeliveryWorker } from "./edge/worker/worker.ts";
import { createResolver, type Resolver } from "./mail/dns/resolver.ts";
import { createPolicyFetch } from "./mail/mta-sts/fetch.ts";
import { createStsSource } from "./mail/mta-sts/source.ts";

export { type Core, openCore } from "./app-core.ts";

/** How the service behaves: all of it comes from the settings. */
export interface ServiceOptions extends HttpOptions, SmtpOptions, WebhookOptions {
  roles: ReadonlySet<"http" | "smtp" | "inbound" | "worker" | "retention">;
  publicUrl: string;
  /** The start of links in mails; null for the same. */
  linksUrl: string | null;
  fixedRoutes: FixedRoute[];
  resolver: { servers: string[]; validating: boolean };
  sourceAddresses: string[];
  /** Does a proxy in front of the service speak TLS? */
  hasTlsInFront: boolean;
  /** Of each API key and session; null is no limit. */
  requestsPerSecond: number | null;
}

/** The running service. */
export interface Service {
  core: Core;
  /** Where HTTP listens; null without that role. */
  address: { host: string; port: number } | null;
  /** Where mail is handed in by SMTP; null without that role. */
  submission: SubmissionPlace | null;
  /** Where other servers bring mail; null without that role. */
  inbound: { port: number } | null;
  /** What watches the promises in this process. */
  promises: PromiseWatch;
  stop(): Promise<void>;
}

/** Builds the parts of the service and joins them. They are stopped in the reverse order of their start, as the work
 *  flows: nothing new comes in, what is inside is finished, then the clocks stop. */
export async function startService(core: Core, options: ServiceOptions): Promise<Service> {
  const closers: (() => Promise<void> | void)[] = [];
  try {
    const places = await startParts(core, options, closers);
    return { core, ...places, stop: () => closeAll(closers) };
  } catch (error) {
    await closeAll(closers);
    throw error;
  }
}

async function startParts(
  core: Core,
  options: ServiceOptions,
  closers: (() => Promise<void> | void)[],
): Promise<Pick<Service, "address" | "submission" | "inbound" | "promises">> {
  const { database, keyring, clock, log } = core;
  const metrics = new Metrics(core);
  const senders = new SenderBook(database, keyring, clock);
  const dns = dnsOf(core, options);
  const place: { listening: string | null; publicUrl: string } = {
    listening: null,
    publicUrl: options.publicUrl,
  };
  const erasure = erasureOf(core, async () => options.systemAccountId);
  const erasedBefore = await replayErasures(erasure, clock.now());
  if (erasedBefore > 0) log.warn("accounts.erased_again", { accounts: erasedBefore });
  let worker: DeliveryWorker | null = null;
  const onQueued = (lanes: Set<number>) => worker?.wake(lanes);
  const promises = watchPromises(core, () => wayToSelf(place.listening, options), { erasure, onQueued });
  const links = readerLinksOf(core.keyring, options, () => place.publicUrl);
  closers.push(() => promises.stop());
  let announce: () => Promise<unknown> = async () => 0;
  const housekeeping = new Housekeeping({
    core,
    keepAccounts: accountKeeper(core, erasure),
    isRetaining: options.roles.has("retention"),
    isDevelopment: options.isDevelopment,
    checkDomains: (now) => checkDueDomains(core, dns.fresh, { options, place }, now),
    announcePolicy: () => announce(),
    watchPromises: () => promises.runInBackground(),
  });
  closers.push(() => housekeeping.stop());
  await housekeeping.start();
  const acceptance = new Acceptance({
    database,
    keyring,
    clock,
    ids: core.ids,
    figures: core.figures,
    rules: new StandardRules({ database, keyring, senders }),
    dayQuotaDefault: options.dayQuotaDefault,
    onQueued,
    handOver: { reserve: (deliveries) => worker?.handOver.reserve(deliveries) ?? null },
    ensurePartitions: () => ensurePartitions(core).then(() => undefined),
  });
  announce = announcer(core, options, acceptance, place, closers);
  if (options.roles.has("worker")) {
    const started = await startWorker(core, options, { senders, dns, acceptance, links });
    worker = started;
    metrics.addDelivery(started.tally);
    closers.push(() => started.stop());
    housekeeping.onContentDestroyed = () => started.forgetContent();
  }
  const relays = options.roles.has("worker");
  const webhooks = await startWebhooks(core, options, { resolver: dns.resolver, acceptance, relays });
  closers.push(() => webhooks.stop());
  const followers = keepLog(core, options, onQueued, closers);
  housekeeping.onTimeAdvanced = () => {
    worker?.wake("all");
    followers?.wake();
    webhooks.wake();
  };
  const entry = { acceptance, ...entryOf(core, options), metrics };
  const ports = await startMailPorts(core, options, { ...entry, resolver: dns.resolver }, closers);
  if (!options.roles.has("http")) return { address: null, ...ports, promises };
  const { submission } = ports;
  const parts = { ...entry, senders, resolver: dns.fresh, ...urlsOf(options, place), submission };
  const address = await startHttp(core, options, { ...parts, postWebhook: webhooks.post, place }, closers);
  return { address, ...ports, promises };
}

async function startHttp(
  core: Core,
  options: ServiceOptions,
  {
    place,
    ...parts
  }: Omit<HttpParts, "linkHosts" | "countries"> & { place: { listening: string | null; publicUrl: string } },
  closers: (() => Promise<void> | void)[],
): Promise<{ host: string; port: number }> {
  const linkHosts = await openLinkHosts(core, options.linkHosts, parts.publicUrl);
  closers.push(() => linkHosts.folder?.close());
  const { countriesFile } = options;
  const countries = countriesFile === null ? null : await Countries.open(countriesFile, core);
  closers.push(() => countries?.close());
  const http = buildHttp(core, options, { ...parts, linkHosts, countries });
  closers.push(() => http.close());
  return listen(core, http, options, place);
}

// Nothing is announced while nobody takes mail in.
function announcer(
  { database, keyring, clock }: Core,
  { systemSender, systemAccountId }: ServiceOptions,
  acceptance: Acceptance,
  place: { publicUrl: string },
  closers: (() => void)[],
): () => Promise<unknown> {
  const stopping = new AbortController();
  closers.push(() => stopping.abort());
  const publicUrl = () => place.publicUrl;
  const context = { database, keyring, clock, acceptance, systemSender, systemAccountId, publicUrl };
  return () => announcePolicy(context, stopping.signal);
}

function keepLog(
  core: Core,
  options: ServiceOptions,
  wakeLanes: (lanes: Set<number>) => void,
  closers: (() => Promise<void> | void)[],
): LogFollowers | null {
  if (!options.roles.has("worker")) return null;
  const followers = followLog(core, options, wakeLanes);
  closers.push(() => followers.stop());
  return followers;
}

async function listen(
  core: Core,
  http: ReturnType<typeof buildHttp>,
  options: ServiceOptions,
  place: { listening: string | null; publicUrl: string },
): Promise<{ host: string; port: number }> {
  const { log } = core;
  const { host, port } = options.http;
  const address = await http.listen(host, port);
  // Port 0 asks the system for a free one, which is known only now.
  if (port === 0) place.publicUrl = options.publicUrl.replace(/:0$/, `:${address.port}`);
  place.listening = urlOf(options, address.port);
  log.info("http.listening", { port: address.port });
  await listenForLinkHosts(core, http, options.linkHosts);
  return { host, port: address.port };
}

// One memory and one limit for a key, whichever way its mail comes in.
function entryOf(
  { database, keyring, clock }: Core,
  { requestsPerSecond }: ServiceOptions,
): Pick<HttpParts, "authenticator" | "waitOf"> {
  const authenticator = new Authenticator(database, keyring, clock);
  if (requestsPerSecond === null) return { authenticator, waitOf: () => 0 };
  const buckets = new TokenBuckets<string>(requestsPerSecond);
  return { authenticator, waitOf: (actor) => buckets.take(actorName(actor), clock.real()) };
}

type MailEntry = Pick<HttpParts, "acceptance" | "authenticator" | "waitOf"> & { metrics: Metrics };

// Where mail comes in: from programs, and from other servers.
async function startMailPorts(
  core: Core,
  options: ServiceOptions,
  { resolver, ...entry }: MailEntry & Pick<HttpParts, "resolver">,
  closers: (() => Promise<void> | void)[],
): Promise<Pick<Service, "submission" | "inbound">> {
  const submission = await startSubmission(core, options, entry, closers);
  if (!options.roles.has("inbound")) return { submission, inbound: null };
  const inbound = await startInbound(core, options, { resolver, metrics: entry.metrics });
  closers.push(() => inbound.close());
  return { submission, inbound };
}

async function startSubmission(
  core: Core,
  options: ServiceOptions,
  { waitOf, ...entry }: MailEntry,
  closers: (() => Promise<void> | void)[],
): Promise<SubmissionPlace | null> {
  if (!options.roles.has("smtp")) return null;
  const smtp = await startSmtp(core, options, {
    ...entry,
    waitOf: (id) => waitOf({ kind: "key", id }),
  });
  closers.push(() => smtp.close());
  return smtp.submission;
}

// Where the probes find the service: by the way it listens, not through a proxy, which may be somebody else's. A process
// that does not listen looks at those that do by their public address.
function wayToSelf(
  listening: string | null,
  { hasTlsInFront, publicUrl, roles }: ServiceOptions,
): { url: string; hasTlsInFront: boolean } | null {
  const url = listening ?? (roles.has("http") ? null : publicUrl);
  return url === null ? null : { url, hasTlsInFront };
}

function urlOf({ http: { host, tls } }: ServiceOptions, port: number): string {
  return `${tls === null ? "http" : "https"}://${host.includes(":") ? `[${host}]` : host}:${port}`;
}

interface Dns {
  resolver: Resolver;
  /** Remembers nothing: for people who have just changed a record. */
  fresh: Resolver;
}

function dnsOf(core: Core, { resolver }: ServiceOptions): Dns {
  const options = { clock: core.clock, servers: resolver.servers, validating: resolver.validating };
  return { resolver: createResolver(options), fresh: createResolver({ ...options, cacheEntriesMax: 0 }) };
}

async function startWorker(
  core: Core,
  options: ServiceOptions,
  {
    senders,
    dns,
    acceptance,
    links,
  }: { senders: SenderBook; dns: Dns; acceptance: Acceptance; links: ReaderLinks },
): Promise<DeliveryWorker> {
  const ca = options.ca === null ? null : usualRootsAnd(options.ca);
  const fetchPolicy = createPolicyFetch({ resolver: dns.resolver, ...(ca === null ? {} : { ca }) });
  const sts = createStsSource({ resolver: dns.resolver, clock: core.clock, fetchPolicy });
  const router = new Router({
    resolver: dns.resolver,
    clock: core.clock,
    random: Math.random,
    mode: options.delivery,
    fixedRoutes: options.fixedRoutes,
    chooseTls: chooseTlsWith(dns.resolver, sts, core.clock, ca),
    ca,
    allowsOwnAddress: options.isDevelopment,
  });
  const journals = path.join(core.dataFolder, "journal");
  const faults = new TemplateFaultReports(acceptance, core.clock);
  return DeliveryWorker.start({
    ...core,
    journals,
    folderId: folderIdOf(journals),
    senders,
    links,
    router,
    heloName: options.heloName,
    sourceAddresses: options.sourceAddresses,
    warmUps: options.warmUps,
    returnPathDomain: options.returnPathDomain,
    ownSignersOf: async (domain) => {
      const { systemAccountId } = options;
      return systemAccountId === null ? [] : ((await senders.signers(systemAccountId, domain)) ?? []);
    },
    reportTemplateFault: ({ delivery: { accountId, id: messageId }, fault }) => {
      faults.report({ accountId, messageId, ...fault }).catch((error: unknown) => {
        core.log.warn("messages.template_fault_not_reported", { error, messageId });
      });
    },
  });
}

// Asked each time: with port 0 they are known only when the server listens.
function urlsOf(
  { linksUrl }: ServiceOptions,
  place: { publicUrl: string },
): Pick<HttpParts, "publicUrl" | "linksUrl"> {
  return { publicUrl: () => place.publicUrl, linksUrl: () => linksUrl ?? place.publicUrl };
}

/** The daily look at each domain's records. */
async function checkDueDomains(
  core: Core,
  resolver: Resolver,
  { options, place }: { options: ServiceOptions; place: { publicUrl: string } },
  now: Date,
): Promise<void> {
  const { database } = core;
  const due = await database.read({ role: "retention" }, (reader) => selectDueDomains(reader, now, 100));
  for (const { accountId, id } of due) {
    const scope = { role: "request", accountId } as const;
    const row = await database.read(scope, (reader) => selectDomain(reader, accountId, { id }));
    if (row === undefined) continue;
    const report = await lookAtDomain(resolver, row, options.operatorNames);
    const seen = await database.read(scope, (reader) => selectLinkHost(reader, accountId, row.name));
    const state =
      seen === undefined
        ? null
        : await lookAtLinkHost(resolver, seen.host, urlsOf(options, place).linksUrl());
    await database.write(scope, async (tx) => {
      await recordCheck(tx, row, report, now);
      if (state === null || seen === undefined) return;
      await writeLinkHost(tx, accountId, { ...seen, state, checkedAt: now }, seen.host);
    });
  }
}
