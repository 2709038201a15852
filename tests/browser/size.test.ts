import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import { builtDashboard } from "../support/browser.ts";

// What somebody on a slow line waits for: two seconds at 1 Mbit/s.
const firstLoadBytesMax = 200_000;

const read = (file: string) => readFileSync(path.join(builtDashboard, file));
const compressed = (file: string) => gzipSync(read(file), { level: 9 }).length;

/** The files that a page or a script names at its beginning: they are fetched before anything is shown. */
function namedIn(file: string): string[] {
  const text = read(file).toString();
  const found = file.endsWith(".html")
    ? text.matchAll(/(?:src|href)="\/dashboard\/([^"]+)"/g)
    : text.matchAll(/(?:from|import)\s*["']\.\/([^"']+\.js)["']/g);
  return [...found].map(([, name = ""]) => (file.endsWith(".html") ? name : `assets/${name}`));
}

function loadedBy(file: string, seen = new Set<string>()): Set<string> {
  if (seen.has(file)) return seen;
  seen.add(file);
  if (/\.(html|js)$/.test(file)) for (const each of namedIn(file)) loadedBy(each, seen);
  return seen;
}

test("what index.html loads, with the largest language and page, is at most 200 KB compressed", (t) => {
  const first = [...loadedBy("index.html")];
  const later = readdirSync(path.join(builtDashboard, "assets"))
    .map((name) => `assets/${name}`)
    .filter((file) => !first.includes(file));
  const loaded = first.reduce((sum, file) => sum + compressed(file), 0);
  // One language and one page come with it before anything can be read; the two largest pieces are at least that.
  const [largest = 0, second = 0] = later.map(compressed).sort((a, b) => b - a);
  t.diagnostic(`${loaded} bytes, and ${largest + second} for the two largest pieces that come after it`);
  assert.ok(first.some((file) => file.endsWith(".js")) && first.some((file) => file.endsWith(".css")));
  assert.ok(loaded + largest + second <= firstLoadBytesMax, `${loaded} + ${largest} + ${second} bytes`);
});
