import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { defused, revived } from "./spreadsheet.ts";

test("no field begins as a formula does, and each comes back as it was", () => {
  assert.equal(defused("=1+1@shop.example"), "'=1+1@shop.example");
  assert.equal(defused("ann+list@shop.example"), "ann+list@shop.example");
  assert.equal(revived("'ann@shop.example"), "'ann@shop.example");
  const field = fc.oneof(fc.string(), fc.stringMatching(/^[=+@'\t-]{0,3}\w*$/));
  fc.assert(
    fc.property(field, (text) => {
      assert.doesNotMatch(defused(text), /^[=+\-@\t\r]/);
      assert.equal(revived(defused(text)), text);
    }),
  );
});
