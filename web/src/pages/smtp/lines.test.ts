import assert from "node:assert/strict";
import { test } from "node:test";
import { type Access, linesFor, programs } from "./lines.ts";

const access: Access = {
  host: "smtp.example.org",
  port: 587,
  tls: "starttls",
  user: "key",
  secret: "word",
  from: "o'neil@example.org",
};

test("every program is told host, port, user and secret, and to encrypt", () => {
  for (const program of programs) {
    const text = linesFor(program, access);
    for (const value of ["smtp.example.org", "587", "key", "word"]) assert.ok(text.includes(value), program);
    assert.match(text, /--tls |secure: false|encrypt|STARTTLS|starttls/, program);
    assert.doesNotMatch(text, /rejectUnauthorized|unverified|verify_peer/, program);
  }
});

test("TLS from the start is another port and another word", () => {
  for (const program of programs) {
    const text = linesFor(program, { ...access, port: 465, tls: "implicit" });
    assert.match(text, /tls-on-connect|secure: true|wrappermode|SMTPS|SMTP_SSL/, program);
  }
});

test("a quote in an address ends no string of a shell or of PHP", () => {
  assert.ok(linesFor("swaks", access).includes(`--from 'o'\\''neil@example.org'`));
  assert.ok(linesFor("php", access).includes(`'o\\'neil@example.org'`));
});

test("on this machine programs are told that the certificate is of its own making", () => {
  for (const program of ["nodemailer", "php", "python"] as const)
    assert.match(linesFor(program, { ...access, host: "127.0.0.1" }), /own/, program);
});
