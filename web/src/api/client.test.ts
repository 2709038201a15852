import assert from "node:assert/strict";
import { test } from "node:test";
import { urlOf } from "./client.ts";

test("parameters go into the path and the query encoded, and those that are not set are left out", () => {
  assert.equal(
    urlOf("/api/v1/domains/{name}/check", { name: "a/b.example" }, null),
    "/api/v1/domains/a%2Fb.example/check",
  );
  const query = { recipient: "ann+1@example.com", customId: undefined, state: "", limit: 5 };
  assert.equal(
    urlOf("/api/v1/messages", null, query),
    "/api/v1/messages?recipient=ann%2B1%40example.com&limit=5",
  );
});
