import assert from "node:assert/strict";
import { test } from "node:test";
import { type Draft, emptyDraft, missingIn, wishOf } from "./draft.ts";

const whole: Draft = {
  ...emptyDraft,
  address: " ada@example.com ",
  decidedAt: "2026-11-01T10:00",
  how: "form",
  wording: "I agree.",
};

test("a consent needs its proof, and a withdrawal nothing but the address and what it is for", () => {
  assert.deepEqual(missingIn(emptyDraft), ["address", "decidedAt", "how", "wording"]);
  assert.deepEqual(missingIn(whole), []);
  assert.deepEqual(missingIn({ ...emptyDraft, address: "a@b.example", decision: "withdrawn" }), []);
  assert.deepEqual(missingIn({ ...whole, purposes: [] }), ["purposes"]);
});

test("the instant is that of the browser's own zone, and a withdrawal without one is left to the service", () => {
  assert.equal(wishOf(whole).decidedAt, new Date("2026-11-01T10:00").toISOString());
  assert.equal(wishOf(whole).address, "ada@example.com");
  const withdrawal = wishOf({ ...whole, decision: "withdrawn", decidedAt: "" });
  assert.deepEqual(Object.keys(withdrawal).sort(), ["address", "decision", "how", "purposes"]);
});
