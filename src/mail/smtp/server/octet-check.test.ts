import assert from "node:assert/strict";
import { test } from "node:test";

import fc from "fast-check";

import { checkOctets } from "./octet-check.ts";

const check = (text: string, lineOctetsMax = 998) => checkOctets(Buffer.from(text, "latin1"), lineOctetsMax);

test("a CR or LF alone, a long line and a NUL are found, the first of them, with its line", () => {
  const parts = fc.array(fc.constantFrom("\r\n", "\r", "\n", "\0", "a", "é", "bcd"), { maxLength: 40 });
  fc.assert(
    fc.property(parts, (given) => {
      const text = `${given.join("")}\r\n`;
      const lines = text.split(/\r\n/);
      const index = lines.findIndex((line) => /[\r\n\0]/.test(line) || line.length > 4);
      const found = check(text, 4);
      if (index === -1) assert.equal(found, null);
      else {
        assert.equal(found?.problem === "bare_line_end", /[\r\n]/.test(lines[index] ?? ""));
        // A bare LF ends a line for whoever counts lines.
        assert.ok((found?.line ?? 0) <= index + 1);
      }
    }),
    { numRuns: 3_000 },
  );
});

test("lines are counted across the border of two pieces of 64 KB", () => {
  const filler = `${"x".repeat(62)}\r\n`.repeat(1_024);
  assert.equal(check(filler + filler), null);
  assert.deepEqual(check(`${filler}a\nb\r\n`), { problem: "bare_line_end", line: 1_025 });
  assert.deepEqual(check(`${filler}${"x".repeat(999)}\r\n`), { problem: "line_too_long", line: 1_025 });
  assert.equal(check(`${filler}${"x".repeat(998)}\r\n`), null);
  assert.deepEqual(check(`${filler.slice(0, -3)}\0\r\n`), { problem: "nul", line: 1_024 });
});

test("a line of many pieces is one line, and may be as long as it is allowed to be", () => {
  const long = `${"x".repeat(200_000)}\r\n`;
  assert.deepEqual(check(`a\r\n${long}`), { problem: "line_too_long", line: 2 });
  assert.equal(check(`a\r\n${long}b\r\n`, Number.POSITIVE_INFINITY), null);
  assert.deepEqual(check(`${long.slice(0, 100_000)}\r${long}`, Number.POSITIVE_INFINITY), {
    problem: "bare_line_end",
    line: 1,
  });
});
