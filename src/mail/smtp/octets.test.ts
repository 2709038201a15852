import assert from "node:assert/strict";
import { test } from "node:test";

import fc from "fast-check";

import { stuffDots, survey } from "./octets.ts";

// Few letters, so that every neighbourhood of CR, LF and dot comes up often.
const octets = fc
  .array(fc.constantFrom("\r\n", ".", "\r\n.", "a", "é", "bc"), { maxLength: 60 })
  .map((parts) => Buffer.from(parts.join("")));
const cuts = fc.array(fc.nat(80), { maxLength: 12 });

function slices(whole: Buffer, at: readonly number[]): Buffer[] {
  const borders = [0, ...at.filter((cut) => cut <= whole.length), whole.length].sort((a, b) => a - b);
  return borders.slice(1).map((border, index) => whole.subarray(borders[index], border));
}

/** RFC 5321 §4.5.2, as slowly and plainly as it is written there. */
function unstuffed(text: string): string {
  return text
    .split("\r\n")
    .map((line) => (line.startsWith(".") ? line.slice(1) : line))
    .join("\r\n");
}

test("a receiver that removes the dots gets the message, wherever the slices are cut", () => {
  fc.assert(
    fc.property(octets, cuts, (whole, at) => {
      const message = slices(Buffer.concat([whole, Buffer.from("\r\n")]), at);
      const { defect, dots } = survey(message);
      assert.equal(defect, undefined);
      const stuffed = Buffer.concat(stuffDots(message, dots)).toString("latin1");
      assert.equal(unstuffed(stuffed), Buffer.concat(message).toString("latin1"));
      assert.doesNotMatch(`\r\n${stuffed}`, /\r\n\.(?!\.)/);
    }),
    { numRuns: 500 },
  );
});

test("a CR or LF that stands alone is found, wherever the slices are cut", () => {
  const any = fc.array(fc.constantFrom("\r", "\n", "\r\n", ".", "a"), { maxLength: 30 });
  fc.assert(
    fc.property(any, cuts, (parts, at) => {
      const text = `${parts.join("")}.`;
      const isBare = /[\r\n]/.test(text.replaceAll("\r\n", ""));
      const { defect } = survey(slices(Buffer.from(text), at));
      assert.equal(defect, isBare ? "bare_line_ending" : "unterminated");
    }),
    { numRuns: 500 },
  );
});

test("line ends at the border of two pieces of 64 KB are understood", () => {
  const fill = (length: number): string => "x".repeat(length);
  const check = (text: string): unknown => {
    const message = [Buffer.from(text)];
    const { defect, dots } = survey(message);
    return defect ?? stuffDots(message, dots)[0]?.length;
  };
  assert.equal(check(`${fill(65_535)}\r\n.b\r\n`), 65_542);
  assert.equal(check(`${fill(65_534)}\r\n.b\r\n`), 65_541);
  assert.equal(check(`${fill(65_533)}\r\n.b\r\n`), 65_540);
  assert.equal(check(`${fill(65_535)}\r.b\r\n`), "bare_line_ending");
  assert.equal(check(`${fill(65_536)}\nb\r\n`), "bare_line_ending");
  assert.equal(check(`${fill(65_535)}\r`), "bare_line_ending");
});

test("slices without a leading dot leave as they are, uncopied", () => {
  const message = [Buffer.from("a.b\r\n"), Buffer.from(".c\r\n"), Buffer.from("d\r\n")];
  const [first, second, third] = stuffDots(message, survey(message).dots);
  assert.equal(first, message[0]);
  assert.equal(second?.toString(), "..c\r\n");
  assert.equal(third, message[2]);
});

test("size and 8-bit octets are found", () => {
  const message = [Buffer.from("abc\r\n"), Buffer.from("é\r\n")];
  const { sizeBytes, hasEightBit } = survey(message);
  assert.deepEqual({ sizeBytes, hasEightBit }, { sizeBytes: 9, hasEightBit: true });
  assert.equal(survey([Buffer.from("abc\r\n")]).hasEightBit, false);
});

test("an empty message and one without a last line end are not sent", () => {
  assert.equal(survey([]).defect, "unterminated");
  assert.equal(survey([Buffer.alloc(0)]).defect, "unterminated");
  assert.equal(survey([Buffer.from("a\r\nb")]).defect, "unterminated");
});
