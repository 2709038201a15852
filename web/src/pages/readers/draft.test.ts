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

const now = new Date("2026-11-05T09:30:20");

test("a consent needs its proof, and a withdrawal nothing but the address and what it is for", () => {
  assert.deepEqual(missingIn(emptyDraft), ["address", "decidedAt", "how", "wording"]);
  assert.deepEqual(missingIn(whole), []);
  assert.deepEqual(missingIn({ ...emptyDraft, address: "a@b.example", decision: "withdrawn" }), []);
  assert.deepEqual(missingIn({ ...whole, purposes: [] }), ["purposes"]);
});

test("the instant is that of the browser's own zone, and a withdrawal without one is left to the service", () => {
  assert.equal(wishOf(whole, now).decidedAt, new Date("2026-11-01T10:00").toISOString());
  assert.equal(wishOf(whole, now).address, "ada@example.com");
  const withdrawal = wishOf({ ...whole, decision: "withdrawn", decidedAt: "" }, now);
  assert.deepEqual(Object.keys(withdrawal).sort(), ["address", "decision", "how", "purposes"]);
});

test("a withdrawal of a minute is one of its end, but never of the future: it outranks the consent of that minute", () => {
  const withdrawnAt = (decidedAt: string) =>
    wishOf({ ...whole, decision: "withdrawn", decidedAt }, now).decidedAt;
  assert.equal(withdrawnAt("2026-11-01T10:00"), new Date("2026-11-01T10:00:59.999").toISOString());
  assert.equal(withdrawnAt("2026-11-05T09:30"), now.toISOString());
  assert.equal(withdrawnAt("2026-11-05T09:31"), new Date("2026-11-05T09:31:00").toISOString());
});
