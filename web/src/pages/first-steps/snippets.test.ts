import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import { curlExample, type Example, nodeExample, smtpExample } from "./snippets.ts";

const example: Example = {
  publicUrl: "http://127.0.0.1:8080",
  apiKey: "0123",
  secretKey: "4567",
  from: { address: "owner@facteur.example", name: 'O\'Hara & "Sons"' },
  subject: "Mon premier été",
  text: "C'est $HOME",
};

/** What a program gets when the line is pasted into a shell: its arguments and its input. */
function pasted(line: string): string[] {
  const shell = `curl() { printf '%s\\0' "$@"; [ -t 0 ] || cat; }\n${line}`;
  const { stdout, stderr } = spawnSync("sh", ["-c", shell], { encoding: "utf8", input: "" });
  assert.equal(stderr, "");
  return stdout.split("\0");
}

test("the line for curl survives the shell, whatever the account is called", () => {
  const words = pasted(curlExample(example));
  const body = JSON.parse(words[words.indexOf("-d") + 1] ?? "");
  assert.equal(words[words.indexOf("-u") + 1], "0123:4567");
  assert.equal(body.Messages[0].From.Name, example.from.name);
  assert.equal(body.Messages[0].TextPart, example.text);
});

test("the line for SMTP is a message with lines as they go over the wire", () => {
  const words = pasted(smtpExample(example, { host: "mail.example.org", port: 587, tls: "starttls" }));
  const message = words.at(-1) ?? "";
  assert.ok(words.includes("smtp://mail.example.org:587"));
  assert.ok(words.includes("--ssl-reqd"));
  assert.match(message, /\r\nSubject: =\?utf-8\?B\?[\w+/=]+\?=\r\n/);
  assert.ok(message.endsWith("\r\n\r\nC'est $HOME\r\n"));
});

test("only on this machine itself, whose certificate nobody has issued, is it not asked for", () => {
  const here = pasted(smtpExample(example, { host: "::1", port: 2587, tls: "starttls" }));
  assert.ok(here.includes("smtp://[::1]:2587") && here.includes("--insecure"));
  const there = pasted(smtpExample(example, { host: "mail.example.org", port: 465, tls: "implicit" }));
  assert.ok(there.includes("smtps://mail.example.org:465") && !there.includes("--insecure"));
});

test("Mailjet's client is told of the proxy only where there is no HTTPS", () => {
  assert.match(nodeExample(example), /proxy: \{ protocol: "http", host: "127\.0\.0\.1", port: 8080 \}/);
  const secure = nodeExample({ ...example, publicUrl: "https://mail.example.org" });
  assert.match(secure, /config: \{ host: "mail\.example\.org" \}/);
});
