import { readFileSync } from "node:fs";
import path from "node:path";

/** The parts of JSON Schema and OpenAPI that our description uses; anything else is refused, so that nothing is
 *  silently typed too widely. */
interface Schema {
  $ref?: string;
  type?: string | string[];
  enum?: unknown[];
  const?: unknown;
  anyOf?: Schema[];
  oneOf?: Schema[];
  allOf?: Schema[];
  items?: Schema;
  properties?: Record<string, Schema>;
  required?: string[];
  additionalProperties?: boolean | Schema;
  patternProperties?: Record<string, Schema>;
  description?: string;
}

interface Parameter {
  name: string;
  in: string;
  required?: boolean;
  schema: Schema;
}

type Content = Record<string, { schema?: Schema }>;

interface Operation {
  operationId?: string;
  parameters?: Parameter[];
  requestBody?: { required?: boolean; content?: Content };
  responses: Record<string, { content?: Content }>;
}

interface Description {
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, Schema> };
}

/** What the dashboard knows of the API: the types of docs/openapi.json. */
export function webContract(folder: string): string {
  const { components, operations } = described(folder);
  return [
    "// Made from docs/openapi.json by `npm run docs`.",
    "",
    ...Object.entries(components.schemas).map(([name, schema]) => declaration(name, schema)),
    "/** By operation: what goes into the path, the query and the body, and what comes back. */",
    "export interface Operations {",
    ...operations.map(({ name, operation }) => `  ${name}: ${signature(operation)};`),
    "}",
    "",
  ].join("\n");
}

/** Where each operation of the API is. */
export function webPlaces(folder: string): string {
  const { operations } = described(folder);
  return [
    "// Made from docs/openapi.json by `npm run docs`.",
    'import type { Operations } from "./contract.ts";',
    "",
    "/** Where each operation is. */",
    "export const places: Record<keyof Operations, string> = {",
    ...operations.map(({ name, place }) => `  ${name}: ${JSON.stringify(place)},`),
    "};",
    "",
  ].join("\n");
}

function described(folder: string) {
  const file = path.join(folder, "docs/openapi.json");
  const { paths, components } = JSON.parse(readFileSync(file, "utf8")) as Description;
  const operations = Object.entries(paths).flatMap(([url, methods]) =>
    Object.entries(methods).map(([method, operation]) => named(operation, `${method.toUpperCase()} ${url}`)),
  );
  return { components, operations };
}

function named(operation: Operation, place: string) {
  const { operationId: name } = operation;
  if (name === undefined) throw new Error(`${place} has no operationId.`);
  return { name, operation, place };
}

function declaration(name: string, schema: Schema): string {
  const comment = schema.description === undefined ? "" : `/** ${schema.description} */\n`;
  return `${comment}export type ${name} = ${typeOf(schema, "  ")};\n`;
}

function signature(operation: Operation): string {
  const { parameters = [], requestBody } = operation;
  const of = (place: string) => {
    const own = parameters.filter((each) => each.in === place);
    const fields = own.map((each) => field(each.name, each.required === true, typeOf(each.schema), true));
    return own.length === 0 ? "null" : `{ ${fields.join("; ")} }`;
  };
  const body = requestBody?.content === undefined ? "null" : contentType(requestBody.content);
  return `{ path: ${of("path")}; query: ${of("query")}; body: ${body}; answer: ${answerOf(operation)} }`;
}

function answerOf({ responses }: Operation): string {
  const types = Object.entries(responses)
    .filter(([status]) => status.startsWith("2"))
    .map(([, { content }]) => (content === undefined ? "null" : contentType(content)));
  return [...new Set(types)].join(" | ");
}

function contentType(content: Content): string {
  const schema = content["application/json"]?.schema;
  return schema === undefined ? "string" : typeOf(schema);
}

/** A schema as a type. `indent` lays the fields of an object out in lines; without it they stand in one. */
function typeOf(schema: Schema, indent = ""): string {
  if (schema.$ref !== undefined) return schema.$ref.slice(schema.$ref.lastIndexOf("/") + 1);
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum !== undefined) return schema.enum.map((value) => JSON.stringify(value)).join(" | ");
  const choice = schema.anyOf ?? schema.oneOf;
  if (choice !== undefined) return choice.map((each) => typeOf(each)).join(" | ");
  if (schema.allOf !== undefined) return schema.allOf.map((each) => `(${typeOf(each)})`).join(" & ");
  if (Array.isArray(schema.type))
    return schema.type.map((type) => typeOf({ ...schema, type }, indent)).join(" | ");
  switch (schema.type) {
    case "string":
      return "string";
    case "integer":
    case "number":
      return "number";
    case "boolean":
      return "boolean";
    case "null":
      return "null";
    case "array":
      return arrayOf(typeOf(schema.items ?? {}));
    case "object":
      return objectOf(schema, indent);
    case undefined:
      return "unknown";
    default:
      throw new Error(`A schema of the type ${schema.type} has no counterpart in the dashboard's contract.`);
  }
}

const arrayOf = (item: string) => (/^\w+$/.test(item) ? `${item}[]` : `(${item})[]`);

function objectOf(schema: Schema, indent: string): string {
  const { properties, required = [], additionalProperties, patternProperties } = schema;
  if (properties === undefined) {
    const open = typeof additionalProperties === "object" ? additionalProperties : undefined;
    const value = open ?? Object.values(patternProperties ?? {})[0];
    return `Record<string, ${value === undefined ? "unknown" : typeOf(value)}>`;
  }
  const fields = Object.entries(properties).map(([name, each]) =>
    field(name, required.includes(name), typeOf(each), false),
  );
  if (fields.length === 0) return "Record<string, never>";
  return indent === "" ? `{ ${fields.join("; ")} }` : `{\n${fields.map((f) => `${indent}${f};\n`).join("")}}`;
}

// What we send may name a field and leave it empty; what comes back has it or has it not.
function field(name: string, isRequired: boolean, type: string, isSent: boolean): string {
  const key = /^[A-Za-z_]\w*$/.test(name) ? name : JSON.stringify(name);
  return isRequired ? `${key}: ${type}` : `${key}?: ${type}${isSent ? " | undefined" : ""}`;
}
