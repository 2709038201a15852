import { Readable } from "node:stream";
import type { FastifyReply } from "fastify";
import { Type } from "typebox";

import { Refusal } from "../../../base/errors.ts";
import { isAddressProblem, parseAddress } from "../../../mail/address/index.ts";
import { csvLine } from "../csv-records.ts";
import type { Principal } from "../principal.ts";
import { csvOf, takeCsv } from "./csv-body.ts";
import { cursorQuery, pageDefault, readCursor, readId, writePage } from "./cursor.ts";
import { AddressText, closed, Id, named, octets, oneOf, pageOf, problems } from "./schemas.ts";
import { type ApiScope, principalOf, type SchemaTypes } from "./scope.ts";
import { importProblemCodes, type SuppressionApi, type SuppressionView } from "./services.ts";

const tags = ["suppressions"];

/** Addresses the account does not send to. They are removed by id: addresses in paths end up in logs of proxies. */
export function suppressionRoutes(app: ApiScope, services: SuppressionApi): void {
  addExport(app, services);
  addImport(app, services);
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

// One page of the list at a time: an export of any length holds no more than this in memory.
const exportPage = 1000;

function addExport(app: ApiScope, services: SuppressionApi): void {
  app.get(
    "/suppressions/export",
    {
      config: { permission: "read" },
      schema: {
        operationId: "exportSuppressions",
        summary: "Take all suppressed addresses out, as CSV",
        description:
          "What a spreadsheet would take for a formula has an apostrophe before it; reading it in takes that off again.",
        tags,
        response: { 200: octets("text/csv", "A line an address, below a line of names."), ...problems },
      },
    },
    async (request, reply) => {
      const principal = principalOf(request);
      const headers = {
        "content-type": "text/csv; charset=utf-8",
        "content-disposition": 'attachment; filename="suppressions.csv"',
      };
      reply.headers(headers);
      // As a stream, which the schema of an answer has no word for.
      (reply as FastifyReply).send(Readable.from(exported(services, principal)));
      return reply;
    },
  );
}

async function* exported(services: SuppressionApi, principal: Principal): AsyncGenerator<string> {
  yield csvLine(["address", "cause", "source", "created_at", "message_id"]);
  for (let beforeId: bigint | null = null; ; ) {
    const page = await services.listSuppressions(principal, { address: null, beforeId, limit: exportPage });
    const lines = page.map(({ address, cause, source, createdAt, sourceId }) =>
      csvLine([address, cause, source, createdAt.toISOString(), sourceId === null ? "" : String(sourceId)]),
    );
    if (lines.length > 0) yield lines.join("");
    beforeId = page.at(-1)?.id ?? null;
    if (page.length < exportPage) return;
  }
}

function addImport(app: ApiScope, services: SuppressionApi): void {
  app.register(async (inner) => {
    const scope = inner.withTypeProvider<SchemaTypes>();
    takeCsv(scope);
    scope.post(
      "/suppressions/import",
      {
        config: { permission: "manage" },
        schema: {
          operationId: "importSuppressions",
          summary: "Suppress the addresses of a CSV text",
          description:
            "Content-Type `text/csv`, in UTF-8: a column `address` (or `email`), and `cause` if there is one. The first line decides between `,`, `;` and tab. Lines that cannot be read are named and left out.",
          tags,
          response: { 200: SuppressionsImported, ...problems },
        },
      },
      async (request) => services.importSuppressions(principalOf(request), csvOf(request, "the addresses")),
    );
  });
}

const SuppressionsImported = closed({
  added: Type.Integer({ minimum: 0, description: "New, or with a stronger cause now." }),
  known: Type.Integer({ minimum: 0, description: "Suppressed before, or named twice." }),
  problems: Type.Array(
    closed({
      line: Type.Integer({ minimum: 1 }),
      code: oneOf(importProblemCodes, "Stable; pages translate it."),
      detail: Type.String(),
    }),
  ),
  problemsTotal: Type.Integer({ minimum: 0 }),
});

/** An address of a request.  @throws Refusal invalid */
export function readAddress(text: string, place: "body" | "query"): string {
  const address = parseAddress(text.trim());
  if (!isAddressProblem(address)) return address.text;
  const detail = "is not an email address";
  const field = place === "body" ? "/address" : "address";
  throw new Refusal("invalid", `${field} ${detail}.`, {
    errors: [{ field, in: place, detail, code: "not_an_address" }],
  });
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
