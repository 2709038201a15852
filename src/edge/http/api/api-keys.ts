import { Type } from "typebox";

import { Refusal } from "../../../base/errors.ts";
import { readId } from "./cursor.ts";
import { closed, Id, named, oneOf, problems } from "./schemas.ts";
import { type ApiScope, principalOf } from "./scope.ts";
import type { KeyApi, KeyView } from "./services.ts";

const tags = ["api-keys"];

/** Key pairs beside the primary one, each with what it is for. */
export function apiKeyRoutes(app: ApiScope, services: KeyApi): void {
  app.get(
    "/api-keys",
    {
      config: { permission: "manage" },
      schema: {
        operationId: "listApiKeys",
        summary: "List the key pairs",
        tags,
        response: { 200: closed({ items: Type.Array(named("ApiKey")) }), ...problems },
      },
    },
    async (request) => ({ items: (await services.listKeys(principalOf(request))).map(writeKey) }),
  );
  app.post(
    "/api-keys",
    {
      config: { permission: "manage" },
      schema: {
        operationId: "createApiKey",
        summary: "Make a key pair",
        description: "Its secret is in this answer and nowhere else.",
        tags,
        body: closed({
          name: Type.String({ minLength: 1, maxLength: 100 }),
          scopes: Type.Array(oneOf(["send", "read", "manage"]), {
            minItems: 1,
            maxItems: 3,
            uniqueItems: true,
          }),
        }),
        response: { 201: named("NewApiKey"), ...problems },
      },
    },
    async (request, reply) => {
      const { key, secretKey } = await services.createKey(principalOf(request), request.body);
      return reply.code(201).send({ ...writeKey(key), secretKey });
    },
  );
  addExisting(app, services);
}

function addExisting(app: ApiScope, services: KeyApi): void {
  app.patch(
    "/api-keys/:id",
    {
      config: { permission: "manage" },
      schema: {
        operationId: "changeApiKey",
        summary: "Rename a key pair, or switch it off and on",
        description: "It holds on every node within seconds. The primary pair is always on.",
        tags,
        params: closed({ id: Id }),
        body: Type.Object(
          {
            name: Type.Optional(Type.String({ minLength: 1, maxLength: 100 })),
            isActive: Type.Optional(Type.Boolean()),
          },
          { additionalProperties: false, minProperties: 1 },
        ),
        response: { 200: named("ApiKey"), ...problems },
      },
    },
    async (request) => {
      const outcome = await services.changeKey(principalOf(request), readId(request.params.id), request.body);
      if (outcome === "unknown") throw new Refusal("not_found", "There is no key pair with this id.");
      if (outcome === "primary") {
        throw new Refusal("primary_key", "The primary key pair of an account cannot be switched off.");
      }
      return writeKey(outcome);
    },
  );
  app.delete(
    "/api-keys/:id",
    {
      config: { permission: "manage" },
      schema: {
        operationId: "revokeApiKey",
        summary: "Revoke a key pair",
        description: "It stops working on every node within seconds.",
        tags,
        params: closed({ id: Id }),
        response: { 204: Type.Null(), ...problems },
      },
    },
    async (request, reply) => {
      const outcome = await services.revokeKey(principalOf(request), readId(request.params.id));
      switch (outcome) {
        case "revoked":
          return reply.code(204).send(null);
        case "primary":
          throw new Refusal("primary_key", "The primary key pair of an account cannot be revoked.");
        case "unknown":
          throw new Refusal("not_found", "There is no key pair with this id.");
      }
    },
  );
}

function writeKey(key: KeyView) {
  return { ...key, id: String(key.id), createdAt: key.createdAt.toISOString() };
}
