import type {
  FastifyBaseLogger,
  FastifyInstance,
  FastifyRequest,
  FastifySchema,
  FastifyTypeProvider,
  RawReplyDefaultExpression,
  RawRequestDefaultExpression,
  RawServerDefault,
} from "fastify";
import type { Static, TSchema } from "typebox";

import { Refusal } from "../../../base/errors.ts";
import { readBasicCredentials } from "../basic-auth.ts";
import { announcesTooMuch, readBody, releaseContinue, tooLarge } from "../body.ts";
import { parseJson } from "../json.ts";
import type { Permission, Principal } from "../principal.ts";
import { forbidden } from "../refusals.ts";
import type { HttpServer } from "../server.ts";
import { answerApiErrors } from "./errors.ts";
import type { SessionApi } from "./services.ts";
import { readSessionCookie, requireSameOrigin } from "./session-cookie.ts";

declare module "fastify" {
  interface FastifyContextConfig {
    /** What a key needs for this route; routes of our own API without it are open to all keys. */
    permission?: Permission;
    /** Anybody may ask this, from a page of this service. */
    isOpen?: boolean;
  }
}

/** Lets the types of a route's body, query and answers follow from its schema. */
export interface SchemaTypes extends FastifyTypeProvider {
  validator: this["schema"] extends TSchema ? Static<this["schema"]> : unknown;
  serializer: this["schema"] extends TSchema ? Static<this["schema"]> : unknown;
}

/** A scope of routes whose types follow from their schemas. */
export type ApiScope = FastifyInstance<
  RawServerDefault,
  RawRequestDefaultExpression,
  RawReplyDefaultExpression,
  FastifyBaseLogger,
  SchemaTypes
>;

/** The bytes a body was read from: what an Idempotency-Key stands for. */
export const rawBodies = new WeakMap<FastifyRequest["raw"], Buffer>();

/** Prepares a scope for our own dialect: key pairs or sessions, strict JSON, problems. */
export function prepareScope(app: FastifyInstance, server: HttpServer, sessions: SessionApi): ApiScope {
  const { bodyBytesMax } = server.limits;
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(
    "application/json",
    async (request: FastifyRequest, stream: FastifyRequest["raw"]) => {
      releaseContinue(request.raw);
      const bytes = await readBody(request.raw, stream, bodyBytesMax);
      rawBodies.set(request.raw, bytes);
      return readJson(bytes);
    },
  );
  app.addHook("onRequest", async (request) => {
    if (request.routeOptions.config.isOpen === true) {
      requireSameOrigin(request, sessions.installation().publicUrl);
    } else await authenticate(server, sessions, request);
    if (announcesTooMuch(request.raw, bodyBytesMax)) throw tooLarge(bodyBytesMax);
  });
  app.addHook("preValidation", async (request) => readIntegers(request));
  app.setErrorHandler(answerApiErrors(server.options.log));
  return app.withTypeProvider<SchemaTypes>();
}

/** Who speaks, in a handler: the scope has let nobody else in. */
export function principalOf(request: { principal: Principal | null }): Principal {
  if (request.principal === null) throw new Error("A request got here without credentials.");
  return request.principal;
}

async function authenticate(
  server: HttpServer,
  sessions: SessionApi,
  request: FastifyRequest,
): Promise<void> {
  const principal = await whoAsks(server, sessions, request);
  if (principal.isSuspended) throw new Refusal("account_suspended", "This key or its account is suspended.");
  request.principal = principal;
  const { permission } = request.routeOptions.config;
  if (permission !== undefined && !principal.permissions.has(permission))
    throw forbidden(permission, principal);
  const waitSeconds = server.options.waitOf?.(principal, permission === "send" ? "send" : "resources") ?? 0;
  if (waitSeconds > 0) {
    throw new Refusal("rate_limited", "This key or session sends requests too fast.", {
      retryAfterSeconds: waitSeconds,
    });
  }
}

// What is named expressly counts: who sends a key pair is not asked for a cookie.
async function whoAsks(
  server: HttpServer,
  sessions: SessionApi,
  request: FastifyRequest,
): Promise<Principal> {
  const { authorization, cookie } = request.headers;
  const { publicUrl } = sessions.installation();
  const secret = authorization === undefined ? readSessionCookie(cookie, publicUrl) : null;
  if (secret !== null) {
    requireSameOrigin(request, publicUrl);
    const principal = await sessions.authenticateSession(secret);
    if (principal !== null) return principal;
    throw new Refusal("unauthorized", "This session has ended.", sessionChallenge);
  }
  const credentials = readBasicCredentials(authorization);
  const principal =
    credentials === null ? null : await server.options.authenticate(credentials.user, credentials.secret);
  if (principal !== null) return principal;
  if (authorization === undefined && isScript(request)) {
    throw new Refusal("unauthorized", "Nobody is signed in.", sessionChallenge);
  }
  throw new Refusal("unauthorized", "There is no such pair of keys.");
}

// A page that asks whether somebody is signed in: at a Basic challenge the browser would ask for a password itself.
const sessionChallenge = {
  challenge: 'Session realm="facteur"',
  remedy: "Sign in with a new link: npx facteur sign-in --account ADDRESS makes one.",
};

function isScript({ headers }: FastifyRequest): boolean {
  return headers["sec-fetch-dest"] === "empty" || headers["sec-fetch-mode"] === "cors";
}

const problemTexts = {
  encoding: "The body is not UTF-8.",
  syntax: "The body is not JSON.",
  depth: "The body is nested too deep.",
  size: "The body has too many values.",
};

function readJson(bytes: Buffer): unknown {
  if (bytes.length === 0) return undefined;
  const outcome = parseJson(bytes);
  if (outcome.kind === "problem") throw new Refusal("invalid_json", problemTexts[outcome.problem]);
  return outcome.value;
}

// A query has only strings. What the schema calls an integer, and is one, becomes one; nothing else is guessed.
function readIntegers(request: FastifyRequest): void {
  const { querystring } = (request.routeOptions.schema ?? {}) as FastifySchema;
  const { properties = {} } = (querystring ?? {}) as { properties?: Record<string, { type?: string }> };
  const query = request.query as Record<string, unknown>;
  for (const [name, { type }] of Object.entries(properties)) {
    const value = query[name];
    if (type === "integer" && typeof value === "string" && /^-?\d{1,9}$/.test(value))
      query[name] = Number(value);
  }
}
