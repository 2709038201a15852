import { type JsonProblem, type JsonRecord, parseJson } from "../../json.ts";
import { invalidJson, invalidProperty } from "./failure.ts";
import { nameInJson, type Properties, type Property } from "./property.ts";
import { readScalar } from "./scalar.ts";

// A list of strings or ids in one property: categories, purposes.
const listLengthMax = 1000;

/** Finds the id of the object that an `…ALT` names; null when there is none. */
export type ResolveAlternative = (target: string, key: string) => Promise<bigint | null>;

/** What a body must be read against. */
export interface BodyShape {
  typeName: string;
  properties: Properties;
}

/** Parses the body of a request. An empty one is an empty object, since clients send none where nothing needs
 *  to be said. */
export function parseBody(body: Buffer): JsonRecord {
  if (body.length === 0) return {};
  const outcome = parseJson(body);
  if (outcome.kind === "problem") throw invalidJson(`"" cannot be read: ${problemTexts[outcome.problem]}`);
  const { value } = outcome;
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw invalidJson('"" expected');
  return value;
}

const problemTexts = {
  encoding: "it is not UTF-8",
  syntax: "it is not JSON",
  depth: "it is nested too deep",
  size: "it has too many values",
} satisfies Record<JsonProblem, string>;

/** Reads the properties of a body: names in any case, `XID` and `XALT` for references. Read-only properties are
 *  ignored, since clients send back the objects they have got; unknown ones are refused, since they are typos. */
export async function readValues(
  body: JsonRecord,
  shape: BodyShape,
  resolve: ResolveAlternative,
): Promise<Record<string, unknown>> {
  const inputs = inputsOf(shape.properties);
  const values: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(body)) {
    const input = inputs.get(name.toLowerCase());
    if (input === undefined) throw invalidJson(`""->"T${shape.typeName}" has no property "${name}"`);
    if (input.property.isReadOnly) continue;
    values[input.name] = input.isAlternative
      ? await readAlternative(input, value, resolve)
      : readValue(input.jsonName, input.property, value);
  }
  return values;
}

/** Refuses a body for a new object that lacks a required property. */
export function requireAll(values: Record<string, unknown>, properties: Properties): void {
  for (const [name, property] of Object.entries(properties)) {
    if (!property.isRequired || property.isReadOnly) continue;
    const value = values[nameInJson(name, property)];
    if (value === undefined || value === null || value === "") {
      throw invalidProperty(name, "A value is required", "mj-0003");
    }
  }
}

interface Input {
  /** Where the value goes. */
  name: string;
  /** How the request calls it. */
  jsonName: string;
  property: Property;
  isAlternative: boolean;
}

const inputCache = new WeakMap<Properties, Map<string, Input>>();

function inputsOf(properties: Properties): Map<string, Input> {
  const cached = inputCache.get(properties);
  if (cached !== undefined) return cached;
  const inputs = new Map<string, Input>();
  for (const [name, property] of Object.entries(properties)) {
    const target = nameInJson(name, property);
    inputs.set(target.toLowerCase(), { name: target, jsonName: target, property, isAlternative: false });
    if (property.kind !== "reference") continue;
    inputs.set(name.toLowerCase(), { name: target, jsonName: name, property, isAlternative: false });
    const alternative = `${name}ALT`;
    inputs.set(alternative.toLowerCase(), {
      name: target,
      jsonName: alternative,
      property,
      isAlternative: true,
    });
  }
  inputCache.set(properties, inputs);
  return inputs;
}

async function readAlternative(input: Input, value: unknown, resolve: ResolveAlternative): Promise<unknown> {
  if (value === null || value === "") return null;
  if (typeof value !== "string") throw invalidProperty(input.jsonName, "Expected a string");
  const id = input.property.target === undefined ? null : await resolve(input.property.target, value);
  if (id === null) throw invalidProperty(input.jsonName, `There is no object "${value}"`);
  return id;
}

function readValue(name: string, property: Property, value: unknown): unknown {
  if (property.kind === "object") return value;
  if (property.kind === "texts" || property.kind === "ids") return readList(name, property, value);
  if (value === null) return readNull(name, property);
  const scalar = readScalar(property.kind, value);
  if (!scalar.isValid) throw invalidProperty(name, `Expected ${scalar.expected}`);
  if (typeof scalar.value === "string") return readText(name, property, scalar.value);
  return scalar.value;
}

function readText(name: string, property: Property, value: string): string {
  if (property.allowed === undefined || (value === "" && !property.isRequired)) return value;
  const all = [...property.allowed, ...(property.alsoAllowed ?? [])];
  const match = all.find((allowed) => allowed.toLowerCase() === value.toLowerCase());
  if (match === undefined) {
    throw invalidProperty(name, `Allowed values are: ${property.allowed.join(", ")}`, "mj-0005");
  }
  return match;
}

function readNull(name: string, property: Property): unknown {
  switch (property.kind) {
    case "text":
    case "address":
      return "";
    case "time":
    case "reference":
      return null;
    default:
      throw invalidProperty(name, "A value cannot be null");
  }
}

function readList(name: string, property: Property, value: unknown): unknown[] {
  if (value === null || value === "") return [];
  if (!Array.isArray(value) || value.length > listLengthMax) throw invalidProperty(name, "Expected a list");
  const itemKind = property.kind === "ids" ? "int64" : "text";
  return value.map((item) => readValue(name, { ...property, kind: itemKind, isRequired: true }, item));
}
