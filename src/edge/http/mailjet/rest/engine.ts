import { assertNever } from "../../../../base/errors.ts";
import type { Answer } from "../../answer.ts";
import type { Permission, Principal } from "../../principal.ts";
import { forbidden } from "../../refusals.ts";
import { dataAnswer, emptyAnswer, type Format } from "../answers.ts";
import { invalidJson, methodNotAllowed, objectNotFound, RestFailure } from "./failure.ts";
import { metadataResource } from "./metadata.ts";
import { envelope, writeRow } from "./output.ts";
import { idRequired, type Place, readKey, readPlace } from "./path.ts";
import { readResourceQuery } from "./query.ts";
import type { Context, ListQuery, Operation, Resource } from "./resource.ts";
import { parseBody, readValues, requireAll } from "./values.ts";

/** A request to a resource, after its credentials were checked. */
export interface RestRequest {
  method: string;
  /** The decoded segments of the path after /v3/REST. */
  segments: string[];
  query: string;
  body: Buffer;
  principal: Principal;
  now: Date;
}

/** The resources of an API, ready to be asked. */
export interface RestEngine {
  /** @throws RestFailure what the API refuses, Refusal what core refuses, anything else is a defect */
  handle(request: RestRequest): Promise<Answer>;
  /** The hand the named resource (or its action) answers in, errors included. */
  formatOf(segments: string[]): Format;
  /** The path with its ids left out: what may be written to a log. */
  patternOf(segments: string[]): string;
}

/** Puts declared resources behind their paths, and describes them under `metadata`. */
export function createRestEngine(declared: readonly Resource[]): RestEngine {
  const resources = new Map(declared.map((resource) => [resource.name.toLowerCase(), resource]));
  resources.set(
    "metadata",
    metadataResource(() => declared),
  );
  return {
    handle: (request) => handle(request, resources),
    formatOf: ([name = ""]) => resources.get(name.toLowerCase())?.format ?? "spaced",
    patternOf: (segments) => patternOf(segments, resources),
  };
}

async function handle(request: RestRequest, resources: ReadonlyMap<string, Resource>): Promise<Answer> {
  const place = readPlace(request.segments, resources);
  const operation = operationOf(request.method);
  requirePermission(request.principal, place, operation);
  const { filters, list } = readResourceQuery(request.query, place.resource, request.now);
  const call: Call = {
    place,
    operation,
    list,
    body: request.body,
    context: { principal: request.principal, now: request.now, filters },
    resources,
  };
  switch (place.kind) {
    case "list":
      return handleList(call, place);
    case "object":
      return handleObject(call, place);
    case "action":
      return handleAction(call, place);
    default:
      return assertNever(place);
  }
}

interface Call {
  place: Place;
  operation: Operation;
  list: ListQuery;
  body: Buffer;
  context: Context;
  resources: ReadonlyMap<string, Resource>;
}

function operationOf(method: string): Operation {
  switch (method) {
    case "GET":
    case "HEAD":
      return "Get";
    case "POST":
      return "Post";
    case "PUT":
      return "Put";
    case "DELETE":
      return "Delete";
    default:
      throw methodNotAllowed();
  }
}

function requirePermission(principal: Principal, place: Place, operation: Operation): void {
  const needed: Permission = operation === "Get" ? (place.resource.readPermission ?? "read") : "manage";
  if (principal.permissions.has(needed)) return;
  throw new RestFailure(403, forbidden(needed, principal).message);
}

async function handleList(call: Call, place: Place & { kind: "list" }): Promise<Answer> {
  const { resource } = place;
  switch (call.operation) {
    case "Get": {
      if (resource.list === undefined) throw methodNotAllowed();
      const { rows, total } = await resource.list(call.list, call.context);
      return dataAnswer(formatOf(resource), 200, listEnvelope(resource, call.list, rows, total));
    }
    case "Post":
      return create(call, resource);
    case "Put":
      if (resource.update !== undefined && resource.isSingleton !== true) throw idRequired();
      return update(call, resource, null);
    case "Delete":
      throw resource.remove === undefined ? methodNotAllowed() : idRequired();
    default:
      return assertNever(call.operation);
  }
}

function listEnvelope(resource: Resource, query: ListQuery, rows: Record<string, unknown>[], total: number) {
  if (!query.wantsRows) return envelope([], { count: total, total });
  const written = rows.map((row) => writeRow(resource, row));
  return envelope(written, query.wantsTotal ? { count: written.length, total } : undefined);
}

async function handleObject(call: Call, place: Place & { kind: "object" }): Promise<Answer> {
  const { resource, key } = place;
  switch (call.operation) {
    case "Get": {
      const rows =
        resource.getRows === undefined
          ? [await resource.get?.(key, call.context)]
          : await resource.getRows(key, call.context);
      const written = rows.map((row) => writeRow(resource, required(row)));
      return dataAnswer(formatOf(resource), 200, envelope(written));
    }
    case "Put":
      return update(call, resource, key);
    case "Delete": {
      if (resource.remove === undefined) throw methodNotAllowed();
      if (!(await resource.remove(key, call.context))) throw objectNotFound();
      return emptyAnswer(formatOf(resource), 204);
    }
    case "Post":
      throw methodNotAllowed();
    default:
      return assertNever(call.operation);
  }
}

async function create(call: Call, resource: Resource): Promise<Answer> {
  if (resource.create === undefined) throw methodNotAllowed();
  const values = await valuesOf(call, resource);
  requireAll(values, resource.properties);
  const row = await resource.create(values, call.context);
  return dataAnswer(formatOf(resource), 201, envelope([writeRow(resource, row)]));
}

async function update(
  call: Call,
  resource: Resource,
  key: ReturnType<typeof readKey> | null,
): Promise<Answer> {
  if (resource.update === undefined) throw methodNotAllowed();
  const values = await valuesOf(call, resource);
  const row = await resource.update(key, values, call.context);
  if (row === "unchanged") return emptyAnswer(formatOf(resource), 304);
  return dataAnswer(formatOf(resource), 200, envelope([writeRow(resource, required(row))]));
}

async function handleAction(call: Call, place: Place & { kind: "action" }): Promise<Answer> {
  const { resource, action, key, jobId } = place;
  const run = action.operations[call.operation];
  if (run === undefined) throw methodNotAllowed();
  const takesBody = call.operation === "Post" || call.operation === "Put";
  const values = takesBody
    ? await valuesOf(call, { typeName: `${resource.typeName}${place.name}`, properties: action.parameters })
    : {};
  if (takesBody) requireAll(values, action.parameters);
  const result = await run({ key, jobId, values, context: call.context });
  if (result === "empty") return emptyAnswer(formatOf(resource), 204);
  const rows = required(result);
  const written = action.isRepeatedOnTop ? { ...envelope(rows), ...rows[0] } : envelope(rows);
  const status = call.operation === "Post" ? (action.postStatus ?? 200) : 200;
  return dataAnswer(formatOf(resource), status, written);
}

function valuesOf(call: Call, shape: Pick<Resource, "typeName" | "properties">) {
  const body = parseBody(call.body);
  return readValues(body, shape, async (target, text) => {
    const resource = call.resources.get(target);
    if (resource?.get === undefined) throw invalidJson(`"${target}" cannot be named by its unique key`);
    const row = await resource.get(readKey(text, resource), { ...call.context, filters: {} });
    const id = row?.ID;
    return typeof id === "bigint" || typeof id === "number" ? BigInt(id) : null;
  });
}

function required<T>(row: T | null | undefined): T {
  if (row === null || row === undefined) throw objectNotFound();
  return row;
}

function formatOf(resource: Resource): Format {
  return resource.format ?? "spaced";
}

function patternOf(segments: string[], resources: ReadonlyMap<string, Resource>): string {
  try {
    const place = readPlace(segments, resources);
    const { name } = place.resource;
    if (place.kind === "list") return name;
    if (place.kind === "object") return `${name}/:key`;
    return place.key === null ? `${name}/${place.name}` : `${name}/:key/${place.name}`;
  } catch {
    return "*";
  }
}
