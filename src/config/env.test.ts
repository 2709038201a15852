import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { test } from "node:test";
import { readEnv, variables, withDotEnv } from "./env.ts";

test("a .env file completes the environment and never overrides it", () => {
  const folder = mkdtempSync(path.join(tmpdir(), "facteur-env-"));
  try {
    writeFileSync(path.join(folder, ".env"), '# words\nFACTEUR_LOG=debug\nFACTEUR_HTTP="127.0.0.1:9"\n');
    const env = readEnv(withDotEnv({ FACTEUR_LOG: "error" }, folder));
    assert.equal(env.log, "error");
    assert.equal(env.http, "127.0.0.1:9");
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("without a .env file the environment stands alone", () => {
  const source = { FACTEUR_LOG: "error" };
  assert.equal(withDotEnv(source, path.join(tmpdir(), "facteur-no-such-folder")), source);
});

test("a .env that cannot be read is no absent one", () => {
  const folder = mkdtempSync(path.join(tmpdir(), "facteur-env-"));
  try {
    assert.throws(() => withDotEnv({}, path.join(folder, "\0")));
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("no two settings share a name", () => {
  const names = Object.values(variables).map(({ name }) => name);
  assert.equal(new Set(names).size, names.length);
});
