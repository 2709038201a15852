import { Readable } from "node:stream";
import type { FastifyReply } from "fastify";
import { Type } from "typebox";

import { csvLine } from "../csv-records.ts";
import type { Principal } from "../principal.ts";
import { type ConsentApi, consentFileProblems } from "./consent-api.ts";
import { csvOf, takeCsv } from "./csv-body.ts";
import { closed, octets, oneOf, problems } from "./schemas.ts";
import { type ApiScope, principalOf, type SchemaTypes } from "./scope.ts";

const tags = ["consents"];
// One page of the history at a time: an export of any length holds no more than this in memory.
const exportPage = 1000;

/** The history of consents as a file, out and in. */
export function consentFileRoutes(app: ApiScope, services: ConsentApi): void {
  app.get(
    "/consents/export",
    {
      config: { permission: "read" },
      schema: {
        operationId: "exportConsents",
        summary: "Take the whole history of consents out, as CSV",
        description:
          "A line a decision and purpose, the last one first. What a spreadsheet would take for a formula has an " +
          "apostrophe before it; reading it in takes that off again.",
        tags,
        response: { 200: octets("text/csv", "A line a decision, below a line of names."), ...problems },
      },
    },
    async (request, reply) => {
      reply.headers({
        "content-type": "text/csv; charset=utf-8",
        "content-disposition": 'attachment; filename="consents.csv"',
      });
      // As a stream, which the schema of an answer has no word for.
      (reply as FastifyReply).send(Readable.from(exported(services, principalOf(request))));
      return reply;
    },
  );
  addImport(app, services);
}

const columns = [
  "address",
  "purpose",
  "decision",
  "decided_at",
  "how",
  "wording",
  "version",
  "source",
  "actor",
  "message_id",
];

async function* exported(services: ConsentApi, principal: Principal): AsyncGenerator<string> {
  yield csvLine(columns);
  for (let beforeId: bigint | null = null; ; ) {
    const page = await services.listConsents(principal, {
      address: null,
      purpose: null,
      beforeId,
      limit: exportPage,
    });
    const lines = page.map(({ address, purpose, decision, decidedAt, messageId, ...rest }) => {
      const { how, wording, version, source, actor } = rest;
      const proof = [how, wording, version, source, actor, messageId === null ? "" : String(messageId)];
      return csvLine([address, purpose, decision, decidedAt.toISOString(), ...proof]);
    });
    if (lines.length > 0) yield lines.join("");
    beforeId = page.at(-1)?.id ?? null;
    if (page.length < exportPage) return;
  }
}

function addImport(app: ApiScope, services: ConsentApi): void {
  app.register(async (inner) => {
    const scope = inner.withTypeProvider<SchemaTypes>();
    takeCsv(scope);
    scope.post(
      "/consents/import-file",
      {
        config: { permission: "manage" },
        schema: {
          operationId: "importConsentFile",
          summary: "Record the decisions of a CSV text",
          description:
            "Content-Type `text/csv`, in UTF-8: a first line with the names `address`, `purpose` (`opens`, `clicks`, or both when " +
            "empty), `decision`, `decided_at`, `how`, `wording`, `version`, between `,`, `;` or tab. An export can be taken " +
            "in as it is; decisions that are there already are not added again. A withdrawal without `decided_at` is one of now, " +
            "and adds nothing where the reader has withdrawn already. Lines that cannot be taken are named and left out.",
          tags,
          response: { 200: ConsentFileRead, ...problems },
        },
      },
      async (request) => services.importConsentFile(principalOf(request), csvOf(request, "the consents")),
    );
  });
}

const ConsentFileRead = closed({
  recorded: Type.Integer({ minimum: 0, description: "Decisions, one for each purpose." }),
  known: Type.Integer({ minimum: 0, description: "Were there before, or stand in the file twice." }),
  problems: Type.Array(
    closed({
      line: Type.Integer({ minimum: 1 }),
      code: oneOf(consentFileProblems, "Stable; pages translate it."),
      detail: Type.String(),
    }),
  ),
  problemsTotal: Type.Integer({ minimum: 0 }),
});
