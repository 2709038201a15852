import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { fieldValue, readFields } from "./read-fields.ts";

function read(text: string, from?: number, until?: number) {
  const octets = Buffer.from(text);
  const header = readFields(octets, from, until);
  if ("badLine" in header) return header;
  const fields = header.fields.map((field) => [field.name, fieldValue(octets, field)]);
  return { fields, body: octets.toString("utf8", header.bodyStart, until) };
}

test("fields are read with their folds, and what follows the empty line is the body", () => {
  assert.deepEqual(read("Subject: a\r\n b\r\n\tc\r\nX-É:x\r\n\r\nTo: nobody\r\n"), { badLine: 4 });
  assert.deepEqual(read("Subject: a\r\n b\r\n\tc\r\nX-Old :  é \r\n\r\nTo: nobody\r\n"), {
    fields: [
      ["Subject", "a b\tc"],
      ["X-Old", "é"],
    ],
    body: "To: nobody\r\n",
  });
});

test("a header may be empty, or all there is", () => {
  assert.deepEqual(read("\r\nbody\r\n"), { fields: [], body: "body\r\n" });
  assert.deepEqual(read(""), { fields: [], body: "" });
  assert.deepEqual(read("A: b\r\n"), { fields: [["A", "b"]], body: "" });
  assert.deepEqual(read("A:\r\n\r\n"), { fields: [["A", ""]], body: "" });
});

test("a line that is no field is named", () => {
  for (const text of [
    "hello\r\n\r\n",
    " folded: from nothing\r\n",
    "From somebody Mon\r\nA: b\r\n",
    ": x\r\n",
  ])
    assert.deepEqual(read(text), { badLine: 1 }, text);
  assert.deepEqual(read("A: b\r\n c\r\nhello world\r\n\r\nbody\r\n"), { badLine: 3 });
});

test("a part is read within its bounds", () => {
  const text = "xxA: b\r\n\r\nbody\r\n\r\nyy";
  assert.deepEqual(read(text, 2, 8), { fields: [["A", "b"]], body: "" });
  assert.deepEqual(read(text, 2, 10), { fields: [["A", "b"]], body: "" });
  assert.deepEqual(read(text, 2, 16), { fields: [["A", "b"]], body: "body\r\n" });
});

test("every octet of a header belongs to one field, whatever is in it", () => {
  const line = fc.constantFrom("A: b\r\n", " c\r\n", "Long-Name:\r\n", "\r\n", "no field\r\n", "x:é\r\n");
  fc.assert(
    fc.property(fc.array(line, { maxLength: 12 }), (lines) => {
      const octets = Buffer.from(lines.join(""));
      const header = readFields(octets);
      if ("badLine" in header) return;
      let at = 0;
      for (const { start, end } of header.fields) {
        assert.equal(start, at);
        at = end;
      }
      assert.equal(header.end, at);
      assert.ok(header.bodyStart === octets.length || header.bodyStart === at + 2);
    }),
    { numRuns: 1_000 },
  );
});
