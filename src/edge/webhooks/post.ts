import {
  type ClientRequest,
  Agent as HttpAgent,
  type IncomingMessage,
  request as requestHttp,
} from "node:http";
import { Agent as HttpsAgent, request as requestHttps } from "node:https";
import type { LookupFunction } from "node:net";
import { isIP, isPublicAddress } from "../../base/ip.ts";
import {
  credentialsOf,
  hostOf,
  type PostOutcome,
  type Trouble,
  troubleTexts,
} from "../../core/webhooks/index.ts";
import type { Resolver } from "../../mail/dns/resolver.ts";
import { checkedLookup, ForbiddenAddress } from "./checked-lookup.ts";

// From the look-up of the name to the end of the answer. Standard Webhooks recommends 15 to 30 seconds.
const timeoutDefaultMs = 15_000;
// More of an answer is not read: the connection is closed, and its status counts.
const answerBytesMax = 65_536;
// What of an answer is kept for the log.
const answerCharactersKept = 1000;
// Connections that wait for the next request to the same host, each some 20 KB; all together as many as may be open.
const socketsMax = 1024;
const freeSocketsMax = 128;
const idleMs = 5_000; // shorter than servers keep an idle connection as a rule (Node 5 s, nginx 75 s)

/** A request to a webhook. */
export interface WebhookPost {
  url: URL;
  headers: Record<string, string>;
  body: Buffer;
}

/** Posts to the addresses that accounts name. */
export interface WebhookPoster {
  /** Never rejects. Redirects are answers like any other: followed, they could lead anywhere. */
  post(message: WebhookPost, signal?: AbortSignal): Promise<PostOutcome>;
  close(): void;
}

/** How webhooks are posted to. */
export interface PosterOptions {
  resolver: Pick<Resolver, "a" | "aaaa">;
  /** May it go to this machine and its network? */
  allowsPrivate: boolean;
  /** Roots to trust, PEM; those of Node when null. */
  ca: string[] | null;
  timeoutMs?: number;
  /** Milliseconds that only move forward. */
  real: () => number;
}

/** Makes a poster with connections of its own. */
export function createPoster(options: PosterOptions): WebhookPoster {
  const shared = {
    keepAlive: true,
    maxTotalSockets: socketsMax,
    maxFreeSockets: freeSocketsMax,
    timeout: idleMs,
  };
  const agents = {
    "http:": new HttpAgent(shared),
    "https:": new HttpsAgent({ ...shared, ...(options.ca === null ? {} : { ca: options.ca }) }),
  };
  const lookup = checkedLookup(options.resolver, options.allowsPrivate);
  return {
    post: (message, signal) => post({ ...options, agents, lookup }, message, signal),
    close: () => {
      for (const agent of Object.values(agents)) agent.destroy();
    },
  };
}

interface Context extends PosterOptions {
  agents: { "http:": HttpAgent; "https:": HttpsAgent };
  lookup: LookupFunction;
}

async function post(context: Context, message: WebhookPost, signal?: AbortSignal): Promise<PostOutcome> {
  const startedAt = context.real();
  const durationMs = () => Math.round(context.real() - startedAt);
  try {
    const { status, answer } = await exchange(context, message, signal);
    return { kind: "answered", status, answer, durationMs: durationMs() };
  } catch (error) {
    return { kind: "unreachable", detail: troubleTexts[troubleWith(error)], durationMs: durationMs() };
  }
}

// A server may close an idle connection at the moment it is used again: that says nothing about the server.
async function exchange(
  context: Context,
  message: WebhookPost,
  signal?: AbortSignal,
): Promise<{ status: number; answer: string }> {
  const deadline = AbortSignal.timeout(context.timeoutMs ?? timeoutDefaultMs);
  const both = signal === undefined ? deadline : AbortSignal.any([deadline, signal]);
  const first = requestOf(context, message, both);
  const response = await answered(first, message.body).catch((error: NodeJS.ErrnoException) => {
    const isStale = first.reusedSocket && (error.code === "ECONNRESET" || error.code === "EPIPE");
    if (!isStale) throw error;
    return answered(requestOf(context, message, both), message.body);
  });
  return { status: response.statusCode ?? 0, answer: await beginningOf(response) };
}

function requestOf(
  context: Context,
  { url, headers, body }: WebhookPost,
  signal: AbortSignal,
): ClientRequest {
  const host = hostOf(url);
  // For an address no name is looked up, so it is checked here.
  if (!context.allowsPrivate && isIP(host) !== 0 && !isPublicAddress(host)) {
    throw new ForbiddenAddress("private_address");
  }
  const options = {
    method: "POST",
    host,
    port: url.port === "" ? undefined : Number(url.port),
    path: `${url.pathname}${url.search}`,
    headers: {
      ...headers,
      ...authorizationOf(url),
      host: url.host,
      "content-type": "application/json",
      "content-length": String(body.length),
      "user-agent": "Facteur",
    },
    lookup: context.lookup,
    signal,
  };
  return url.protocol === "https:"
    ? requestHttps({ ...options, agent: context.agents["https:"], servername: isIP(host) === 0 ? host : "" })
    : requestHttp({ ...options, agent: context.agents["http:"] });
}

function authorizationOf(url: URL): Record<string, string> {
  const credentials = credentialsOf(url);
  if (credentials === null || credentials === undefined) return {};
  const pair = `${credentials.user}:${credentials.password}`;
  return { authorization: `Basic ${Buffer.from(pair).toString("base64")}` };
}

function answered(request: ClientRequest, body: Buffer): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    request.once("response", resolve);
    // Also after the response: an error nobody listens to ends the process.
    request.on("error", reject);
    // An answer 101 that nobody listens for ends in neither a response nor an error: the connection is closed.
    request.once("close", () => reject(new Error("closed without an answer")));
    request.end(body);
  });
}

// Once there is a status, it counts: an answer that breaks off or never ends says no less.
async function beginningOf(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of response as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > answerBytesMax) break; // leaving the loop closes the connection
      chunks.push(chunk);
    }
  } catch {
    // What came is kept.
  }
  return Buffer.concat(chunks).toString("utf8").slice(0, answerCharactersKept).toWellFormed();
}

const troubles: Record<string, Trouble> = {
  ECONNREFUSED: "refused",
  ECONNRESET: "closed",
  EPIPE: "closed",
  ENOTFOUND: "no_address",
  EHOSTUNREACH: "no_way",
  ENETUNREACH: "no_way",
  ETIMEDOUT: "no_answer",
};

function troubleWith(error: unknown): Trouble {
  if (error instanceof ForbiddenAddress) return error.trouble;
  const { name, code = "", message } = error as NodeJS.ErrnoException;
  if (name === "TimeoutError" || name === "AbortError") return "no_answer";
  if (code.startsWith("HPE_")) return "not_http";
  if (/^(ERR_TLS|ERR_SSL|CERT_|UNABLE_TO|DEPTH_ZERO|SELF_SIGNED)/.test(code)) return "tls";
  return message === troubleTexts.no_address ? "no_address" : (troubles[code] ?? "failed");
}
