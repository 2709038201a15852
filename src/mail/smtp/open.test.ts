import assert from "node:assert/strict";
import { createServer } from "node:net";
import { test } from "node:test";

import { listen } from "../../../tests/support/raw-server.ts";
import { openTo, optionsFor, shipment } from "../../../tests/support/smtp-client.ts";
import type { SmtpServerOptions } from "../../../tests/support/smtp-server.ts";
import { startSmtpServer } from "../../../tests/support/smtp-server.ts";
import { createAuthority } from "../../../tests/support/tls.ts";
import type { OpenFailed, OpenOptions } from "./index.ts";
import { openConnection } from "./index.ts";

const authority = createAuthority();
const certificate = authority.issue(["mx.example.test"]);
const user = "ada";
const password = "correct horse";

/** Opens against a fresh server and returns the failure. */
async function failureOf(server: SmtpServerOptions, options: Partial<OpenOptions> = {}): Promise<OpenFailed> {
  await using peer = await startSmtpServer(server);
  const result = await openConnection(optionsFor(peer, options));
  if (result.kind === "failed") return result;
  result.connection.destroy();
  throw new Error("The connection opened.");
}

test("a port where nobody listens refuses", async () => {
  const server = await listen(createServer());
  const { port } = server;
  await server[Symbol.asyncDispose]();
  const result = await openConnection(optionsFor({ port }));
  const detail = "ECONNREFUSED";
  assert.deepEqual(result, { kind: "failed", stage: "connect", error: "refused", detail, isTemporary: true });
});

test("an address that is not ours cannot be connected from", async () => {
  await using server = await startSmtpServer();
  const result = await openConnection(optionsFor(server, { localAddress: "192.0.2.77" }));
  assert.ok(result.kind === "failed");
  assert.deepEqual([result.stage, result.error], ["connect", "unreachable"]);
});

test("a connection leaves from the address it is told to", async () => {
  // Linux has all of 127/8; elsewhere the test above has to do.
  const localAddress = process.platform === "linux" ? "127.0.0.9" : "127.0.0.1";
  const peer = createServer((socket) => socket.end(`554 ${socket.remoteAddress}\r\n`));
  await using server = await listen(peer);
  const result = await openConnection(optionsFor(server, { localAddress }));
  assert.ok(result.kind === "failed");
  assert.equal(result.reply?.text, localAddress);
});

test("a host that does not answer is given up after the time for connecting", async () => {
  // RFC 5737: nobody has this address. Networks that answer for it all the same say unreachable or refused.
  const options = { address: "192.0.2.1", port: 25, timeouts: { connectMs: 50 } };
  const result = await openConnection(optionsFor({ port: 25 }, options));
  assert.ok(result.kind === "failed");
  assert.equal(result.stage, "connect");
});

for (const [code, isTemporary] of [
  [421, true],
  [450, true],
  [521, false],
  [554, false],
] as const) {
  test(`a greeting of ${code} is told, and ${isTemporary ? "another attempt makes sense" : "is final"}`, async () => {
    const reply = { code, text: "No" };
    assert.deepEqual(await failureOf({ on: { connect: `${code} No` } }), {
      kind: "failed",
      stage: "greeting",
      reply,
      isTemporary,
    });
  });

  test(`an EHLO of ${code} is ${isTemporary ? "told" : "answered with HELO, and that is told"}`, async () => {
    const server = { on: { ehlo: `${code} No`, helo: "550 Neither" } };
    const reply = isTemporary ? { code, text: "No" } : { code: 550, text: "Neither" };
    assert.deepEqual(await failureOf(server), { kind: "failed", stage: "hello", reply, isTemporary });
  });
}

for (const [what, answer, error, detail] of [
  ["garbage", Buffer.from("SSH-2.0-OpenSSH_9.2\r\n"), "protocol", "not_a_reply"],
  ["an endless line", Buffer.from("220 ".padEnd(9_000, "x")), "protocol", "line_too_long"],
  ["endless lines", Buffer.from("220-x\r\n".repeat(500)), "protocol", "too_many_lines"],
  ["a question", "334 Who?", "protocol", "greeting_reply"],
  ["an end", { end: "close" }, "closed", undefined],
  ["a reset", { end: "reset", delayMs: 30 }, "reset", "ECONNRESET"],
  ["silence", { isSilent: true }, "timeout", undefined],
  ["a slow drip", { reply: "220 hello there", dripMs: 30 }, "timeout", undefined],
] as const) {
  test(`${what} for a greeting fails as ${error}`, async () => {
    const failure = await failureOf({ on: { connect: answer } }, { timeouts: { greetingMs: 150 } });
    const given = detail === undefined ? {} : { detail };
    assert.deepEqual(failure, { kind: "failed", stage: "greeting", error, ...given, isTemporary: true });
  });
}

for (const [what, answer, error] of [
  ["garbage", Buffer.from("?\r\n"), "protocol"],
  ["a question", "354 What?", "protocol"],
  ["an end", { end: "close" }, "closed"],
  ["silence", { isSilent: true }, "timeout"],
] as const) {
  test(`${what} for an answer to EHLO fails as ${error}`, async () => {
    const failure = await failureOf({ on: { ehlo: answer } }, { timeouts: { helloMs: 100 } });
    assert.deepEqual([failure.stage, failure.error, failure.isTemporary], ["hello", error, true]);
  });
}

test("a peer that knows only HELO gets messages without extensions", async () => {
  await using server = await startSmtpServer({
    extensions: [],
    keep: "messages",
    on: { ehlo: "502 5.5.1 Not implemented" },
  });
  const connection = await openTo(server);
  assert.equal((await connection.send(shipment())).kind, "accepted");
  assert.equal(server.transactions[0]?.mailParameters, "");
  assert.deepEqual(server.violations, []);
  connection.destroy();
});

test("a peer that turned us away is told goodbye", async () => {
  await using server = await startSmtpServer({ on: { connect: "554 No" } });
  await openConnection(optionsFor(server));
  await new Promise((resolve) => setTimeout(resolve, 50));
  assert.equal(server.times("quit"), 1);
});

for (const when of ["connect", "ehlo", "starttls"] as const) {
  test(`an abort during ${when} ends the attempt`, async () => {
    await using server = await startSmtpServer({ tls: certificate, on: { [when]: { isSilent: true } } });
    const controller = new AbortController();
    const { signal } = controller;
    setTimeout(() => controller.abort(), 30);
    const result = await openConnection(optionsFor(server, { signal, tls: { mode: "opportunistic" } }));
    assert.ok(result.kind === "failed");
    assert.equal(result.error, "cancelled");
  });
}

test("an attempt that is aborted before it begins does not connect", async () => {
  await using server = await startSmtpServer();
  const result = await openConnection(optionsFor(server, { signal: AbortSignal.abort() }));
  assert.deepEqual(result, { kind: "failed", stage: "connect", error: "cancelled", isTemporary: true });
  assert.equal(server.counts.connections, 0);
});

test("a name for EHLO that would be two commands is not spoken", async () => {
  await assert.rejects(openConnection(optionsFor({ port: 9 }, { heloName: "a\r\nMAIL" })), RangeError);
});

const encrypted: Partial<OpenOptions> = {
  tls: { mode: "require_pkix", names: ["mx.example.test"], ca: authority.cert },
};

for (const mechanisms of [["PLAIN"], ["LOGIN"], ["XOAUTH2", "LOGIN", "PLAIN"]]) {
  test(`a smart host that offers ${mechanisms} lets us in with the right password only`, async () => {
    const options = { tls: certificate, auth: { user, password, mechanisms } };
    await using server = await startSmtpServer(options);
    const connection = await openTo(server, { ...encrypted, auth: { user, password } });
    assert.equal((await connection.send(shipment())).kind, "accepted");
    assert.equal(server.transactions[0]?.user, user);
    connection.destroy();
    const failure = await failureOf(options, { ...encrypted, auth: { user, password: "wrong" } });
    const reply = { code: 535, enhanced: "5.7.8", text: "Wrong credentials" };
    assert.deepEqual(failure, { kind: "failed", stage: "auth", reply, isTemporary: false });
  });
}

test("a password too long for one command follows on a line of its own", async () => {
  const long = "p".repeat(400);
  await using server = await startSmtpServer({ tls: certificate, auth: { user, password: long } });
  const connection = await openTo(server, { ...encrypted, auth: { user, password: long } });
  assert.equal((await connection.send(shipment())).kind, "accepted");
  assert.deepEqual(server.violations, []);
  connection.destroy();
});

test("a password is not sent in plain text, whatever the peer offers", async () => {
  const extensions = ["AUTH PLAIN LOGIN"];
  const failure = await failureOf({ extensions }, { auth: { user, password } });
  assert.deepEqual([failure.stage, failure.error], ["auth", "auth_without_tls"]);
});

test("a peer that offers no mechanism of ours is named", async () => {
  const server = { tls: certificate, auth: { user, password, mechanisms: ["GSSAPI"] } };
  const failure = await failureOf(server, { ...encrypted, auth: { user, password } });
  assert.deepEqual([failure.stage, failure.error], ["auth", "auth_not_offered"]);
});

for (const [answer, error] of [
  ["334 And?", "protocol"],
  ["220 What?", undefined],
] as const) {
  test(`a ${answer} to the end of AUTH ${error === undefined ? "lets us in" : "is nonsense"}`, async () => {
    await using server = await startSmtpServer({
      tls: certificate,
      auth: { user, password },
      on: { auth: answer },
    });
    const result = await openConnection(optionsFor(server, { ...encrypted, auth: { user, password } }));
    if (result.kind === "open") result.connection.destroy();
    assert.equal(result.kind === "failed" ? result.error : undefined, error);
  });
}

test("no failure repeats the password", async () => {
  const auth = { user, password: "s3cr3t-s3cr3t" };
  const failure = await failureOf({ tls: certificate, auth: { user, password } }, { ...encrypted, auth });
  const encoded = Buffer.from(`\0${user}\0${auth.password}`).toString("base64");
  const told = JSON.stringify(failure);
  assert.ok(!told.includes(auth.password) && !told.includes(encoded));
});
