import type { FastifyInstance, FastifyRequest } from "fastify";
import { Refusal } from "../../../base/errors.ts";
import { csvText, readBody, releaseContinue } from "../body.ts";
import { defaultHttpLimits } from "../limits.ts";

/** Lets the routes of a scope be sent a CSV file, as text in UTF-8. */
export function takeCsv(scope: Pick<FastifyInstance, "addContentTypeParser">): void {
  scope.addContentTypeParser("text/csv", async (request: FastifyRequest, stream: FastifyRequest["raw"]) => {
    releaseContinue(request.raw);
    return csvText(await readBody(request.raw, stream, defaultHttpLimits.bodyBytesMax));
  });
}

/** The CSV text that was sent. @param what the file holds: "the addresses"
 *  @throws Refusal unsupported_media_type when something else was sent */
export function csvOf({ body }: { body: unknown }, what: string): string {
  if (typeof body === "string") return body;
  throw new Refusal("unsupported_media_type", `Send ${what} as text/csv.`);
}
