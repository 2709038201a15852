import assert from "node:assert/strict";
import { test } from "node:test";
import { limitsIn } from "../../scripts/documents/limits.ts";

const shown = (...lines: string[]) =>
  limitsIn("a.ts", lines.join("\n")).map(({ name, value, reason }) => `${name} = ${value}: ${reason}`);

test("a limit is shown with the comment above it, or behind it", () => {
  assert.deepEqual(
    shown(
      "// A day of mail.",
      "export const bytesMax = 4 * 1024;",
      "",
      "const waitMs = 2_000; // two rounds",
    ),
    ["bytesMax = 4,096 (4 × 1024): A day of mail.", "waitMs = 2,000: two rounds"],
  );
});

test("one comment counts for the lines that follow it, and not beyond an empty one", () => {
  assert.deepEqual(shown("// Both.", "const aMax = 1;", "const bMax = 2;", "", "const cMax = 3;"), [
    "aMax = 1: Both.",
    "bMax = 2: Both.",
    "cMax = 3: ",
  ]);
});

test("the members of an object are limits of their own", () => {
  assert.deepEqual(
    shown(
      "// All.",
      "const limits = {",
      "  aMax: 1,",
      "  // Mine.",
      "  bMax: Number.POSITIVE_INFINITY,",
      "};",
    ),
    ["limits.aMax = 1: All.", "limits.bMax = none: Mine."],
  );
});

test("what is computed from other limits is shown as its number, a list as its values", () => {
  assert.deepEqual(
    shown("const second = 1000;", "const longMs = 5 * second;", "const minutesAfter = [5, 15];"),
    ["longMs = 5,000: ", "minutesAfter = 5, 15: "],
  );
});

test("codes, units and texts are no limits", () => {
  assert.deepEqual(shown("const dot = 0x2e;", "const hourMs = 3_600_000;", 'const nameMax = "x";'), []);
});
