import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { decodeBase64, filesOfV31, readFiles } from "./files.ts";
import type { SendError } from "./send-error.ts";

const file = { ContentType: "text/plain", Filename: "a.txt", Base64Content: "QUJD" };

function codesOf(patch: Record<string, string>): string[] {
  const errors: SendError[] = [];
  readFiles([{ ...file, ...patch }], { path: "InlinedAttachments", shape: filesOfV31 }, errors);
  return errors.map((error) => `${error.code} ${error.relatedTo.join()}`);
}

test("what was encoded is decoded, with line breaks anywhere", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 100 }), fc.integer({ min: 1, max: 76 }), (bytes, width) => {
      const base64 = Buffer.from(bytes).toString("base64");
      const broken = base64.replaceAll(new RegExp(`.{1,${width}}`, "g"), "$&\r\n\t ");
      assert.deepEqual(decodeBase64(base64), Buffer.from(bytes));
      assert.deepEqual(decodeBase64(broken), Buffer.from(bytes));
    }),
  );
});

test("text that is not base64 is never decoded in part", () => {
  for (const text of [
    "Q",
    "QQ",
    "QQ=",
    "Q===",
    "====",
    "QQ==QQ==",
    "Q!Q=",
    "Q-Q=",
    "Q_Q=",
    "QUJé",
    "data:,QUJD",
    "QQ\0=",
  ]) {
    assert.equal(decodeBase64(text), null, text);
  }
});

test("a foreign character anywhere refuses the file", () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ minLength: 1, maxLength: 60 }),
      fc.nat(),
      fc.constantFrom(..."!-_.,*é\u{1f600}"),
      (bytes, at, bad) => {
        const base64 = Buffer.from(bytes).toString("base64");
        const cut = at % base64.length;
        assert.equal(decodeBase64(base64.slice(0, cut) + bad + base64.slice(cut + 1)), null);
      },
    ),
  );
});

test("15 MB are decoded in a moment", () => {
  const base64 = Buffer.alloc(15 * 1024 * 1024, 7).toString("base64");
  const started = performance.now();
  assert.equal(decodeBase64(base64)?.length, 15 * 1024 * 1024);
  assert.ok(performance.now() - started < 1000);
});

test("content types with parameters are taken, and those with line breaks are not", () => {
  for (const ContentType of [
    "text/plain",
    " text/plain ",
    'text/csv; charset="utf-8"',
    "application/vnd.x+json;a=b",
  ]) {
    assert.deepEqual(codesOf({ ContentType }), [], ContentType);
  }
  for (const ContentType of ["text", "text/", "/plain", "a b/c", "text/plain;\r\nX: y", "text/plain; x=é"]) {
    assert.deepEqual(codesOf({ ContentType }), ["mj-0004 InlinedAttachments[0].ContentType"], ContentType);
  }
});

test("a file name loses its control characters", () => {
  const [read] = readFiles(
    [{ ...file, Filename: 'a\r\n"b".txt' }],
    { path: "Attachments", shape: filesOfV31 },
    [],
  );
  assert.equal(read?.filename, 'a "b".txt');
  assert.deepEqual(codesOf({ Filename: "\r\n" }), ["mj-0012 InlinedAttachments[0].Filename"]);
  assert.deepEqual(codesOf({ Filename: "x".repeat(256) }), ["mj-0006 InlinedAttachments[0].Filename"]);
});

test("angle brackets around a ContentID are taken off", () => {
  const [read] = readFiles(
    [{ ...file, ContentID: "<logo@x>" }],
    { path: "InlinedAttachments", shape: filesOfV31 },
    [],
  );
  assert.equal(read?.contentId, "logo@x");
});
