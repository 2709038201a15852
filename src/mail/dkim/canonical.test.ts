import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { headerFields, relaxBody, relaxField } from "./canonical.ts";

const relaxed = (body: string): string => relaxBody(Buffer.from(body, "latin1")).toString("latin1");

function relaxedHead(head: string): string {
  const bytes = Buffer.from(head, "latin1");
  return headerFields(bytes)
    .map((field) => relaxField(bytes, field).toString("latin1"))
    .join("");
}

test("the example of RFC 6376 §3.4.5 is canonicalised as printed there", () => {
  assert.equal(relaxedHead("A: X\r\nB : Y\t\r\n\tZ  \r\n\r\n"), "a:X\r\nb:Y Z\r\n");
  assert.equal(relaxed(" C \r\nD \t E\r\n\r\n\r\n"), " C\r\nD E\r\n");
});

test("an empty body, and one of blank lines only, stay empty", () => {
  for (const body of ["", "\r\n", "\r\n\r\n\r\n", " \t\r\n \r\n"]) assert.equal(relaxed(body), "");
});

test("blank lines and white space at the end of a body are dropped and one line end remains", () => {
  assert.equal(relaxed("Hi.\r\n\r\n \t\r\n\r\n"), "Hi.\r\n");
  assert.equal(relaxed("Hi."), "Hi.\r\n");
  assert.equal(relaxed("Hi. \t"), "Hi.\r\n");
});

test("blank lines inside a body and leading white space remain", () => {
  assert.equal(relaxed("\r\n\r\n  a\r\n\r\n\tb\r\n"), "\r\n\r\n a\r\n\r\n b\r\n");
});

test("a bare CR or LF in a body is content like any other", () => {
  assert.equal(relaxed("a \r b\nc \n\r\n"), "a \r b\nc \n\r\n");
});

test("a field that is folded over many lines becomes one line", () => {
  assert.equal(relaxedHead("Subject:\r\n\t\r\n one\r\n\t two \r\n"), "subject:one two\r\n");
});

test("a field without a value keeps its name and colon", () => {
  assert.equal(relaxedHead("Subject:\r\nTo: \t\r\n\r\n"), "subject:\r\nto:\r\n");
});

test("the head ends at the blank line and a line without a colon is no field", () => {
  const head = Buffer.from("From: a\r\nnonsense\r\nTo: b\r\n\r\nX: body\r\n");
  assert.deepEqual(
    headerFields(head).map((field) => field.name),
    ["from", "to"],
  );
});

test("canonicalising a canonical body changes nothing", () => {
  const lines = fc.array(fc.constantFrom(" ", "\t", "\r\n", "a", "bc", "\r", "\n", "\xe9"), {
    maxLength: 60,
  });
  fc.assert(
    fc.property(lines, (parts) => {
      const once = relaxed(parts.join(""));
      assert.equal(relaxed(once), once);
    }),
  );
});

test("any bytes are split into fields that lie in order inside the head", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      const head = Buffer.from(bytes);
      let end = 0;
      for (const field of headerFields(head)) {
        assert.ok(field.start >= end && field.colon >= field.start && field.end > field.colon);
        end = field.end;
        assert.ok(relaxField(head, field).toString("latin1").endsWith("\r\n"));
      }
      assert.ok(end <= head.length);
    }),
  );
});

// RFC 6376 §3.4.4 in its own words, one rule after the other.
function relaxedByWords(text: string): string {
  const lines = text.replace(/[ \t]+/g, " ").replace(/ (?=\r\n|$)/g, "");
  const content = lines.replace(/(?:\r\n)+$/, "");
  return content === "" ? "" : `${content}\r\n`;
}

test("a body is relaxed as the RFC says, wherever its octets lie in memory", () => {
  const scrap = fc.constantFrom(
    " ",
    "  ",
    "\t",
    "\r\n",
    "a",
    "bcde",
    "!",
    " !",
    "\r",
    "\n",
    "\xa0",
    "\x1f",
    "\xff",
  );
  fc.assert(
    fc.property(fc.array(scrap, { maxLength: 40 }), fc.integer({ min: 0, max: 3 }), (scraps, offset) => {
      const text = scraps.join("");
      const memory = Buffer.alloc(text.length + offset + 8, " ");
      const body = memory.subarray(offset, offset + memory.write(text, offset, "latin1"));
      assert.equal(relaxBody(body).toString("latin1"), relaxedByWords(text));
    }),
    { numRuns: 3000 },
  );
});
