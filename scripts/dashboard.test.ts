import assert from "node:assert/strict";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, test } from "node:test";
import { pathToFileURL } from "node:url";

// The launcher builds the dashboard with the builder that web/ has installed. Here that is a program of three lines,
// which writes down that it was called, so that a test takes no build.

const base = mkdtempSync(path.join(tmpdir(), "facteur-dashboard-"));
after(() => rmSync(base, { recursive: true }));

const file = path.resolve(import.meta.dirname, "../bin/dashboard.mjs");
const { ensureDashboard } = (await import(pathToFileURL(file).href)) as {
  ensureDashboard: (folder: string, wish: { development: boolean; node: Promise<string> }) => Promise<void>;
};

const builder = `
const { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } = require("node:fs");
appendFileSync("calls", "build\\n");
if (existsSync("fails")) { console.error("the builder's own words"); process.exit(1); }
const out = process.argv[process.argv.indexOf("--outDir") + 1];
mkdirSync(out, { recursive: true });
writeFileSync(out + "/index.html", readFileSync("src/main.tsx"));
`;

function cloneOf(name: string) {
  const folder = path.join(base, name);
  const web = path.join(folder, "web");
  const files = {
    "package.json": "{}",
    "package-lock.json": '{"packages":{}}',
    "src/main.tsx": "first",
    "node_modules/.package-lock.json": '{"packages":{}}',
    "node_modules/vite/bin/vite.js": builder,
  };
  const write = (name: string, text: string) => {
    mkdirSync(path.dirname(path.join(web, name)), { recursive: true });
    writeFileSync(path.join(web, name), text);
  };
  for (const [name, text] of Object.entries(files)) write(name, text);
  const read = (name: string) =>
    existsSync(path.join(web, name)) ? readFileSync(path.join(web, name), "utf8") : "";
  const builds = () => read("calls").split("\n").length - 1;
  const ensure = () =>
    ensureDashboard(folder, { development: false, node: Promise.resolve(process.execPath) });
  return { web, write, read, builds, ensure };
}

test("the dashboard is built once, and again when one of its sources has changed", async () => {
  const { web, write, read, builds, ensure } = cloneOf("once");
  await ensure();
  await ensure();
  assert.equal(builds(), 1);
  assert.equal(read("dist/index.html"), "first");
  write("src/words.test.ts", "a test is not built");
  await ensure();
  assert.equal(builds(), 1);
  write("src/main.tsx", "second");
  await ensure();
  assert.equal(builds(), 2);
  assert.equal(read("dist/index.html"), "second");
  assert.deepEqual(
    readdirSync(web).filter((name) => name.startsWith(".build")),
    [],
  );
});

test("two commands started together build once", async () => {
  const { builds, ensure } = cloneOf("together");
  await Promise.all([ensure(), ensure()]);
  assert.equal(builds(), 1);
});

test("a build that fails is told with the builder's own words, and the older dashboard stays", async (t) => {
  const { write, read, builds, ensure } = cloneOf("failing");
  await ensure();
  write("src/main.tsx", "second");
  write("fails", "");
  const said = t.mock.method(console, "error", () => {});
  await ensure();
  const words = said.mock.calls.map(({ arguments: [text] }) => String(text)).join("\n");
  assert.match(
    words,
    /could not be built and is an older one; everything else works\.\nthe builder's own words/,
  );
  assert.equal(read("dist/index.html"), "first");
  rmSync(path.join(base, "failing/web/fails"));
  await ensure();
  assert.deepEqual([builds(), read("dist/index.html")], [3, "second"]);
});
