import { invalidAddress, objectNotFound, RestFailure, unknownAction, unknownResource } from "./failure.ts";
import type { Action, Key, Resource } from "./resource.ts";

/** What a path below /v3/REST names. */
export type Place =
  | { kind: "list"; resource: Resource }
  | { kind: "object"; resource: Resource; key: Key }
  | {
      kind: "action";
      resource: Resource;
      key: Key | null;
      name: string;
      action: Action;
      jobId: string | null;
    };

// /resource/key/action/action-id
const segmentsMax = 4;

/** Finds what the segments of a path name; resource and action names in any case.
 *  @throws RestFailure 400 unknown resource or action, or an id that cannot be one */
export function readPlace(segments: string[], resources: ReadonlyMap<string, Resource>): Place {
  const [name = "", second, third, fourth] = segments;
  const resource = resources.get(name.toLowerCase());
  if (resource === undefined) throw unknownResource(name);
  if (segments.length > segmentsMax) throw unknownAction(segments.slice(2).join("/"));
  if (second === undefined) return { kind: "list", resource };
  const global = findAction(resource, second, true);
  if (global !== undefined) {
    if (fourth !== undefined) throw unknownAction(`${second}/${third}`);
    return { kind: "action", resource, key: null, ...global, jobId: third ?? null };
  }
  const key = readKey(second, resource);
  if (third === undefined) return { kind: "object", resource, key };
  const own = findAction(resource, third, false);
  if (own === undefined) throw unknownAction(third);
  return { kind: "action", resource, key, ...own, jobId: fourth ?? null };
}

function findAction(resource: Resource, name: string, isGlobal: boolean) {
  const found = Object.entries(resource.actions ?? {}).find(
    ([known, action]) => action.isGlobal === isGlobal && known.toLowerCase() === name.toLowerCase(),
  );
  return found === undefined ? undefined : { name: found[0], action: found[1] };
}

// Ids are positive 64-bit integers; longer digits can only be a unique key.
const idPattern = /^\d{1,19}$/;
const idMax = 2n ** 63n - 1n;

/** Reads an id or a unique key; the parts of a composite one are separated by "|".
 *  @throws RestFailure 404 where the resource has no unique key, 400 where its key is an address and this is none */
export function readKey(segment: string, resource: Resource): Key {
  if (idPattern.test(segment)) {
    const id = BigInt(segment);
    if (id <= idMax) return { kind: "id", id };
  }
  const { uniqueKey } = resource;
  // No stored text has the character NUL, and PostgreSQL refuses to compare with it.
  if (uniqueKey === undefined || segment.includes("\0")) throw objectNotFound();
  if (resource.properties[uniqueKey]?.kind === "address" && !segment.includes("@")) {
    throw invalidAddress(segment, "No @ character in mail");
  }
  const count = uniqueKey.split("|").length;
  const parts = count === 1 ? [segment] : splitParts(segment, count);
  if (parts.length !== count) throw objectNotFound();
  return { kind: "unique", parts };
}

// The last part may itself contain "|": names are free text.
function splitParts(segment: string, count: number): string[] {
  const parts = segment.split("|");
  return parts.length <= count ? parts : [...parts.slice(0, count - 1), parts.slice(count - 1).join("|")];
}

/** PUT and DELETE of a whole list are not offered. */
export function idRequired(): RestFailure {
  return new RestFailure(400, "An ID or unique key is required");
}
