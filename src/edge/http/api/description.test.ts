import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { describeApi } from "./description.ts";

interface Operation {
  operationId?: string;
  summary?: string;
  tags?: string[];
  responses: Record<string, { content?: Record<string, unknown> }>;
}

const description = await describeApi();
const { openapi, paths, components } = JSON.parse(description);
const operations = Object.entries(paths as Record<string, Record<string, Operation>>).flatMap(
  ([path, methods]) => Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
);

test("docs/openapi.json is what the schemas say", () => {
  const file = new URL("../../../../docs/openapi.json", import.meta.url);
  assert.ok(readFileSync(file, "utf8") === description, "It is not: run node scripts/openapi.ts.");
});

test("the description is OpenAPI 3.1 and has only our own API", () => {
  assert.equal(openapi, "3.1.0");
  assert.ok(operations.length >= 17);
  assert.ok(operations.every(({ path }) => path.startsWith("/api/v1/")));
});

test("every operation has a name of its own, a summary, a tag, and says what its errors look like", () => {
  const names = operations.map(({ operation }) => operation.operationId);
  assert.equal(new Set(names).size, operations.length);
  for (const { path, method, operation } of operations) {
    assert.ok(operation.operationId && operation.summary && operation.tags?.length, `${method} ${path}`);
    assert.ok(operation.responses["4XX"] ?? operation.responses["4xx"], `${method} ${path}`);
  }
});

test("every reference leads to a named schema", () => {
  const references = [...description.matchAll(/"\$ref": "([^"]+)"/g)].map((match) => match[1]);
  assert.ok(references.length > 0);
  for (const reference of references) {
    const name = reference?.replace("#/components/schemas/", "") ?? "";
    assert.ok(name in components.schemas, reference);
  }
});

test("no id is a number", () => {
  assert.doesNotMatch(description, /"(?:id|messageId|templateId)": \{\s*"type": "(?:integer|number)"/);
});
