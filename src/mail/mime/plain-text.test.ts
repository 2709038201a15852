import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { isPlainText } from "./plain-text.ts";

const scrap = fc.constantFrom(
  "a",
  "bcde",
  " ",
  "  ",
  "\t",
  "\r\n",
  "\r",
  "\n",
  ".",
  "From ",
  "\x7f",
  "\x1f",
  "é",
  "=",
  "~",
);
const texts = fc.array(scrap, { maxLength: 40 }).map((scraps) => Buffer.from(scraps.join("")));
const offsets = fc.integer({ min: 0, max: 3 });
const lengths = fc.integer({ min: 1, max: 30 });

// What the words of the documentation say, by regular expressions.
function isPlainByWords(text: string, lineLengthMax: number): boolean {
  if (!/^(?:[\t\x20-\x7e]|\r\n)*$/.test(text)) return false;
  return text
    .split("\r\n")
    .every((line) => line.length <= lineLengthMax && !/[ \t]$/.test(line) && !/^(?:\.|From )/.test(line));
}

test("text is plain exactly when its words say so, wherever its octets lie in memory", () => {
  let plain = 0;
  fc.assert(
    fc.property(texts, offsets, lengths, (text, offset, lineLengthMax) => {
      const memory = Buffer.alloc(text.length + offset + 8, "x");
      const source = memory.subarray(offset, offset + text.copy(memory, offset));
      const expected = isPlainByWords(text.toString("latin1"), lineLengthMax);
      plain += Number(expected);
      assert.equal(isPlainText(source, lineLengthMax), expected);
    }),
    { numRuns: 2000 },
  );
  assert.ok(plain > 50, `only ${plain} of the texts were plain`);
});

test("each octet is told apart at each place of four", () => {
  for (let octet = 0; octet < 256; octet++) {
    const isPrintable = octet >= 0x20 && octet <= 0x7e;
    for (let at = 1; at < 8; at++) {
      const source = Buffer.alloc(12, "a");
      source[at] = octet;
      assert.equal(isPlainText(source, 76), isPrintable || octet === 0x09, `${octet} at ${at}`);
    }
  }
});
