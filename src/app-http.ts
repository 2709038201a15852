import program from "../package.json" with { type: "json" };
import type { Core } from "./app-core.ts";
import { exporter } from "./app-export.ts";
import { allHoldings } from "./app-holdings.ts";
import { type LinkHostOptions, type LinkHosts, serveLinkHosts } from "./app-link-hosts.ts";
import type { Metrics } from "./app-metrics.ts";
import { type ControllerIdentity, servePolicy } from "./app-policy.ts";
import { servePromises } from "./app-promises.ts";
import { serveReaders } from "./app-readers.ts";
import type { SubmissionPlace } from "./app-smtp.ts";
import { sql } from "./base/database.ts";
import type { Authenticator } from "./core/accounts/index.ts";
import type { Actor } from "./core/audit/index.ts";
import type { DeliveryMode, WarmUp } from "./core/delivery/index.ts";
import type { OperatorNames, SenderBook } from "./core/domains/index.ts";
import type { Acceptance } from "./core/messages/index.ts";
import type { TrackingMode } from "./core/tracking/index.ts";
import { registerApi } from "./edge/http/api/register.ts";
import { registerDashboard } from "./edge/http/dashboard.ts";
import { acceptSendWith } from "./edge/http/mailjet/accept-send.ts";
import { mailjetResources } from "./edge/http/mailjet/resources/all.ts";
import { registerRest } from "./edge/http/mailjet/rest/register.ts";
import { registerMailjetSend } from "./edge/http/mailjet/send-routes.ts";
import { createHttpObserver, type Readiness, registerOperations } from "./edge/http/operations.ts";
import { createHttpServer, type HttpServer } from "./edge/http/server.ts";
import { apiServices } from "./edge/http/services/api.ts";
import type { ServiceContext } from "./edge/http/services/context.ts";
import { principalOf } from "./edge/http/services/principal.ts";
import { resourceServices } from "./edge/http/services/resources.ts";
import { confirmSenderPage } from "./edge/pages/confirm-sender.ts";
import { Dashboard } from "./edge/pages/dashboard.ts";
import type { Countries } from "./edge/readers/countries.ts";
import { lookAtLinkHost } from "./edge/readers/link-host.ts";
import type { Resolver } from "./mail/dns/resolver.ts";

/** How the HTTP edge behaves. */
export interface HttpOptions {
  isDevelopment: boolean;
  /** What may be known of readers at most. */
  trackingLimit: TrackingMode;
  /** Where only machines ask from. */
  machineNetworks: string[];
  /** The list of countries, where there is one. */
  countriesFile: string | null;
  delivery: DeliveryMode;
  warmUps: WarmUp[];
  dayQuotaDefault: number;
  /** Where the built dashboard lies. */
  dashboardFolder: string;
  http: {
    host: string;
    port: number;
    tls: { certFile: string; keyFile: string } | null;
    proxies: readonly string[];
  };
  linkHosts: LinkHostOptions;
  operatorNames: OperatorNames;
  /** Who the service's own mail comes from. */
  systemSender: { address: string; name: string };
  /** Who is responsible, as the policy names them; null in a trial. */
  controller: ControllerIdentity | null;
  /** The operator's own account; null without an operator. */
  systemAccountId: bigint | null;
  /** May webhooks lead into private networks? */
  allowsPrivateWebhooks: boolean;
  returnPathDomain: string | null;
  /** Lets a collector on another machine read the metrics; null for this machine alone. */
  metricsToken: string | null;
}

/** What the HTTP edge needs of the running service. */
export interface HttpParts {
  acceptance: Acceptance;
  senders: SenderBook;
  /** Remembers nothing: for people who have just changed a record. */
  resolver: Resolver;
  publicUrl: () => string;
  /** Where links in mails begin. */
  linksUrl: () => string;
  authenticator: Authenticator;
  /** Seconds until this actor may ask again; 0 for now. */
  waitOf: (actor: Actor) => number;
  /** Where this process takes mail by SMTP; null when it does not. */
  submission: SubmissionPlace | null;
  /** Tells where openings and clicks come from; null without a list. */
  countries: Countries | null;
  metrics: Pick<Metrics, "registry">;
  /** Hosts of customers that are served here. */
  linkHosts: LinkHosts;
  /** Posts a test to a webhook. */
  postWebhook: ServiceContext["postWebhook"];
}

/** Assembles the HTTP edge: both dialects, pages, and what those who run the service ask. */
export function buildHttp(core: Core, options: HttpOptions, parts: HttpParts): HttpServer {
  const { clock, log } = core;
  const { authenticator, submission } = parts;
  const { registry } = parts.metrics;
  const { tls } = options.http;
  const server = createHttpServer({
    log,
    clock,
    authenticate: async (user, secret) => principalOf(await authenticator.authenticate(user, secret)),
    observer: createHttpObserver(registry),
    ...(tls === null ? {} : { tls }),
    proxies: options.http.proxies,
    linkHosts: parts.linkHosts.hosting,
    waitOf: ({ actor }) => parts.waitOf(actor),
  });
  const context: ServiceContext = {
    ...core,
    senders: parts.senders,
    resolver: parts.resolver,
    operatorNames: options.operatorNames,
    acceptance: parts.acceptance,
    systemSender: options.systemSender,
    systemAccountId: options.systemAccountId,
    exportAccount: exporter(core),
    holdings: allHoldings,
    warmUps: options.warmUps,
    dayQuotaDefault: options.dayQuotaDefault,
    installation: {
      mode: options.isDevelopment ? "development" : "production",
      delivery: deliveryWays[options.delivery.kind],
      submission,
      version: program.version,
    },
    trackingLimit: options.trackingLimit,
    allowsPrivateWebhooks: options.allowsPrivateWebhooks,
    mailDomain: options.returnPathDomain,
    linkCertificates: () => parts.linkHosts.folder?.state() ?? null,
    postWebhook: parts.postWebhook,
    // Asked each time: with port 0 it is known only when the server listens.
    lookAtLinkHost: (host) => lookAtLinkHost(parts.resolver, host, parts.linksUrl()),
    get linksUrl() {
      return parts.linksUrl();
    },
    get publicUrl() {
      return parts.publicUrl();
    },
  };
  registerMailjetSend(server, acceptSendWith(parts.acceptance, parts.publicUrl));
  registerRest(server, mailjetResources(resourceServices(context)));
  registerApi(server, apiServices(context));
  const { metricsToken } = options;
  const access = metricsToken === null ? {} : { metricsToken };
  registerOperations(server, { registry, readiness: () => readinessOf(core), ...access });
  registerPages(server, context);
  const dashboard = new Dashboard(options.dashboardFolder);
  registerDashboard(server, (request) => dashboard.answer(request));
  servePolicy(server, core, { controller: options.controller, publicUrl: parts.publicUrl });
  servePromises(server, core, parts.publicUrl);
  serveReaders(server, core, options, parts.countries);
  serveLinkHosts(server, parts.linkHosts, options.linkHosts, registry);
  return server;
}

const deliveryWays = { direct: "direct", inbox: "inbox", smart_host: "smartHost" } as const;

// The link of a confirmation mail: GET asks, POST confirms.
function registerPages({ app }: HttpServer, context: ServiceContext): void {
  app.route<{ Params: { word: string } }>({
    method: ["GET", "POST"],
    url: "/confirm-sender/:word",
    handler: async (request, reply) => {
      const method = request.method === "POST" ? "POST" : "GET";
      const page = await confirmSenderPage(context, { method, word: request.params.word });
      return reply.code(page.status).headers(page.headers).send(page.body);
    },
  });
}

async function readinessOf({ database }: Core): Promise<Readiness> {
  const isDatabaseReady = await database
    .read({ role: "accept" }, (reader) => reader.row(sql`select 1 as one`))
    .then(
      () => true,
      () => false,
    );
  return { isReady: isDatabaseReady, parts: { database: isDatabaseReady } };
}
