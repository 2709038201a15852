import assert from "node:assert/strict";
import { test } from "node:test";
import { readHeaders } from "./headers.ts";
import type { SendError } from "./send-error.ts";

function read(headers: Record<string, string>): { names: string[]; errors: SendError[] } {
  const errors: SendError[] = [];
  const draft = readHeaders(headers, errors);
  return { names: draft.headers.map(([name]) => name), errors };
}

test("a header that could not be composed later is refused at once", () => {
  for (const headers of [
    { "Resent-Bcc": "a@b.example" },
    { "Resent-From": "nonsense" },
    { References: "<a@b.example>", references: "<c@d.example>" },
  ]) {
    const { errors } = read(headers);
    assert.equal(errors.length, 1, JSON.stringify(headers));
    assert.equal(errors[0]?.code, "mj-0004");
  }
});

test("headers of the caller are kept in their order", () => {
  const { names, errors } = read({ "X-One": "1", References: "<a@b.example>", "X-Two": "2" });
  assert.deepEqual(names, ["X-One", "References", "X-Two"]);
  assert.deepEqual(errors, []);
});
