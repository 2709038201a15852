import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { formatDate } from "./date.ts";

test("a date is written as RFC 5322 has it and means the same moment", () => {
  assert.equal(formatDate(new Date("2026-11-03T04:05:06.789Z")), "Tue, 03 Nov 2026 04:05:06 +0000");
  fc.assert(
    fc.property(
      fc.date({ min: new Date("1900-01-01"), max: new Date("9999-12-31"), noInvalidDate: true }),
      (date) => {
        assert.match(formatDate(date), /^[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d \+0000$/);
        assert.equal(Date.parse(formatDate(date)), Math.floor(date.getTime() / 1000) * 1000);
      },
    ),
  );
});

test("what is no date of a message is refused", () => {
  assert.throws(() => formatDate(new Date(Number.NaN)), RangeError);
  assert.throws(() => formatDate(new Date("1899-12-31")), RangeError);
  assert.throws(() => formatDate(new Date("+010000-01-01")), RangeError);
});
