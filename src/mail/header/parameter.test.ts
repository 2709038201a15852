import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { simpleParser } from "mailparser";
import PostalMime from "postal-mime";
import { resemblesEncodedWord } from "./encoded-word.ts";
import { formatParameterField } from "./parameter.ts";

const filename = fc
  .oneof(
    fc.string({ unit: "grapheme", minLength: 1, maxLength: 120 }),
    fc.string({ minLength: 1, maxLength: 200 }),
    fc.string({
      unit: fc.constantFrom("=?", "?=", "utf-8", "?q?", '"', "\\", "%", "'", ";", " ", "é", "😀"),
      minLength: 1,
      maxLength: 60,
    }),
  )
  // Both parsers decode encoded words even where RFC 2231 says what the text is.
  .filter((name) => name.trim() === name && !/\p{Cc}/u.test(name) && !resemblesEncodedWord(name));

test("a parameter comes back from two other parsers as it was", async () => {
  await fc.assert(
    fc.asyncProperty(filename, async (name) => {
      const field = formatParameterField("Content-Disposition", "attachment", [["filename", name]]);
      const message = `Content-Type: application/octet-stream\r\n${field}\r\nx\r\n`;
      assert.equal((await new PostalMime().parse(message)).attachments[0]?.filename, name);
      assert.equal((await simpleParser(message)).attachments[0]?.filename, name);
    }),
    { numRuns: 500 },
  );
});

test("lines stay within 76 characters of ASCII", () => {
  fc.assert(
    fc.property(filename, (name) => {
      const field = formatParameterField("Content-Type", "application/octet-stream", [["name", name]]);
      for (const line of field.split("\r\n")) assert.match(line, /^[\x20-\x7e]{0,76}$/);
    }),
  );
});

test("a token stands bare, text with spaces in quotes, other text as RFC 2231 has it", () => {
  const format = (name: string) =>
    formatParameterField("Content-Disposition", "inline", [["filename", name]]);
  assert.equal(format("a.pdf"), "Content-Disposition: inline; filename=a.pdf\r\n");
  assert.equal(format("a b.pdf"), 'Content-Disposition: inline; filename="a b.pdf"\r\n');
  assert.equal(format("jo's*.pdf"), 'Content-Disposition: inline; filename="jo\'s*.pdf"\r\n');
  assert.equal(format("é.pdf"), "Content-Disposition: inline; filename*=UTF-8''%C3%A9.pdf\r\n");
  assert.equal(
    format("日".repeat(20)),
    "Content-Disposition: inline;\r\n" +
      ` filename*0*=UTF-8''${"%E6%97%A5".repeat(6)};\r\n filename*1*=${"%E6%97%A5".repeat(6)};\r\n` +
      ` filename*2*=${"%E6%97%A5".repeat(6)};\r\n filename*3*=${"%E6%97%A5".repeat(2)}\r\n`,
  );
});
