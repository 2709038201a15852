import assert from "node:assert/strict";
import { test } from "node:test";
import { remedyOf } from "./remedy.ts";

test("what helps depends on what was refused", () => {
  const remedy = (kind: Parameters<typeof remedyOf>[0]["kind"], code: number, status: string) =>
    remedyOf({ kind, code, status });
  assert.equal(remedy("wrong_secret", 535, "5.7.8"), "wrongSecret");
  assert.equal(remedy("not_encrypted", 538, "5.7.11"), "notEncrypted");
  assert.equal(remedy("not_allowed", 525, "5.7.13"), "notAllowed");
  assert.equal(remedy("crowded", 421, "4.7.0"), "later");
  assert.equal(remedy("refused", 452, "4.7.1"), "later");
  assert.equal(remedy("refused", 550, "5.7.1"), "sender");
  assert.equal(remedy("refused", 554, "5.6.0"), "message");
});
