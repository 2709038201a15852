import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { simpleParser } from "mailparser";
import PostalMime from "postal-mime";
import { Refusal } from "../../base/errors.ts";
import { checkHeader, decodeWords, formatField, toHeaderText } from "./index.ts";

const anyText = fc.oneof(
  fc.string({ unit: "grapheme", maxLength: 300 }),
  fc.string({ unit: "binary", maxLength: 200 }),
  fc.string({ maxLength: 300 }),
  // Made of what the encoding itself is made of, and of what naive code stumbles over.
  fc.string({
    unit: fc.constantFrom(
      " ",
      "a",
      "=?",
      "?=",
      "utf-8",
      "?q?",
      "_",
      "=20",
      "\t",
      "\ud800",
      "\u202e",
      "é",
      "👩‍🚀",
      "\0",
      "\r\n",
    ),
    maxLength: 80,
  }),
);
const writableText = anyText.filter((text) => checkHeader("Subject", text) === undefined);

function unfold(field: string): string {
  return field.slice(0, -2).replace(/\r\n(?=[ ])/g, "");
}

test("text comes back from two other parsers and our own decoder as it was", async () => {
  await fc.assert(
    fc.asyncProperty(writableText, async (text) => {
      const field = formatField("Subject", text);
      const message = `${field}\r\nbody\r\n`;
      const expected = toHeaderText(text);
      assert.equal((await new PostalMime().parse(message)).subject ?? "", expected);
      assert.equal((await simpleParser(message)).subject ?? "", expected);
      assert.equal(decodeWords(unfold(field).slice("Subject:".length)), expected);
    }),
    { numRuns: 500 },
  );
});

test("whatever the value, one field is written, in ASCII, or none", () => {
  fc.assert(
    fc.property(fc.constantFrom("Subject", "X-Note", "List-Unsubscribe"), anyText, (name, text) => {
      if (checkHeader(name, text) !== undefined) {
        assert.throws(() => formatField(name, text), Refusal);
        return;
      }
      const field = formatField(name, text);
      assert.match(field, /^[\x20-\x7e\r\n]*\r\n$/);
      assert.match(unfold(field), new RegExp(`^${name}:[^\\r\\n]*$`));
      for (const line of field.split("\r\n").slice(1, -1)) assert.match(line, /^ +[^ ]/);
    }),
    { numRuns: 1_000 },
  );
});

test("lines keep to 78 characters, and to 76 with encoded words of 75", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme", minLength: 60, maxLength: 400 }), (text) => {
      fc.pre(checkHeader("Subject", text) === undefined && !/[!-~]{60}/.test(text));
      const lines = formatField("Subject", `é ${text}`).split("\r\n");
      for (const line of lines) assert.ok(line.length <= 76, line);
      for (const word of lines.join("").match(/=\?UTF-8\?[QB]\?[^?]*\?=/g) ?? [])
        assert.ok(word.length <= 75, word);
    }),
  );
});

test("each encoded word decodes to whole characters", () => {
  const field = formatField("Subject", "👩‍🚀日本語é".repeat(40));
  const words = field.match(/=\?UTF-8\?[QB]\?[^?]*\?=/g) ?? [];
  assert.ok(words.length > 10);
  for (const word of words) assert.ok(!decodeWords(word).includes("\ufffd"), word);
});

test("a text of few foreign letters is encoded as Q, one of many as B", () => {
  assert.equal(
    formatField("Subject", "Bien reçu, merci beaucoup"),
    "Subject: =?UTF-8?Q?Bien_re=C3=A7u=2C_merci_beaucoup?=\r\n",
  );
  assert.equal(formatField("Subject", "Привет"), "Subject: =?UTF-8?B?0J/RgNC40LLQtdGC?=\r\n");
});

test("text that looks encoded is shown as it is written", () => {
  const field = formatField("Subject", "=?utf-8?q?a?=");
  assert.equal(decodeWords(field.slice("Subject:".length)), "=?utf-8?q?a?=");
  assert.ok(!field.includes("?q?a?="));
});

test("a long URL stays whole in a field that machines read", () => {
  const url = `<https://example.org/${"u".repeat(200)}>`;
  assert.equal(
    formatField("List-Unsubscribe", `<mailto:u@example.org>, ${url}`),
    `List-Unsubscribe: <mailto:u@example.org>,\r\n ${url}\r\n`,
  );
});

test("a token that no line can hold is encoded in text and refused in a field that machines read", () => {
  const token = "x".repeat(1_500);
  for (const line of formatField("Subject", token).split("\r\n")) assert.ok(line.length <= 76);
  assert.equal(checkHeader("List-Unsubscribe", token)?.problem, "value_unbreakable");
});

test("the longest token that a line can hold starts a line of its own", () => {
  const token = "x".repeat(997);
  assert.equal(checkHeader("References", token), undefined);
  assert.equal(formatField("References", token), `References:\r\n ${token}\r\n`);
  assert.equal(checkHeader("References", `${token}x`)?.problem, "value_unbreakable");
});

test("a run of spaces longer than a line is encoded", () => {
  const text = `a${" ".repeat(2_000)}b`;
  const field = formatField("X-Note", text);
  for (const line of field.split("\r\n")) assert.ok(line.length <= 76);
  assert.equal(decodeWords(field.slice("X-Note:".length)), text);
});

test("line breaks of the Unicode kind become spaces, since some readers split lines there", () => {
  assert.equal(formatField("Subject", "a\u2028b\u0085c\u2029d"), "Subject: a b c d\r\n");
});

test("an empty value is a field without one", () => {
  assert.equal(formatField("Subject", " "), "Subject:\r\n");
});

test("a header with line breaks, controls or a bad name is named for what it is", () => {
  const problems = [
    ["", "x", "name_empty"],
    ["X Note", "x", "name_character"],
    ["X:Note", "x", "name_character"],
    ["X-Noté", "x", "name_character"],
    [".X", "x", "name_character"],
    ["X\r\nBcc", "x", "name_character"],
    ["X".repeat(77), "x", "name_too_long"],
    ["X", "a\r\nBcc: b@example.org", "value_control"],
    ["X", "a\rb", "value_control"],
    ["X", "a\nb", "value_control"],
    ["X", "a\0b", "value_control"],
    ["X", "a\u007fb", "value_control"],
    ["X", "a".repeat(65_537), "value_too_long"],
    ["List-Unsubscribe", "<https://example.org/é>", "value_not_ascii"],
  ] as const;
  for (const [name, value, problem] of problems) assert.equal(checkHeader(name, value)?.problem, problem);
  assert.equal(checkHeader("X-Note", "a\tb é 😀"), undefined);
});

test("a hostile value of a million characters is refused or written at once", () => {
  for (const unit of ["=?", "é", " a", "=?utf-8?q?", "\ud800"]) {
    const text = unit.repeat(Math.floor(65_536 / unit.length));
    formatField("Subject", text);
    decodeWords(unit.repeat(1_000_000 / unit.length));
    toHeaderText(unit.repeat(1_000_000 / unit.length));
  }
});
