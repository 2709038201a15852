import assert from "node:assert/strict";
import { test } from "node:test";
import { figureOf } from "./holdings.ts";

test("the figure of a period is the one that the service says", () => {
  const text = "Until 6 days after it was accepted. Then its key is destroyed.";
  assert.equal(figureOf({ retention: { code: "content", text } }), "6");
  assert.equal(figureOf({ retention: { code: "operation", text: "As long as the service runs." } }), "");
});
