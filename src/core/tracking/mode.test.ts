import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { type TrackingTerms, type TrackingWish, trackingModeOf, trackingModes } from "./mode.ts";

const wishes: TrackingWish[] = ["account_default", "disabled", "anonymous", "enabled"];
const terms: fc.Arbitrary<TrackingTerms> = fc.record({
  wish: fc.constantFrom(...wishes),
  isDefault: fc.boolean(),
  limits: fc.array(fc.constantFrom(...trackingModes), { minLength: 1, maxLength: 3 }),
  hasConsent: fc.boolean(),
});
const rank = (mode: (typeof trackingModes)[number]) => trackingModes.indexOf(mode);

const table: [TrackingWish, isDefault: boolean, hasConsent: boolean, expected: string][] = [
  ["enabled", false, false, "anonymous"],
  ["enabled", false, true, "identified"],
  ["anonymous", true, true, "anonymous"],
  ["disabled", true, true, "off"],
  ["account_default", false, true, "off"],
  ["account_default", true, false, "anonymous"],
  ["account_default", true, true, "identified"],
];
for (const [wish, isDefault, hasConsent, expected] of table) {
  test(`${wish}, ${isDefault ? "counted" : "not counted"} by default, ${hasConsent ? "with" : "without"} consent: ${expected}`, () => {
    assert.equal(trackingModeOf({ wish, isDefault, hasConsent, limits: ["identified"] }), expected);
  });
}

test("nobody goes beyond any limit, and nobody without consent is told apart", () => {
  fc.assert(
    fc.property(terms, (given) => {
      const mode = trackingModeOf(given);
      for (const limit of given.limits) assert.ok(rank(mode) <= rank(limit));
      if (!given.hasConsent) assert.notEqual(mode, "identified");
      if (given.wish === "disabled") assert.equal(mode, "off");
    }),
  );
});

test("a stricter limit, or a withdrawal, never makes more of it", () => {
  fc.assert(
    fc.property(terms, fc.constantFrom(...trackingModes), (given, limit) => {
      const stricter = { ...given, limits: [...given.limits, limit], hasConsent: false };
      assert.ok(rank(trackingModeOf(stricter)) <= rank(trackingModeOf(given)));
    }),
  );
});
