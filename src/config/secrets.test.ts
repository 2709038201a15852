import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, test } from "node:test";
import { pathToFileURL } from "node:url";
import { Secret } from "./secret.ts";
import { readRootKey } from "./secrets.ts";

const folder = mkdtempSync(path.join(tmpdir(), "facteur-secrets-"));
after(() => rmSync(folder, { recursive: true }));

const fileIn = (name: string) => path.join(folder, name, "secrets", "root.key");

test("the first start makes a key of 32 bytes that nobody else can read, and later starts find it", async () => {
  const file = fileIn("first");
  const made = await readRootKey({ kind: "file", file });
  assert.equal(made.length, 32);
  assert.equal(statSync(file).mode & 0o777, 0o600);
  assert.equal(statSync(path.dirname(file)).mode & 0o777, 0o700);
  assert.deepEqual(await readRootKey({ kind: "file", file }), made);
  assert.deepEqual(readdirSync(path.dirname(file)), ["root.key"]);
});

test("two data folders have different keys", async () => {
  const one = await readRootKey({ kind: "file", file: fileIn("one") });
  const two = await readRootKey({ kind: "file", file: fileIn("two") });
  assert.notDeepEqual(one, two);
});

test("processes that start together end up with one key", async () => {
  const file = fileIn("together");
  const module = pathToFileURL(path.join(import.meta.dirname, "secrets.ts")).href;
  const program = `import { readRootKey } from ${JSON.stringify(module)};
    process.stdout.write((await readRootKey({ kind: "file", file: ${JSON.stringify(file)} })).toString("hex"));`;
  const outputs = await Promise.all(Array.from({ length: 4 }, () => printedBy(program)));
  assert.deepEqual(new Set(outputs), new Set([(await readRootKey({ kind: "file", file })).toString("hex")]));
  assert.deepEqual(readdirSync(path.dirname(file)), ["root.key"]);
});

function printedBy(program: string): Promise<string> {
  const child = spawn(process.execPath, ["--input-type=module", "-e", program], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let text = "";
  child.stdout.on("data", (chunk) => {
    text += chunk;
  });
  return new Promise((resolve) => child.once("close", () => resolve(text)));
}

test("a key that others can read is refused and left as it is", async () => {
  const file = fileIn("open-file");
  await readRootKey({ kind: "file", file });
  const before = readFileSync(file);
  chmodSync(file, 0o640);
  await assert.rejects(readRootKey({ kind: "file", file }), /can be read by others/);
  assert.deepEqual(readFileSync(file), before);
});

test("a folder that others can enter is refused before a key is put there", async () => {
  const file = fileIn("open-folder");
  mkdirSync(path.dirname(file), { recursive: true });
  chmodSync(path.dirname(file), 0o755);
  await assert.rejects(readRootKey({ kind: "file", file }), /Others have access/);
  assert.equal(existsSync(file), false);
});

test("a damaged key is refused, and not replaced by a new one", async () => {
  const file = fileIn("damaged");
  mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
  writeFileSync(file, "half a k", { mode: 0o600 });
  await assert.rejects(readRootKey({ kind: "file", file }), /is not 32 bytes.*backup/s);
  assert.equal(readFileSync(file, "utf8"), "half a k");
});

test("a key from the environment is taken as it is and leaves no file", async () => {
  const bytes = Buffer.alloc(32, 7);
  assert.deepEqual(await readRootKey({ kind: "value", bytes: new Secret(bytes) }), bytes);
});

test("a command can print the key", async () => {
  const text = Buffer.from("an example of thirty-two bytes..").toString("base64");
  const key = await readRootKey({ kind: "command", command: new Secret(`echo ${text}`) });
  assert.equal(key.toString(), "an example of thirty-two bytes..");
});

test("a command that fails is refused without repeating what it said", async () => {
  const command = new Secret("echo hunter2; echo hunter2 >&2; exit 3");
  await assert.rejects(readRootKey({ kind: "command", command }), (error: Error) => {
    assert.match(error.message, /FACTEUR_ROOT_KEY_COMMAND ended with 3/);
    return !error.message.includes("hunter2");
  });
});

test("a command that prints something else is refused without repeating it", async () => {
  await assert.rejects(
    readRootKey({ kind: "command", command: new Secret("echo hunter2") }),
    (error: Error) => {
      assert.match(error.message, /prints is not 32 bytes/);
      return !error.message.includes("hunter2");
    },
  );
});
