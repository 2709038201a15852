import type { FastifyRequest } from "fastify";
import { Type } from "typebox";

import { Refusal } from "../../../base/errors.ts";
import { TokenBuckets } from "../../../base/token-bucket.ts";
import type { HttpServer } from "../server.ts";
import { closed, Id, nullable, oneOf, problems } from "./schemas.ts";
import { type ApiScope, principalOf } from "./scope.ts";
import type { SessionApi, SessionView } from "./services.ts";
import { clearSessionCookie, readSessionCookie, writeSessionCookie } from "./session-cookie.ts";

const tags = ["session"];

// From one address of the network: somebody who pastes a link three times, not somebody who tries words.
const signInsPerSecondMax = 0.5;
const signInBurstSeconds = 20;
// A word has 43 characters; one that was cut or has a space at its end shall be told so, too.
const tokenCharactersMax = 200;

const Session = closed(
  {
    account: closed({ id: Id, name: Type.String(), address: Type.String() }),
    permissions: Type.Array(oneOf(["send", "read", "manage"])),
    mode: oneOf(["development", "production"]),
    publicUrl: Type.String({
      format: "uri",
      description: "Where the service is reached, without a slash at the end.",
    }),
    delivery: oneOf(
      ["direct", "inbox", "smartHost"],
      "How mail leaves. `inbox`: everything stays in the test inbox.",
    ),
    submission: nullable(
      closed(
        {
          host: Type.String(),
          port: Type.Integer(),
          tls: oneOf(["implicit", "starttls", "none"]),
          implicitTlsPort: nullable(Type.Integer(), "Another port, where TLS begins at once."),
        },
        "Where programs hand in mail by SMTP; null when this service takes none that way.",
      ),
    ),
    version: Type.String(),
    expiresAt: nullable(
      Type.String({
        format: "date-time",
        description: "When the session ends at the latest; earlier when it is not used. Null for a key pair.",
      }),
    ),
  },
  "Who speaks, and to what.",
);

/** Signing in to the dashboard, and out. A link brings a word, once; the cookie that it is exchanged for is good for
 *  everything the account may do. */
export function sessionRoutes(app: ApiScope, services: SessionApi, server: HttpServer): void {
  addSignIn(app, services, server);
  app.get(
    "/session",
    {
      schema: {
        operationId: "readSession",
        summary: "See who is signed in",
        description: "Changes nothing, whatever it is asked with. Also answers a key pair.",
        tags,
        response: { 200: Session, ...problems },
      },
    },
    async (request) => writeSession(await services.readSession(principalOf(request)), services),
  );
  app.delete(
    "/session",
    {
      schema: {
        operationId: "endSession",
        summary: "Sign out",
        description: "The session stops working on every node within seconds.",
        tags,
        response: { 204: Type.Null(), ...problems },
      },
    },
    async (request, reply) => {
      const principal = principalOf(request);
      if (principal.actor.kind !== "session") {
        throw new Refusal("not_found", "There is no session here: the request came with a key pair.");
      }
      await services.endSession(principal);
      reply.header("set-cookie", clearSessionCookie(services.installation().publicUrl));
      return reply.code(204).send(null);
    },
  );
}

function addSignIn(app: ApiScope, services: SessionApi, server: HttpServer): void {
  // By the address of the network, in memory, for a minute: it is kept nowhere.
  const buckets = new TokenBuckets<string>(signInsPerSecondMax, signInBurstSeconds);
  app.post(
    "/session",
    {
      config: { isOpen: true },
      schema: {
        operationId: "startSession",
        summary: "Sign in with the word of a link",
        description:
          "The link is `/dashboard/#sign-in=` + token; `npx facteur sign-in` makes one. It works once and for an hour. " +
          "Only pages of this service can sign in; the session comes as a cookie that no script can read. Whoever is " +
          "signed in to another account is refused (`other_account`), and the link stays good: ask them, then `replace`.",
        tags,
        security: [],
        body: closed({
          token: Type.String({ minLength: 1, maxLength: tokenCharactersMax }),
          replace: Type.Optional(
            Type.Boolean({ description: "Also where somebody is signed in to another account." }),
          ),
        }),
        response: { 201: Session, ...problems },
      },
    },
    async (request, reply) => {
      const retryAfterSeconds = buckets.take(request.ip, server.options.clock.real());
      if (retryAfterSeconds > 0) {
        throw new Refusal("rate_limited", "Too many attempts to sign in came from here.", {
          retryAfterSeconds,
        });
      }
      const { publicUrl } = services.installation();
      const { token, replace = false } = request.body;
      const signedInTo = replace ? null : await accountOf(request, services);
      const { secret, principal, secondsMax } = await services.signIn(token, signedInTo);
      request.principal = principal;
      reply.header("set-cookie", writeSessionCookie(secret, { publicUrl, secondsMax }));
      return reply.code(201).send(writeSession(await services.readSession(principal), services));
    },
  );
}

// Another person's link, opened by a slip or by somebody's cunning, shall not put anybody's mail into that account.
async function accountOf(request: FastifyRequest, services: SessionApi): Promise<bigint | null> {
  const secret = readSessionCookie(request.headers.cookie, services.installation().publicUrl);
  const principal = secret === null ? null : await services.authenticateSession(secret);
  return principal?.accountId ?? null;
}

function writeSession({ account, permissions, expiresAt }: SessionView, services: SessionApi) {
  return {
    account: { ...account, id: String(account.id) },
    permissions,
    ...services.installation(),
    expiresAt: expiresAt?.toISOString() ?? null,
  };
}
