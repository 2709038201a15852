import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import {
  chmodSync,
  closeSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { type TestContext, test } from "node:test";
import { promisify } from "node:util";
import { createSecretFile, readSecretFile, removeDrafts, writeSecretFile } from "./secret-file.ts";

function fileIn(t: TestContext): string {
  const folder = mkdtempSync(path.join(tmpdir(), "facteur-secret-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return path.join(folder, "secrets", "key");
}

test("a secret file is 0600 in a folder that is 0700, and reads back as it was written", (t) => {
  const file = fileIn(t);
  writeSecretFile(file, Buffer.from("first"));
  assert.equal(statSync(file).mode & 0o777, 0o600);
  assert.equal(statSync(path.dirname(file)).mode & 0o777, 0o700);
  assert.deepEqual(readSecretFile(file), Buffer.from("first"));
});

test("a file that is not there reads as null", (t) => {
  assert.equal(readSecretFile(fileIn(t)), null);
});

test("a secret that others can read is refused", (t) => {
  const file = fileIn(t);
  writeSecretFile(file, Buffer.from("first"));
  for (const mode of [0o640, 0o604, 0o660, 0o644]) {
    chmodSync(file, mode);
    assert.throws(() => readSecretFile(file), /can be read by others/);
  }
});

test("a replaced secret is overwritten where it lay", (t) => {
  const file = fileIn(t);
  writeSecretFile(file, Buffer.from("first secret"));
  const old = openSync(file, "r");
  writeSecretFile(file, Buffer.from("second secret"));
  assert.deepEqual(readFileSync(old), Buffer.alloc("first secret".length));
  closeSync(old);
  assert.deepEqual(readSecretFile(file), Buffer.from("second secret"));
});

test("a write leaves nothing beside the file", (t) => {
  const file = fileIn(t);
  writeSecretFile(file, Buffer.from("first"));
  createSecretFile(file, Buffer.from("other"));
  writeSecretFile(file, Buffer.from("second"));
  assert.deepEqual(readdirSync(path.dirname(file)), ["key"]);
});

test("creating does not replace a secret that is there", (t) => {
  const file = fileIn(t);
  assert.equal(createSecretFile(file, Buffer.from("first")), true);
  assert.equal(createSecretFile(file, Buffer.from("second")), false);
  assert.deepEqual(readSecretFile(file), Buffer.from("first"));
  assert.equal(statSync(file).mode & 0o777, 0o600);
});

test("the draft of a process that was killed while writing is overwritten and removed", async (t) => {
  const file = fileIn(t);
  writeSecretFile(file, Buffer.from("first"));
  const child = await promisify(execFile)(process.execPath, ["-p", "process.pid"]);
  const left = `${file}.${Number(child.stdout)}.new`;
  writeFileSync(left, "left behind", { mode: 0o600 });
  const handle = openSync(left, "r");
  removeDrafts(file);
  assert.deepEqual(readFileSync(handle), Buffer.alloc("left behind".length));
  closeSync(handle);
  assert.deepEqual(readdirSync(path.dirname(file)), ["key"]);
});

test("a draft that bears our own number was left by an earlier process, and does not hinder a write", (t) => {
  const file = fileIn(t);
  writeSecretFile(file, Buffer.from("first"));
  writeFileSync(`${file}.${process.pid}.new`, "left behind", { mode: 0o600 });
  writeSecretFile(file, Buffer.from("second"));
  assert.deepEqual(readSecretFile(file), Buffer.from("second"));
  assert.deepEqual(readdirSync(path.dirname(file)), ["key"]);
});

test("the draft of a living process and files of other names stay", (t) => {
  const file = fileIn(t);
  writeSecretFile(file, Buffer.from("first"));
  const names = [`key.${process.ppid}.new`, "key.backup", "key.12a.new", "other.1.new"];
  for (const name of names) writeFileSync(path.join(path.dirname(file), name), "x");
  removeDrafts(file);
  assert.deepEqual(readdirSync(path.dirname(file)).sort(), ["key", ...names].sort());
});

test("of many processes that create a secret at once, one does and all read the same", async (t) => {
  const file = fileIn(t);
  const program = `
    import { createSecretFile, readSecretFile } from ${JSON.stringify(path.join(import.meta.dirname, "secret-file.ts"))};
    while (Date.now() < ${Date.now() + 1500});
    const isMine = createSecretFile(${JSON.stringify(file)}, Buffer.from(String(process.pid)));
    console.log(isMine ? 1 : 0, readSecretFile(${JSON.stringify(file)}).toString());`;
  const runs = await Promise.all(
    Array.from({ length: 6 }, () =>
      promisify(execFile)(process.execPath, ["--input-type=module", "-e", program], { env: {} }),
    ),
  );
  const said = runs.map(({ stdout }) => stdout.trim().split(" "));
  assert.equal(said.filter(([isMine]) => isMine === "1").length, 1);
  assert.equal(new Set(said.map(([, secret]) => secret)).size, 1);
  assert.deepEqual(readdirSync(path.dirname(file)), ["key"]);
});
