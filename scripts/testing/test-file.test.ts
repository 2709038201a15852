import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, test } from "node:test";
import { selected } from "./files.ts";
import { runTestFile } from "./test-file.ts";

const folder = mkdtempSync(path.join(tmpdir(), "facteur-runner-"));
after(() => rmSync(folder, { recursive: true }));
writeFileSync(path.join(folder, "package.json"), '{"type":"module"}');
// The files below are tests of their own; what runs this one must not make them believe they are part of it.
delete process.env.NODE_TEST_CONTEXT;

const head = 'import { describe, before, test } from "node:test"; import assert from "node:assert/strict";\n';

async function resultOf(name: string, text: string, msMax = 20_000) {
  writeFileSync(path.join(folder, `${name}.test.ts`), head + text);
  const result = await runTestFile(folder, `${name}.test.ts`, {
    signal: new AbortController().signal,
    msMax,
  });
  return { ...result, words: result.failures.join("\n") };
}

test("passed, failed and skipped tests are counted, nested ones too", async () => {
  const { passed, failed, skipped } = await resultOf(
    "counts",
    `test("a", () => {}); test("b", { skip: "no peer" }, () => {}); test("c", () => assert.fail("x"));
     describe("s", () => { test("d", () => {}); test("e", () => assert.fail("y")); });
     test("f", async (t) => { await t.test("g", () => {}); });`,
  );
  assert.deepEqual({ passed, failed, skipped }, { passed: 4, failed: 2, skipped: ["b (no peer)"] });
});

test("a failure says its name, its line and what it expected, with what the file printed", async () => {
  const { words } = await resultOf(
    "words",
    'test("adds", () => { console.log("seen"); assert.equal(1, 2); });',
  );
  assert.match(words, /✗ adds\n\s+words\.test\.ts:2[\s\S]*1 !== 2[\s\S]*printed:\n\s+seen/);
});

for (const [what, text, reason] of [
  ["that breaks while it loads", 'throw new Error("at load");', /code 1 before its tests did[\s\S]*at load/],
  ["that is no TypeScript", "const x: = 1;", /before its tests did[\s\S]*SyntaxError/],
  [
    "that ends the process",
    'test("a", () => process.exit(0)); test("b", () => {});',
    /before its tests did|Holds no test/,
  ],
  ["without a test", 'console.log("hello");', /Holds no test/],
  [
    "whose hook fails",
    'describe("s", () => { before(() => { throw new Error("hook"); }); test("a", () => {}); });',
    /hook/,
  ],
  [
    "that fails after its test",
    'test("a", () => { setTimeout(() => { throw new Error("late"); }, 20); }); test("b", () => new Promise((r) => setTimeout(r, 100)));',
    /late/,
  ],
] as const)
  test(`a file ${what} is red, and says why`, async () => {
    const { failed, words } = await resultOf(what.replaceAll(" ", "-"), text);
    assert.ok(failed > 0);
    assert.match(words, reason);
  });

for (const [what, text] of [
  ["waits for ever", 'test("a", () => new Promise(() => setInterval(() => {}, 1000)));'],
  ["leaves a timer open", 'test("a", () => { setInterval(() => {}, 1000); });'],
] as const)
  test(`a file that ${what} is ended and named`, async () => {
    const { failed, words } = await resultOf(what.replaceAll(" ", "-"), text, 1_500);
    assert.equal(failed, 1);
    assert.match(words, /Did not end within 1.5 s/);
  });

test("a process that a file leaves behind ends with it", async () => {
  const { passed, failed } = await resultOf(
    "child",
    `import { spawn } from "node:child_process";
     test("a", () => { const child = spawn("sleep", ["30"], { stdio: "inherit" }); child.unref(); });`,
  );
  assert.deepEqual({ passed, failed }, { passed: 1, failed: 0 });
});

test("a stop from outside ends the file at once", async () => {
  writeFileSync(
    path.join(folder, "stop.test.ts"),
    `${head}test("a", () => new Promise((r) => setTimeout(r, 30_000)));`,
  );
  const stop = new AbortController();
  setTimeout(() => stop.abort(), 500);
  const result = await runTestFile(folder, "stop.test.ts", { signal: stop.signal });
  assert.equal(result.failed, 1);
  assert.ok(result.tookMs < 10_000);
});

test("patterns choose by file, folder and part; without any, the long ones wait to be named", () => {
  const files = [
    "tests/long/soak.test.ts",
    "tests/walk.test.ts",
    "src/mail/smtp/pool.test.ts",
    "src/mail/dns/x.test.ts",
  ];
  assert.deepEqual(selected(files, []), files.slice(1));
  assert.deepEqual(selected(files, ["src/mail/smtp"]), ["src/mail/smtp/pool.test.ts"]);
  assert.deepEqual(selected(files, ["./src/mail/**", "walk"]), files.slice(1));
  assert.deepEqual(selected(files, ["tests/long"]), ["tests/long/soak.test.ts"]);
  assert.deepEqual(selected(files, ["nothing"]), []);
});
