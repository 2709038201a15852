import { Refusal } from "../../../base/errors.ts";
import type { Answer } from "../answer.ts";
import { failureAnswer, refusalAnswer } from "../mailjet/refusals.ts";
import { createRestEngine } from "../mailjet/rest/engine.ts";
import { RestFailure } from "../mailjet/rest/failure.ts";
import type { Resource } from "../mailjet/rest/resource.ts";
import type { Permission } from "../principal.ts";
import { principalOf } from "./server.ts";

/** Asks resources without a socket between; a body that is not a string is sent as JSON. */
export type RestClient = (method: string, path: string, body?: unknown) => Promise<Answer>;

/** The time of the tests: a Thursday. */
export const testNow = new Date("2026-03-05T10:00:00.000Z");

/** A client for these resources; every answer's error identifier is "id-1". */
export function createRestClient(
  resources: readonly Resource[],
  permissions: Permission[] = ["read", "manage"],
): RestClient {
  const engine = createRestEngine(resources);
  return async (method, path, body = "") => {
    const [place = "", query = ""] = path.split("?");
    const segments = place.split("/").map(decodeURIComponent);
    try {
      return await engine.handle({
        method,
        segments,
        query,
        body: Buffer.from(typeof body === "string" ? body : JSON.stringify(body)),
        principal: principalOf({ permissions: new Set(permissions) }),
        now: testNow,
      });
    } catch (error) {
      const format = engine.formatOf(segments);
      if (error instanceof RestFailure) return failureAnswer(error, format, "id-1");
      if (error instanceof Refusal) return refusalAnswer(error, format, "id-1");
      throw error;
    }
  };
}

/** The rows of an answer. */
export function rowsOf(answer: Answer): Record<string, unknown>[] {
  return JSON.parse(String(answer.body)).Data;
}

/** The error message of an answer. */
export function messageOf(answer: Answer): string {
  return JSON.parse(String(answer.body)).ErrorMessage;
}
