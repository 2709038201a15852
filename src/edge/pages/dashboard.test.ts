import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { type TestContext, test } from "node:test";
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { Dashboard } from "./dashboard.ts";

const script = `console.log(${JSON.stringify("facteur ".repeat(500))});`;

function built(t: TestContext): { folder: string; ask: (path: string, headers?: Asked) => Answer } {
  const folder = mkdtempSync(path.join(tmpdir(), "facteur-dashboard-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  mkdirSync(path.join(folder, "assets"));
  writeFileSync(path.join(folder, "index.html"), "<!doctype html><title>Facteur</title>");
  writeFileSync(path.join(folder, "assets", "index-Ab12.js"), script);
  writeFileSync(path.join(folder, "letter.html"), "<!doctype html><title>Letter</title>");
  writeFileSync(path.join(folder, "icon.png"), Buffer.from([1, 2, 3]));
  writeFileSync(path.join(folder, "secret.key"), "not of a kind that is served");
  const dashboard = new Dashboard(folder);
  return { folder, ask: (place, headers = {}) => asked(dashboard, place, headers) };
}

interface Asked {
  acceptEncoding?: string;
  ifNoneMatch?: string;
}
type Answer = ReturnType<typeof asked>;

function asked(dashboard: Dashboard, place: string, { acceptEncoding, ifNoneMatch }: Asked = {}) {
  return dashboard.answer({ path: place, acceptEncoding, ifNoneMatch });
}

test("the page is asked for anew each time, what has a hash in its name never again", async (t) => {
  const { ask } = built(t);
  const page = await ask("");
  assert.deepEqual([page.status, page.headers["content-type"]], [200, "text/html; charset=utf-8"]);
  assert.equal(page.headers["cache-control"], "no-cache");
  const part = await ask("assets/index-Ab12.js");
  assert.equal(part.headers["cache-control"], "public, max-age=31536000, immutable");
  assert.equal(part.headers["content-type"], "text/javascript; charset=utf-8");
  assert.equal((await ask("icon.png")).headers["cache-control"], "no-cache");
});

test("every path below that is no file is the page, and a part of another build is not", async (t) => {
  const { ask } = built(t);
  const page = await ask("");
  for (const place of [
    "messages",
    "messages/123",
    "secret.key",
    "../package.json",
    "..%2f..%2fetc/passwd",
    "__proto__",
  ]) {
    const answer = await ask(place);
    assert.deepEqual([answer.status, answer.headers.etag], [200, page.headers.etag], place);
  }
  assert.equal((await ask("assets/index-Old.js")).status, 404);
});

test("nothing leaves the folder by a link", async (t) => {
  const { folder } = built(t);
  symlinkSync("/etc/passwd", path.join(folder, "assets", "passwd.txt"));
  assert.equal((await asked(new Dashboard(folder), "assets/passwd.txt")).status, 404);
});

test("it comes compressed as the browser likes it, and not where it does not", async (t) => {
  const { ask } = built(t);
  const place = "assets/index-Ab12.js";
  const brotli = await ask(place, { acceptEncoding: "gzip, deflate, br" });
  assert.equal(brotli.headers["content-encoding"], "br");
  assert.equal(brotliDecompressSync(brotli.body as Buffer).toString(), script);
  assert.ok(brotli.body.length < script.length / 10);
  const gzipped = await ask(place, { acceptEncoding: "br;q=0, gzip;q=0.5" });
  assert.equal(gunzipSync(gzipped.body as Buffer).toString(), script);
  const plain = await ask(place, { acceptEncoding: "identity" });
  assert.equal(plain.headers["content-encoding"], undefined);
  assert.equal(plain.body.toString(), script);
  assert.equal((await ask("icon.png", { acceptEncoding: "br" })).headers["content-encoding"], undefined);
  for (const answer of [brotli, gzipped, plain]) assert.equal(answer.headers.vary, "Accept-Encoding");
  assert.equal(new Set([brotli, gzipped, plain].map(({ headers }) => headers.etag)).size, 3);
});

test("what the browser has already is not sent again", async (t) => {
  const { ask } = built(t);
  const etag = (await ask("")).headers.etag ?? assert.fail();
  const again = await ask("", { ifNoneMatch: `"other", W/${etag}` });
  assert.deepEqual([again.status, again.body, again.headers.etag], [304, "", etag]);
  assert.equal((await ask("", { ifNoneMatch: '"other"' })).status, 200);
});

test("it may load its own parts and nothing else, and stand in no frame", async (t) => {
  const { ask } = built(t);
  const { headers } = await ask("");
  const policy = headers["content-security-policy"] ?? "";
  assert.match(policy, /^default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self';/);
  assert.match(policy, /frame-ancestors 'none'/);
  assert.doesNotMatch(policy, /unsafe|\*|https?:/);
  assert.equal(headers["x-content-type-options"], "nosniff");
  assert.equal(headers["referrer-policy"], "no-referrer");
});

test("around somebody's mail are its own styles and pictures, no script, no network, and the dashboard alone", async (t) => {
  const { ask } = built(t);
  const policy = (await ask("letter.html")).headers["content-security-policy"] ?? "";
  assert.match(
    policy,
    /^sandbox allow-same-origin; default-src 'none'; style-src 'unsafe-inline'; img-src data:;/,
  );
  assert.match(policy, /frame-ancestors 'self'$/);
  assert.doesNotMatch(policy, /script|connect|https?:|\*/);
});

test("a new build is served without a restart", async (t) => {
  const { folder, ask } = built(t);
  const old = await ask("");
  writeFileSync(path.join(folder, "index.html"), "<!doctype html><title>Newer</title>");
  utimesSync(path.join(folder, "index.html"), new Date(), new Date(Date.now() + 10_000));
  const now = await ask("");
  assert.notEqual(now.headers.etag, old.headers.etag);
  assert.match(now.body.toString(), /Newer/);
});

test("before it is built, a page says how to build it", async () => {
  const answer = await asked(new Dashboard(path.join(tmpdir(), "facteur-is-not-here")), "messages");
  assert.equal(answer.status, 404);
  assert.match(answer.body.toString(), /npm start/);
  assert.match(answer.headers["content-security-policy"] ?? "", /^default-src 'none'/);
});
