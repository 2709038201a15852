import assert from "node:assert/strict";
import { test } from "node:test";
import { QueryClient } from "@tanstack/react-query";
import { forgetMadeKey } from "./made-key.ts";

test("a pair that is revoked is no longer filled into examples, and another one stays", () => {
  const client = new QueryClient();
  client.setQueryData(["made-key"], { id: "1" });
  forgetMadeKey(client, "2");
  assert.deepEqual(client.getQueryData(["made-key"]), { id: "1" });
  forgetMadeKey(client, "1");
  assert.equal(client.getQueryData(["made-key"]), null);
});
