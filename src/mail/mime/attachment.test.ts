import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { prepareAttachment } from "./attachment.ts";
import { toContentId } from "./content-id.ts";
import { parseContentType } from "./content-type.ts";
import { toFilename } from "./filename.ts";

const content = Buffer.from("content");
const anyText = fc.oneof(fc.string({ unit: "binary", maxLength: 300 }), fc.string({ maxLength: 300 }));

function fieldsOf(contentType: string, filename = "a"): string[] {
  return prepareAttachment({ contentType, filename, content }).fields.split("\r\n");
}

test("whatever a caller names a file, its part has the same four fields, in ASCII of at most 998 octets", () => {
  fc.assert(
    fc.property(anyText, anyText, anyText, (contentType, filename, contentId) => {
      const { fields } = prepareAttachment({ contentType, filename, contentId, content });
      assert.match(fields, /^(?:[\x20-\x7e]{1,998}\r\n)+$/);
      const names = fields
        .split(/\r\n(?! )/)
        .slice(0, -1)
        .map((field) => field.split(":")[0]);
      assert.deepEqual(names, [
        "Content-Type",
        "Content-Transfer-Encoding",
        "Content-Disposition",
        "Content-ID",
      ]);
    }),
    { numRuns: 2_000 },
  );
});

test("base64 is wrapped at 76 and decodes to the octets", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 400 }), (octets) => {
      const prepared = prepareAttachment({
        contentType: "image/png",
        filename: "a",
        content: Buffer.from(octets),
      });
      const text = prepared.octets.toString("latin1");
      assert.match(text, /^(?:[A-Za-z0-9+/]{76}\r\n)*[A-Za-z0-9+/]{0,76}={0,2}\r\n$/);
      assert.ok(text.split("\r\n").every((line) => line.length <= 76));
      assert.deepEqual(Buffer.from(text, "base64"), Buffer.from(octets));
    }),
  );
});

test("parameters of a content type are kept, except name and boundary", () => {
  assert.deepEqual(fieldsOf('Text/Calendar; METHOD=REQUEST; charset="utf-8"; name=x; boundary=y'), [
    "Content-Type: text/calendar; method=REQUEST; charset=utf-8; name=a",
    "Content-Transfer-Encoding: base64",
    "Content-Disposition: attachment; filename=a",
    "",
  ]);
});

test("a content type that cannot be read is application/octet-stream, a parameter that cannot is left out", () => {
  const unread = [
    "",
    "pdf",
    "a/",
    "/b",
    "a b/c",
    "a/b c",
    "a/b\r\nBcc: x@y.example",
    "é/x",
    "a/b/c",
    `a/${"b".repeat(200)}`,
  ];
  for (const text of [...unread, "a/b;".repeat(1_000_000)]) {
    assert.equal(parseContentType(text).value, "application/octet-stream", text.slice(0, 40));
  }
  for (const parameters of ["charset", "a=é", 'a="\r\nBcc: x"', "a=\0", 'a="unclosed', "=b", "a*=utf-8''x"]) {
    assert.deepEqual(parseContentType(`text/plain; ${parameters}`), { value: "text/plain", parameters: [] });
  }
});

test("what may not be encoded in base64 goes as a file of unknown type", () => {
  for (const type of ["multipart/mixed", "message/partial", "message/delivery-status", "message/rfc822"]) {
    const prepared = prepareAttachment({ contentType: type, filename: "a", content: Buffer.from([0xff]) });
    assert.match(prepared.fields, /^Content-Type: application\/octet-stream; /, type);
  }
  assert.match(fieldsOf("message/global")[0] ?? "", /message\/global/);
});

test("a message that is safe in 7 bits is attached as one, to the octet", () => {
  const inner = Buffer.from("Subject: a\r\n\r\n-- \r\nb\r\n".replace("-- ", "--"));
  const prepared = prepareAttachment({ contentType: "message/rfc822", filename: "a.eml", content: inner });
  assert.match(
    prepared.fields,
    /^Content-Type: message\/rfc822; name=a.eml\r\nContent-Transfer-Encoding: 7bit\r\n/,
  );
  assert.deepEqual(prepared.octets, Buffer.concat([inner, Buffer.from("\r\n")]));
  for (const unsafe of ["a\nb", "a\r\n.b", "From a", "é", "a\0", "x".repeat(999), "a\r", "a\r\n\n"]) {
    const other = prepareAttachment({
      contentType: "message/rfc822",
      filename: "a",
      content: Buffer.from(unsafe),
    });
    assert.match(other.fields, /Content-Type: application\/octet-stream/, JSON.stringify(unsafe));
  }
});

test("a file name loses its path, its controls and what turns the reading direction", () => {
  assert.equal(toFilename("../../etc/passwd"), "passwd");
  assert.equal(toFilename("C:\\Users\\jo\\a.pdf"), "a.pdf");
  assert.equal(toFilename("a\r\nBcc: x.pdf"), "aBcc: x.pdf");
  assert.equal(toFilename("fdp.\u202eexe"), "fdp.exe");
  assert.equal(toFilename("a\0.pdf"), "a.pdf");
  assert.equal(toFilename("facture n° 1 😀.pdf"), "facture n° 1 😀.pdf");
  for (const nothing of ["", " ", ".", "..", "a/", "\r\n", "\u202e"])
    assert.equal(toFilename(nothing), "attachment");
});

test("a long file name is cut to 255 octets and keeps its extension", () => {
  assert.equal(toFilename(`${"a".repeat(300)}.pdf`), `${"a".repeat(251)}.pdf`);
  assert.equal(toFilename(`${"é".repeat(300)}.pdf`), `${"é".repeat(125)}.pdf`);
  assert.equal(toFilename("a".repeat(1_000_000)).length, 255);
  fc.assert(
    fc.property(anyText, (text) => {
      const name = toFilename(text.repeat(4));
      assert.ok(name !== "" && Buffer.byteLength(name) <= 255 && name.isWellFormed());
      assert.equal(toFilename(name), name);
    }),
  );
});

test("a usual content id stays itself, other characters are percent-encoded", () => {
  assert.equal(toContentId("logo.1@example.org"), "logo.1@example.org");
  assert.equal(toContentId("logo 1.png"), "logo%201.png");
  assert.equal(toContentId("é>\r\n"), "%C3%A9%3E%0D%0A");
  assert.equal(toContentId("100%"), "100%25");
  assert.equal(toContentId(""), "part");
  assert.ok(toContentId("é".repeat(1_000_000)).length <= 250);
});
