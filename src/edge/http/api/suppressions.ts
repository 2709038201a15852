import { Type } from "typebox";

import { Refusal } from "../../../base/errors.ts";
import { isAddressProblem, parseAddress } from "../../../mail/address/index.ts";
import { cursorQuery, pageDefault, readCursor, readId, writePage } from "./cursor.ts";
import { AddressText, closed, Id, named, pageOf, problems } from "./schemas.ts";
import { type ApiScope, principalOf } from "./scope.ts";
import type { SuppressionApi, SuppressionView } from "./services.ts";

const tags = ["suppressions"];

/** Addresses the account does not send to. They are removed by id: addresses in paths end up in logs of proxies. */
export function suppressionRoutes(app: ApiScope, services: SuppressionApi): void {
  app.get(
    "/suppressions",
    {
      config: { permission: "read" },
      schema: {
        operationId: "listSuppressions",
        summary: "List the suppressed addresses, newest first",
        tags,
        querystring: closed({ address: Type.Optional(AddressText), ...cursorQuery }),
        response: { 200: pageOf("Suppression"), ...problems },
      },
    },
    async (request) => {
      const { address, limit = pageDefault, cursor } = request.query;
      const wanted = address === undefined ? null : readAddress(address, "query");
      const query = { address: wanted, limit: limit + 1, beforeId: readCursor(cursor) };
      return writePage(await services.listSuppressions(principalOf(request), query), limit, write);
    },
  );
  app.post(
    "/suppressions",
    {
      config: { permission: "manage" },
      schema: {
        operationId: "addSuppression",
        summary: "Suppress an address",
        tags,
        body: closed({ address: AddressText }),
        response: { 201: named("Suppression"), ...problems },
      },
    },
    async (request, reply) => {
      const address = readAddress(request.body.address, "body");
      return reply.code(201).send(write(await services.addSuppression(principalOf(request), address)));
    },
  );
  app.delete(
    "/suppressions/:id",
    {
      config: { permission: "manage" },
      schema: {
        operationId: "removeSuppression",
        summary: "Send to an address again",
        tags,
        params: closed({ id: Id }),
        response: { 204: Type.Null(), ...problems },
      },
    },
    async (request, reply) => {
      const isRemoved = await services.removeSuppression(principalOf(request), readId(request.params.id));
      if (!isRemoved) throw new Refusal("not_found", "There is no suppression with this id.");
      return reply.code(204).send(null);
    },
  );
}

function readAddress(text: string, place: "body" | "query"): string {
  const address = parseAddress(text.trim());
  if (!isAddressProblem(address)) return address.text;
  const detail = "is not an email address";
  const field = place === "body" ? "/address" : "address";
  throw new Refusal("invalid", `${field} ${detail}.`, { errors: [{ field, in: place, detail }] });
}

function write(suppression: SuppressionView) {
  const { sourceId, createdAt, ...rest } = suppression;
  return {
    ...rest,
    id: String(suppression.id),
    createdAt: createdAt.toISOString(),
    messageId: sourceId === null ? null : String(sourceId),
  };
}
