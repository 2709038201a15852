import assert from "node:assert/strict";
import { test } from "node:test";

import { createApi } from "../testing/api-client.ts";

const png = Buffer.from([0x89, 0x50, 0x4e, 0x47]);
const crlf = (lines: string[]) => lines.join("\r\n");

const mail = Buffer.from(
  crlf([
    "From: Shop <shop@example.org>",
    "To: Ann <ann@example.com>, bob@example.com",
    "Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=",
    'Content-Type: multipart/mixed; boundary="m"',
    "",
    "--m",
    'Content-Type: multipart/related; boundary="r"',
    "",
    "--r",
    "Content-Type: text/html; charset=utf-8",
    "",
    "<p>Hi</p><img src=\"cid:logo%40shop\"><img src='cid:unknown'><script>alert(1)</script>",
    "--r",
    "Content-Type: image/png",
    "Content-ID: <logo@shop>",
    "Content-Disposition: inline; filename=logo.png",
    "Content-Transfer-Encoding: base64",
    "",
    png.toString("base64"),
    "--r--",
    "--m",
    "Content-Type: text/html; name=trap.html",
    'Content-Disposition: attachment; filename="tr\'ap.html"',
    "",
    "<script>alert(2)</script>",
    "--m--",
    "",
  ]),
);

const { ask, memory } = createApi();
memory.source = mail;
const place = "/inbox/1152921509597813712";

test("a message is taken apart, its pictures are in its HTML, and its files are named", async () => {
  const { json } = await ask("GET", place);
  assert.deepEqual(
    [json.from, json.to, json.subject],
    ["Shop <shop@example.org>", "Ann <ann@example.com>, bob@example.com", "Grüße"],
  );
  assert.match(json.html, new RegExp(`<img src="data:image/png;base64,${png.toString("base64")}">`));
  assert.match(json.html, /src='cid:unknown'/);
  assert.deepEqual(json.attachments, [
    { part: 0, name: "logo.png", type: "image/png", sizeBytes: 4, isInline: true },
    { part: 1, name: "tr'ap.html", type: "text/html", sizeBytes: 26, isInline: false },
  ]);
});

test("its HTML is a page that runs nothing, loads nothing and stands in no foreign frame", async () => {
  const { headers, text } = await ask("GET", `${place}/html`);
  assert.equal(headers["content-type"], "text/html; charset=utf-8");
  const policy = String(headers["content-security-policy"]);
  for (const part of ["default-src 'none'", "sandbox", "frame-ancestors 'self'", "form-action 'none'"])
    assert.ok(policy.split("; ").includes(part), part);
  assert.doesNotMatch(policy, /script-src|allow-|https?:|\*/);
  assert.equal(headers["x-content-type-options"], "nosniff");
  assert.match(text, /data:image\/png/);
});

test("a file is saved under its name, and never shown", async () => {
  const { status, headers, text } = await ask("GET", `${place}/parts/1`);
  assert.deepEqual([status, headers["content-type"]], [200, "application/octet-stream"]);
  assert.equal(headers["content-disposition"], "attachment; filename*=UTF-8''tr%27ap.html");
  assert.equal(text.trim(), "<script>alert(2)</script>");
  assert.equal((await ask("GET", `${place}/parts/2`)).status, 404);
  assert.equal((await ask("GET", `${place}/parts/-1`)).status, 422);
});

test("its source comes octet for octet", async () => {
  const { headers, text } = await ask("GET", `${place}/source`);
  assert.equal(headers["content-type"], "message/rfc822");
  assert.equal(text, mail.toString());
});

test("what is not in the inbox has no part, no page and no source", async () => {
  for (const part of ["", "/html", "/source", "/parts/0"])
    assert.equal((await ask("GET", `/inbox/1${part}`)).status, 404, part);
});

test("a message without HTML has no page", async () => {
  memory.source = Buffer.from("Subject: x\r\n\r\nplain\r\n");
  assert.equal((await ask("GET", `${place}/html`)).json.code, "not_found");
  const { json } = await ask("GET", place);
  assert.deepEqual([json.html, json.text.trim(), json.attachments], [null, "plain", []]);
});

test("what is no message at all is still shown", async () => {
  for (const source of [
    "",
    "\r\n",
    "no header at all",
    "Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n--x",
  ]) {
    memory.source = Buffer.from(source);
    assert.equal((await ask("GET", place)).status, 200, source);
  }
});

test("a picture that is shown a hundred times makes no page that fills the memory", async () => {
  const picture = Buffer.alloc(1024 * 1024, 1).toString("base64");
  memory.source = Buffer.from(
    crlf([
      "From: shop@example.org",
      'Content-Type: multipart/related; boundary="r"',
      "",
      "--r",
      "Content-Type: text/html",
      "",
      '<img src="cid:a">'.repeat(100),
      "--r",
      "Content-Type: image/png",
      "Content-ID: <a>",
      "Content-Disposition: inline",
      "Content-Transfer-Encoding: base64",
      "",
      ...(picture.match(/.{1,76}/g) ?? []),
      "--r--",
      "",
    ]),
  );
  const { text } = await ask("GET", `${place}/html`);
  assert.match(text, /<img src="data:image\/png/);
  assert.ok(text.length < 17 * 1024 * 1024, `${text.length} characters`);
});

test("a message that is nested deeper than anybody reads shows its header", async () => {
  const levels = Array.from({ length: 25 }, (_, level) => level);
  memory.source = Buffer.from(
    crlf([
      "From: shop@example.org",
      "Subject: Deep",
      ...levels.flatMap((level) => [
        `Content-Type: multipart/mixed; boundary="b${level}"`,
        "",
        `--b${level}`,
      ]),
      "Content-Type: text/html",
      "",
      "<p>bottom</p>",
      ...levels.toReversed().map((level) => `--b${level}--`),
      "",
    ]),
  );
  const { status, json } = await ask("GET", place);
  assert.deepEqual([status, json.subject, json.html], [200, "Deep", null]);
});
