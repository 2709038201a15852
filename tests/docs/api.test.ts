import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { clone } from "../tidy/source.ts";

const read = (file: string) => readFileSync(path.join(clone, file), "utf8");

test("docs/api.md names every route of docs/openapi.json, and no other", () => {
  const { paths } = JSON.parse(read("docs/openapi.json")) as {
    paths: Record<string, Record<string, unknown>>;
  };
  const described = Object.entries(paths).flatMap(([place, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${place}`),
  );
  const named = [...read("docs/api.md").matchAll(/^\| `([A-Z]+ \/[^`]+)`/gm)].map(([, route]) => route);
  assert.deepEqual(named.sort(), described.sort());
});
