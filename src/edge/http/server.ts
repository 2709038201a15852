import { randomUUID } from "node:crypto";
import http from "node:http";
import https from "node:https";
import { type AddressInfo, Socket } from "node:net";
import { type FastifyInstance, type FastifyRequest, fastify, LogController } from "fastify";
import {
  type Certificate,
  type CertificateFiles,
  readCertificate,
  watchCertificate,
} from "../../base/certificate-files.ts";
import type { Clock } from "../../base/clock.ts";
import type { Log } from "../../base/log.ts";
import { awaitsContinue, holdContinue } from "./body.ts";
import { answerClientError } from "./client-error.ts";
import { type Connections, followConnections } from "./connections.ts";
import { Entrance } from "./entrance.ts";
import { addFallbackRoutes } from "./fallback.ts";
import { connectionsCheckEveryMs, defaultHttpLimits, type HttpLimits, lingerMs } from "./limits.ts";
import { type LinkHosting, type MakeServer, type Narrow, NarrowPlaces } from "./narrow.ts";
import type { HttpObserver } from "./observer.ts";
import type { Actor, Authenticate, Principal } from "./principal.ts";
import { decodeSegment, malformedPath, readTarget } from "./target.ts";

declare module "fastify" {
  interface FastifyRequest {
    /** Who speaks; null until the credentials were checked. */
    principal: Principal | null;
    /** The path as the log may show it: a pattern without ids. */
    pattern: string | null;
  }
}

/** What the HTTP server needs. */
export interface HttpServerOptions {
  log: Log;
  clock: Clock;
  authenticate: Authenticate;
  /** Seconds until this key may send another request of the kind; 0 for now. */
  waitOf?: (principal: Principal, kind: RequestKind) => number;
  limits?: Partial<HttpLimits>;
  tls?: CertificateFiles;
  /** Whose X-Forwarded-For is believed: addresses and networks. */
  proxies?: readonly string[];
  /** Is this an address of this machine? Asked of the system where it is missing. */
  isLocal?: (address: string) => boolean;
  observer?: HttpObserver;
  /** Hosts of customers that are served beside our own. */
  linkHosts?: LinkHosting;
}

/** Requests are limited by what they cost. */
export type RequestKind = "send" | "resources";

/** A server that routes can be registered on, and that then listens. */
export interface HttpServer {
  app: FastifyInstance;
  options: HttpServerOptions;
  limits: HttpLimits;
  listen(host: string, port: number): Promise<AddressInfo>;
  /** Listens in one more place for less than everything: with the certificates of customers' hosts for readers, without
   *  TLS for challenges. */
  listenNarrow(narrow: Narrow, place: { host: string; port: number }): Promise<AddressInfo>;
  /** Ends idle connections at once, lets requests under way finish, and cuts what is left after the grace time. */
  close(): Promise<void>;
}

/** Assembles the server: limits, security headers, request ids and the log line are the same for all routes. */
export function createHttpServer(options: HttpServerOptions): HttpServer {
  const limits = { ...defaultHttpLimits, ...options.limits };
  const servers: http.Server[] = [];
  const connections: Connections[] = [];
  const narrow = new NarrowPlaces(options.linkHosts ?? null);
  const entrance = new Entrance(limits, options);
  let make: MakeServer | null = null;
  const app = fastify({
    // One line a request is ours; the framework's two would double the cost of a request.
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: limits.bodyBytesMax,
    genReqId: () => randomUUID(),
    // request.ip is then the nearest address in X-Forwarded-For that is no proxy of ours.
    trustProxy: options.proxies === undefined || options.proxies.length === 0 ? false : [...options.proxies],
    rewriteUrl: ({ url = "/" }) => rewriteTarget(url),
    clientErrorHandler: answerClientError(options.log),
    serverFactory: (handler) => {
      make = (tls) => {
        const made = createNodeServer(limits, tls, handler);
        entrance.guard(made);
        connections.push(followConnections(made));
        return made;
      };
      const { tls } = options;
      const server = make(tls === undefined ? null : { ...readCertificate(tls), ...narrow.byName() });
      narrow.follow(server);
      servers.push(server);
      return server;
    },
    routerOptions: {
      caseSensitive: false,
      ignoreTrailingSlash: true,
      // An id that is too long is refused by its route, in words; the framework has words of its own for it.
      maxParamLength: limits.headerBytesMax,
    },
    ajv: { customOptions: { coerceTypes: false, removeAdditional: false, useDefaults: true } },
  });
  app.decorateRequest("principal", null);
  app.decorateRequest("pattern", null);
  addSharedHooks(app, options, narrow);
  addFallbackRoutes(app, options.log);
  const stopWatching =
    options.tls === undefined
      ? () => {}
      : watchCertificate(options.tls, useIn(servers), { log: options.log, name: "http" });
  return {
    app,
    options,
    limits,
    listen: async (host, port) => {
      await app.listen({ host, port });
      return app.server.address() as AddressInfo;
    },
    listenNarrow: async (kind, place) => {
      await app.ready();
      if (make === null) throw new Error("The server was not made.");
      return narrow.listen(make, kind, place);
    },
    close: async () => {
      stopWatching();
      const cut = setTimeout(() => {
        for (const each of connections) each.endAll();
      }, limits.closeGraceMs);
      const closed = Promise.all([app.close(), narrow.close()]);
      for (const each of connections) each.endIdle();
      await closed;
      clearTimeout(cut);
    },
  };
}

/** Puts a renewed certificate into servers that speak HTTPS. */
export function useIn(servers: readonly http.Server[]): (certificate: Certificate) => void {
  return (certificate) => {
    for (const server of servers) (server as https.Server).setSecureContext(certificate);
  };
}

type NodeHandler = (request: http.IncomingMessage, response: http.ServerResponse) => void;

function createNodeServer(
  limits: HttpLimits,
  tls: https.ServerOptions | null,
  handler: NodeHandler,
): http.Server {
  const settings: http.ServerOptions = {
    maxHeaderSize: limits.headerBytesMax,
    headersTimeout: limits.headersTimeoutMs,
    requestTimeout: limits.requestTimeoutMs,
    keepAliveTimeout: limits.keepAliveTimeoutMs,
    connectionsCheckingInterval: connectionsCheckEveryMs,
  };
  const server =
    tls === null
      ? http.createServer(settings, handler)
      : https.createServer({ ...settings, ...tls, ...tlsSettings(limits) }, handler);
  server.maxRequestsPerSocket = limits.requestsPerSocketMax;
  // RFC 9110 §10.1.1: the client waits; it is told to go on when its body is wanted, so that a request that will
  // be refused does not have to send one.
  server.on("checkContinue", (request, response) => {
    holdContinue(request, response);
    handler(request, response);
  });
  return server;
}

function tlsSettings(limits: HttpLimits): https.ServerOptions {
  // A client that opens a connection and never shakes hands is as slow as one that never sends its headers.
  return { minVersion: "TLSv1.2", handshakeTimeout: limits.headersTimeoutMs };
}

function rewriteTarget(requestTarget: string): string {
  const { path, query } = readTarget(requestTarget);
  if (decodeSegment(path) === null) return malformedPath;
  return query === "" ? path : `${path}?${query}`;
}

// Pages set their own policy; an API answer is never rendered, framed or kept.
const securityHeaders = {
  "cache-control": "no-store",
  "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
};

// A year, as RFC 6797 §14.4 has in its examples and browsers' preload lists ask for.
const strictTransport = { "strict-transport-security": "max-age=31536000" };

function addSharedHooks(app: FastifyInstance, options: HttpServerOptions, places: NarrowPlaces): void {
  const ownHeaders = options.tls === undefined ? securityHeaders : { ...securityHeaders, ...strictTransport };
  app.addHook("onRequest", async (request, reply) => {
    const narrow = places.narrowOf(request.raw.socket, request.url);
    // A customer's host is the customer's: for how long it speaks TLS is not for us to say.
    const headers = narrow === null ? ownHeaders : securityHeaders;
    reply.headers({ ...headers, "x-mj-request-guid": request.id });
    if (narrow === null || narrow.isServed) return;
    reply.callNotFound();
    return reply;
  });
  app.addHook("onSend", async (request, reply) => {
    // The client never sent its body, and may or may not do so now: the two sides could not agree where the next
    // request begins.
    if (awaitsContinue(request.raw)) reply.header("connection", "close");
  });
  app.addHook("onResponse", async (request, reply) => {
    cutIfStillSending(request);
    const route = request.pattern ?? request.routeOptions.url ?? "*";
    const seconds = reply.elapsedTime / 1000;
    options.observer?.({ method: request.method, route, status: reply.statusCode, seconds });
    options.log.info("http.request", {
      requestId: request.id,
      method: request.method,
      route,
      status: reply.statusCode,
      ms: Math.round(reply.elapsedTime),
      ...(request.principal === null
        ? {}
        : { accountId: request.principal.accountId, ...actorFields(request.principal.actor) }),
    });
  });
}

function actorFields({ kind, id }: Actor): Record<string, bigint> {
  return kind === "key" ? { keyId: id } : { sessionId: id };
}

// What was refused before its body had arrived goes on arriving. It is read and dropped for a moment, so that the
// answer is not lost with a reset, and then the connection ends.
function cutIfStillSending({ raw }: FastifyRequest): void {
  if (raw.complete) return;
  const timer = setTimeout(() => {
    // Requests that are injected come from no socket.
    if (!raw.complete && raw.socket instanceof Socket) raw.socket.destroy();
  }, lingerMs);
  timer.unref();
}
