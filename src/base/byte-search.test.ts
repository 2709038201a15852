import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { type TestContext, test } from "node:test";
import fc from "fast-check";
import { encodingsOf, searchFiles } from "./byte-search.ts";

const canary = "canary0123456789abcdef";

function folder(t: TestContext): string {
  const made = mkdtempSync(path.join(tmpdir(), "facteur-search-"));
  t.after(() => rmSync(made, { recursive: true, force: true }));
  return made;
}

test("a text is found in any file below the folder, also across two reads", async (t) => {
  const root = folder(t);
  mkdirSync(path.join(root, "deep", "deeper"), { recursive: true });
  writeFileSync(path.join(root, "clean"), "nothing here");
  const across = Buffer.concat([Buffer.alloc(1024 * 1024 - 5, 120), Buffer.from(canary)]);
  writeFileSync(path.join(root, "deep", "deeper", "large"), across);
  const found = await searchFiles(root, [canary], { bytesMax: 1e9 });
  assert.deepEqual(found.hits, ["deep/deeper/large"]);
  assert.equal(found.files, 2);
});

test("a text is found in hexadecimal and in base64 wherever it begins", () => {
  const inSomeBase64 = fc.property(
    fc.uint8Array({ maxLength: 9 }),
    fc.uint8Array({ maxLength: 9 }),
    (a, b) => {
      const text = Buffer.concat([a, Buffer.from(canary), b]).toString("base64");
      return encodingsOf(canary).some((pattern) => text.includes(pattern.toString()));
    },
  );
  fc.assert(inSomeBase64);
  assert.ok(
    encodingsOf(canary).some((pattern) => Buffer.from(canary).toString("hex").includes(pattern.toString())),
  );
});

test("a search that rests between finds the same", async (t) => {
  const root = folder(t);
  writeFileSync(path.join(root, "large"), Buffer.concat([Buffer.alloc(3 * 1024 ** 2), Buffer.from(canary)]));
  const found = await searchFiles(root, [canary], { bytesMax: 1e9, restShare: 0.5 });
  assert.deepEqual(found.hits, ["large"]);
});

test("what the bound leaves out is counted", async (t) => {
  const root = folder(t);
  writeFileSync(path.join(root, "a"), "12345");
  writeFileSync(path.join(root, "b"), "12345");
  const found = await searchFiles(root, [canary], { bytesMax: 7 });
  assert.equal(found.files, 1);
  assert.equal(found.filesLeftOut, 1);
});

test("a folder that is not there holds nothing", async (t) => {
  const found = await searchFiles(path.join(folder(t), "absent"), [canary], { bytesMax: 7 });
  assert.deepEqual(found, { files: 0, bytes: 0, hits: [], filesLeftOut: 0 });
});
