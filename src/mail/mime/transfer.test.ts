import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { encodeText } from "./transfer.ts";

function encoded(text: string): [encoding: string, octets: string] {
  const { encoding, octets } = encodeText(text);
  return [encoding, octets.toString("latin1")];
}

/** Soft and hard line breaks, escapes: all there is to quoted-printable (RFC 2045 §6.7). */
function decodeQuotedPrintable(text: string): string {
  const joined = text.replace(/=\r\n/g, "");
  const octets = joined.replace(/=([0-9A-F]{2})/g, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
  return Buffer.from(octets, "latin1").toString("utf8");
}

function decode(text: string): string {
  const { encoding, octets } = encodeText(text);
  const content = octets.toString("latin1").slice(0, -2);
  if (encoding === "base64") return Buffer.from(content, "base64").toString("utf8");
  return encoding === "7bit" ? content : decodeQuotedPrintable(content);
}

const shards = [
  " ",
  "\t",
  "a",
  "=",
  "\r",
  "\n",
  "\r\n",
  ".",
  "F",
  "From ",
  "\ud800",
  "é",
  "日",
  "😀",
  "\0",
  "=20",
  "word ",
];
const anyText = fc.oneof(
  fc.string({ unit: "binary", maxLength: 500 }),
  fc.string({ maxLength: 1_000 }),
  fc.string({ unit: fc.constantFrom(...shards), maxLength: 400 }),
);

test("text decodes to itself, with CRLF line breaks and one at the end", () => {
  fc.assert(
    fc.property(anyText, (text) => {
      const canonical = text
        .toWellFormed()
        .replace(/\r\n?|\n/g, "\r\n")
        .replace(/(?:\r\n)+$/, "");
      assert.equal(decode(text), canonical);
    }),
    { numRuns: 3_000 },
  );
});

test("lines are ASCII of at most 76, end with CRLF alone, and start with nothing that a relay changes", () => {
  fc.assert(
    fc.property(anyText, (text) => {
      const [, octets] = encoded(text);
      assert.match(octets, /^(?:[\x20-\x7e\t]{0,76}\r\n)+$/);
      for (const line of octets.split("\r\n")) assert.doesNotMatch(line, /^\.|^From |[ \t]$/);
    }),
    { numRuns: 3_000 },
  );
});

test("quoted-printable is never longer than base64 would be, nor base64 longer than quoted-printable", () => {
  fc.assert(
    fc.property(anyText, (text) => {
      const { encoding, octets } = encodeText(text);
      const source = Buffer.byteLength(decode(text));
      const base64 = Math.ceil(source / 3) * 4 + Math.ceil(source / 57) * 2;
      if (encoding === "quoted-printable") assert.ok(octets.length <= base64);
      if (encoding === "base64") assert.equal(octets.length, base64);
    }),
    { numRuns: 2_000 },
  );
  assert.equal(encoded(`${"a".repeat(200)}é`)[0], "quoted-printable");
  assert.equal(encoded("é".repeat(200))[0], "base64");
  // Every octet escaped costs more than base64, one in eight does not.
  assert.equal(encoded("\u0001".repeat(100))[0], "base64");
  assert.equal(encoded("\u0001aaaaaaa".repeat(100))[0], "quoted-printable");
});

test("ASCII in short lines goes as it is, whatever its line breaks and equals signs", () => {
  assert.deepEqual(encoded("Hello\nthere\rall\r\n\r\n"), ["7bit", "Hello\r\nthere\r\nall\r\n"]);
  assert.deepEqual(encoded("Title\n=====\n"), ["7bit", "Title\r\n=====\r\n"]);
  assert.deepEqual(encoded("a\n".repeat(3)), ["7bit", "a\r\na\r\na\r\n"]);
  assert.deepEqual(encoded("x".repeat(76)), ["7bit", `${"x".repeat(76)}\r\n`]);
  assert.deepEqual(encoded(""), ["7bit", "\r\n"]);
  assert.deepEqual(encoded("\r\n\n"), ["7bit", "\r\n"]);
});

test("what a relay might change is escaped", () => {
  const filler = `${"word ".repeat(12)}end\n`.repeat(3);
  assert.deepEqual(encoded(`${filler}.\n`), [
    "quoted-printable",
    `${filler.replaceAll("\n", "\r\n")}=2E\r\n`,
  ]);
  assert.deepEqual(encoded(`${filler}From a`), [
    "quoted-printable",
    `${filler.replaceAll("\n", "\r\n")}=46rom a\r\n`,
  ]);
  assert.deepEqual(encoded(`${filler}-- \nJo`), [
    "quoted-printable",
    `${filler.replaceAll("\n", "\r\n")}--=20\r\nJo\r\n`,
  ]);
  assert.equal(encoded(`${filler}From: a`)[0], "7bit");
});

test("a dot that a soft line break would bring to the start of a line is escaped", () => {
  assert.deepEqual(encoded(`${"x".repeat(75)}.y`), ["quoted-printable", `${"x".repeat(75)}=\r\n=2Ey\r\n`]);
});

test("hostile text of a million characters is encoded at once", () => {
  for (const unit of ["a", "=", ".", "\r", "\n", "\r\n", " ", "\t\n", "From ", "\ud800", "é", "\0", "a\n"]) {
    assert.ok(encodeText(unit.repeat(1_000_000 / unit.length)).octets.length > 1);
  }
});
