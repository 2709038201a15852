import { Type } from "typebox";

import { Refusal } from "../../../base/errors.ts";
import { closed, named, problems } from "./schemas.ts";
import { type ApiScope, principalOf } from "./scope.ts";
import type { DomainApi, DomainView } from "./services.ts";

const tags = ["domains"];

// RFC 1035 §2.3.4: 255 octets on the wire are 253 characters.
const nameLengthMax = 253;

/** Sending domains: add, see what is missing, look again. */
export function domainRoutes(app: ApiScope, services: DomainApi): void {
  app.get(
    "/domains",
    {
      config: { permission: "read" },
      schema: {
        operationId: "listDomains",
        summary: "List the sending domains",
        tags,
        response: { 200: closed({ items: Type.Array(named("Domain")) }), ...problems },
      },
    },
    async (request) => ({ items: (await services.listDomains(principalOf(request))).map(writeDomain) }),
  );
  app.post(
    "/domains",
    {
      config: { permission: "manage" },
      schema: {
        operationId: "addDomain",
        summary: "Add a sending domain",
        description:
          "Answers the DNS records to publish. Adding a domain again answers it as it is, with the second key if it is " +
          "asked for and was not there.",
        tags,
        body: closed({
          name: Type.String({ minLength: 1, maxLength: nameLengthMax }),
          withEd25519: Type.Optional(
            Type.Boolean({
              description: "Also sign with Ed25519 (RFC 8463), beside RSA. False when left out.",
            }),
          ),
        }),
        response: { 201: named("Domain"), ...problems },
      },
    },
    async (request, reply) => {
      const { name, withEd25519 = false } = request.body;
      const domain = await services.addDomain(principalOf(request), { name, withEd25519 });
      return reply.code(201).send(writeDomain(domain));
    },
  );
  addExisting(app, services);
}

function addExisting(app: ApiScope, services: DomainApi): void {
  app.delete(
    "/domains/:name",
    {
      config: { permission: "manage" },
      schema: {
        operationId: "removeDomain",
        summary: "Give a sending domain up",
        description:
          "Its DKIM keys are gone with it: added again, it has new ones to publish. What waits to be sent from it is " +
          "blocked when its turn comes.",
        tags,
        params: closed({ name: Type.String({ minLength: 1, maxLength: nameLengthMax }) }),
        response: { 204: Type.Null(), ...problems },
      },
    },
    async (request, reply) => {
      const isRemoved = await services.removeDomain(principalOf(request), request.params.name);
      if (!isRemoved) throw new Refusal("not_found", "The account has no such domain.");
      return reply.code(204).send(null);
    },
  );
  app.post(
    "/domains/:name/check",
    {
      config: { permission: "manage" },
      schema: {
        operationId: "checkDomain",
        summary: "Look at the DNS now",
        tags,
        params: closed({ name: Type.String({ minLength: 1, maxLength: nameLengthMax }) }),
        response: { 200: named("Domain"), ...problems },
      },
    },
    async (request) => {
      const domain = await services.checkDomain(principalOf(request), request.params.name);
      if (domain === null) throw new Refusal("not_found", "The account has no such domain.");
      return writeDomain(domain);
    },
  );
}

function writeDomain(domain: DomainView) {
  return {
    ...domain,
    id: String(domain.id),
    createdAt: domain.createdAt.toISOString(),
    checkedAt: domain.checkedAt?.toISOString() ?? null,
  };
}
