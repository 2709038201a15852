import { Type } from "typebox";
import { Refusal } from "../../../base/errors.ts";
import type { ParseRouteRecord, ParseServices } from "../mailjet/resources/parse-services.ts";
import { readId } from "./cursor.ts";
import { AddressText, closed, Id, named, problems } from "./schemas.ts";
import { type ApiScope, principalOf } from "./scope.ts";

const tags = ["parse routes"];
const urlCharactersMax = 2000; // what webhooks may have

/** Addresses at which mail comes in and is posted to a program. */
export function parseRouteRoutes(app: ApiScope, services: ParseServices): void {
  app.get(
    "/parse-routes",
    {
      config: { permission: "manage" },
      schema: {
        operationId: "listParseRoutes",
        summary: "List the addresses whose mail is posted",
        tags,
        response: { 200: closed({ items: Type.Array(named("ParseRoute")) }), ...problems },
      },
    },
    async (request) => ({ items: (await services.listParseRoutes(principalOf(request))).map(write) }),
  );
  app.post(
    "/parse-routes",
    {
      config: { permission: "manage" },
      schema: {
        operationId: "addParseRoute",
        summary: "Post the mail of an address",
        description:
          "The address must be of a verified domain whose MX leads here. Without one, the service makes an address, one for each account. " +
          "Mail is posted as Mailjet's Parse API does, and tried again for days.",
        tags,
        body: closed({
          url: Type.String({ maxLength: urlCharactersMax }),
          address: Type.Optional(AddressText),
        }),
        response: { 201: named("ParseRoute"), ...problems },
      },
    },
    async (request, reply) => {
      const { url, address = null } = request.body;
      return reply
        .code(201)
        .send(write(await services.addParseRoute(principalOf(request), { url, address })));
    },
  );
  app.delete(
    "/parse-routes/:id",
    {
      config: { permission: "manage" },
      schema: {
        operationId: "removeParseRoute",
        summary: "Take no more mail for an address",
        description: "Mail that waits to be posted is not posted any more.",
        tags,
        params: closed({ id: Id }),
        response: { 204: Type.Null(), ...problems },
      },
    },
    async (request, reply) => {
      const isRemoved = await services.removeParseRoute(principalOf(request), readId(request.params.id));
      if (!isRemoved) throw new Refusal("not_found", "There is no parse route with this id.");
      return reply.code(204).send(null);
    },
  );
}

function write({ id, address, url, createdAt }: ParseRouteRecord) {
  return { id: String(id), address, url, createdAt: createdAt.toISOString() };
}
