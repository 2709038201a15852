import { Readable } from "node:stream";
import type { FastifyReply } from "fastify";

import { octets, problems } from "./schemas.ts";
import { type ApiScope, principalOf } from "./scope.ts";
import type { ExportApi } from "./services.ts";

// What waits for a slow reader: one line, whatever its length, and no second one.
const waitingBytesMax = 64 * 1024;

/** Access and portability (GDPR art. 15, 20). */
export function exportRoutes(app: ApiScope, services: ExportApi): void {
  app.get(
    "/export",
    {
      config: { permission: "read" },
      schema: {
        operationId: "exportAccount",
        summary: "Take everything out that is held of the account",
        description:
          "A line of JSON for each row of each table, with sealed values opened: `{table, row}`. The first line says what is left out, and why; the last one, `{end}`, how many rows there were: an export without it was cut off. For the account's first key pair, also of a closed account until it is erased. That it was taken out, and by whom, is noted among the changes of the account.",
        tags: ["holdings"],
        response: { 200: octets("application/x-ndjson", "A line of JSON each."), ...problems },
      },
    },
    async (request, reply) => {
      const lines = await services.exportAccount(principalOf(request));
      reply.headers({
        "content-type": "application/x-ndjson; charset=utf-8",
        "content-disposition": 'attachment; filename="export.jsonl"',
      });
      // As a stream, which the schema of an answer has no word for.
      const stream = Readable.from(lines, { objectMode: false, highWaterMark: waitingBytesMax });
      (reply as FastifyReply).send(stream);
      return reply;
    },
  );
}
