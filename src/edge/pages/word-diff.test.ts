import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { wordDiff } from "./word-diff.ts";

test("what went and what came stand between what stayed", () => {
  assert.deepEqual(wordDiff("kept for 6 days only", "kept for at most 5 days"), [
    { kind: "same", text: "kept for" },
    { kind: "gone", text: "6" },
    { kind: "new", text: "at most 5" },
    { kind: "same", text: "days" },
    { kind: "gone", text: "only" },
  ]);
});

test("from a difference both sentences can be read again", () => {
  const sentence = fc
    .array(fc.constantFrom("a", "b", "c", "d"), { minLength: 1, maxLength: 12 })
    .map((words) => words.join(" "));
  fc.assert(
    fc.property(sentence, sentence, (before, after) => {
      const stretches = wordDiff(before, after);
      const read = (without: string) =>
        stretches
          .filter(({ kind }) => kind !== without)
          .map(({ text }) => text)
          .join(" ");
      assert.equal(read("new"), before);
      assert.equal(read("gone"), after);
    }),
  );
});
