import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { type AddressInfo, connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { connect as connectTls } from "node:tls";
import { createAuthority } from "../../../tests/support/tls.ts";
import { watchCertificate } from "../../base/certificate-files.ts";
import { CertificateFolder } from "../../base/certificate-folder.ts";
import { registerMailjetSend } from "./mailjet/send-routes.ts";
import { useIn } from "./server.ts";
import { ask, exchange, parseRaw } from "./testing/raw.ts";
import { basic, createTestServer } from "./testing/server.ts";

const auth = `Authorization: ${basic()}`;
const sent = { status: 200, headers: { "content-type": "application/json" }, body: "{}" };

async function startSending(
  t: TestContext,
  options: Parameters<typeof createTestServer>[0],
  accept: () => Promise<typeof sent> = async () => sent,
) {
  const test = createTestServer(options);
  registerMailjetSend(test.server, { acceptV31: accept, acceptV3: accept });
  const { port } = await test.start();
  t.after(() => test.server.close());
  return { ...test, port };
}

function send(port: number) {
  return ask(port, ["POST /v3.1/send HTTP/1.1", "Host: x", auth, "Content-Length: 2"], "{}");
}

test("a client that never finishes its headers, or its body, is sent away", async (t) => {
  const { port } = await startSending(t, { limits: { headersTimeoutMs: 200, requestTimeoutMs: 400 } });
  const [headers, body] = await Promise.all([
    exchange(port, "POST /v3.1/send HTTP/1.1\r\nHost: x\r\nX-Slow: "),
    exchange(port, `POST /v3.1/send HTTP/1.1\r\nHost: x\r\n${auth}\r\nContent-Length: 10\r\n\r\n{`),
  ]);
  assert.equal(parseRaw(headers).status, 408);
  assert.equal(parseRaw(body).status, 408);
});

test("a connection is ended after its number of requests", async (t) => {
  const { port } = await startSending(t, { limits: { requestsPerSocketMax: 2 } });
  const one = "GET /nowhere HTTP/1.1\r\nHost: x\r\n\r\n";
  const text = await exchange(port, one + one + one, /503/);
  assert.deepEqual(
    [...text.matchAll(/HTTP\/1\.1 (\d{3})/g)].map((match) => match[1]),
    ["404", "404", "503"],
  );
});

test("connections beyond the limit are dropped at once", async (t) => {
  const { port } = await startSending(t, { limits: { connectionsMax: 1 } });
  const first = connect(port, "127.0.0.1");
  t.after(() => first.destroy());
  await new Promise((resolve) => first.once("connect", resolve));
  assert.equal(await exchange(port, "GET / HTTP/1.1\r\nHost: x\r\n\r\n"), "");
});

test("an address that has all it may have is kept out, and another one is answered, at any place", async (t) => {
  const authority = createAuthority();
  const { cert, key } = authority.issue(["links.example"]);
  const folder = mkdtempSync(join(tmpdir(), "facteur-"));
  t.after(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, "a.crt"), cert);
  writeFileSync(join(folder, "a.key"), key);
  const log = { info() {}, warn() {}, error() {}, debug() {} };
  const certificates = await CertificateFolder.open(folder, { log, clock: { real: () => 0 } });
  t.after(() => certificates.close());
  const { server, port } = await startSending(t, {
    isLocal: () => false,
    proxies: ["127.0.0.9"],
    limits: { connectionsPerAddressMax: 2 },
    linkHosts: { certificates, ownHost: () => "", isServed: () => true },
  });
  const narrow = await server.listenNarrow("readers", { host: "127.0.0.1", port: 0 });
  const from = async (localAddress: string, at = narrow.port) => {
    const socket = connect({ host: "127.0.0.1", port: at, localAddress });
    t.after(() => socket.destroy());
    await once(socket, "connect");
    return socket;
  };
  const isAnswered = async (socket: Socket) => {
    const secure = connectTls({ socket, servername: "links.example", ca: authority.cert });
    secure.write("GET /nowhere HTTP/1.1\r\nHost: links.example\r\n\r\n");
    const [event] = await Promise.race([
      once(secure, "data").then(
        () => ["data"],
        () => ["error"],
      ),
      once(secure, "close").then(
        () => ["close"],
        () => ["error"],
      ),
    ]);
    return event === "data";
  };
  const first = await from("127.0.0.2");
  await from("127.0.0.2", port);
  assert.equal(await isAnswered(await from("127.0.0.2")), false);
  assert.equal(await isAnswered(await from("127.0.0.3")), true);
  await from("127.0.0.9");
  await from("127.0.0.9");
  assert.equal(await isAnswered(await from("127.0.0.9")), true, "a proxy");
  first.destroy();
  for (let tries = 0; !(await isAnswered(await from("127.0.0.2"))); tries++) assert.ok(tries < 200);
});

test("a key that asks too fast is told when to come back, before its body is read", async (t) => {
  const waits = [0, 1.2];
  const { port } = await startSending(t, {
    waitOf: (principal, kind) => {
      assert.deepEqual([principal.actor.id, kind], [70n, "send"]);
      return waits.shift() ?? 0;
    },
  });
  assert.equal((await send(port)).status, 200);
  const late = await send(port);
  assert.deepEqual([late.status, late.headers.get("retry-after")], [429, "2"]);
});

test("a graceful stop answers what is under way and takes nothing new", async (t) => {
  let finish = () => {};
  const waiting = new Promise<void>((resolve) => {
    finish = resolve;
  });
  const { server, port } = await startSending(t, {}, async () => {
    await waiting;
    return sent;
  });
  const underWay = send(port);
  await new Promise((resolve) => setTimeout(resolve, 50));
  const closing = server.close();
  await new Promise((resolve) => setTimeout(resolve, 50));
  await assert.rejects(
    new Promise((resolve, reject) => connect(port, "127.0.0.1").on("connect", resolve).on("error", reject)),
  );
  finish();
  assert.equal((await underWay).status, 200);
  await closing;
});

test("a graceful stop cuts what has not ended after its grace", async (t) => {
  const { server, port } = await startSending(
    t,
    { limits: { closeGraceMs: 100 } },
    () => new Promise(() => {}),
  );
  const hanging = exchange(
    port,
    `POST /v3.1/send HTTP/1.1\r\nHost: x\r\n${auth}\r\nContent-Length: 2\r\n\r\n{}`,
  );
  await new Promise((resolve) => setTimeout(resolve, 50));
  await server.close();
  assert.equal(await hanging, "");
});

function writeCertificate(folder: string): { certFile: string; keyFile: string; ca: string } {
  const authority = createAuthority();
  const { cert, key } = authority.issue(["localhost"]);
  const files = { certFile: join(folder, "cert.pem"), keyFile: join(folder, "key.pem") };
  writeFileSync(files.certFile, cert);
  writeFileSync(files.keyFile, key);
  return { ...files, ca: authority.cert };
}

function statusOverTls(port: number, ca: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connectTls({ port, host: "127.0.0.1", servername: "localhost", ca });
    socket.once("secureConnect", () =>
      socket.write("GET /nowhere HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"),
    );
    socket.once("data", (chunk: Buffer) => resolve(chunk.toString("latin1")));
    socket.once("error", reject);
  });
}

test("HTTPS is served directly, and a renewed certificate is taken over without a restart", async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "facteur-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const first = writeCertificate(folder);
  const { server, lines } = createTestServer({ tls: first });
  const { port } = await server.listen("127.0.0.1", 0);
  t.after(() => server.close());
  const answer = await statusOverTls(port, first.ca);
  assert.match(answer, /^HTTP\/1\.1 404 /);
  assert.match(answer, /strict-transport-security: max-age=\d+/i);
  const watching = { log: server.options.log, name: "http", everyMs: 20 };
  const stop = watchCertificate(first, useIn([server.app.server]), watching);
  t.after(stop);
  const second = writeCertificate(folder);
  utimesSync(second.certFile, new Date(), new Date(Date.now() + 5000));
  while (!lines.some((line) => line.event === "http.certificate.reloaded")) {
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  assert.match(await statusOverTls(port, second.ca), /^HTTP\/1\.1 404 /);
  await assert.rejects(statusOverTls(port, first.ca));
});

test("a certificate that does not fit its key is not taken over", async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "facteur-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const files = writeCertificate(folder);
  const { server, lines } = createTestServer({ tls: files });
  const address: AddressInfo = await server.listen("127.0.0.1", 0);
  t.after(() => server.close());
  const watching = { log: server.options.log, name: "http", everyMs: 20 };
  t.after(watchCertificate(files, useIn([server.app.server]), watching));
  writeFileSync(files.keyFile, createAuthority().issue(["localhost"]).key);
  while (!lines.some((line) => line.event === "http.certificate.unusable")) {
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  assert.match(await statusOverTls(address.port, files.ca), /^HTTP\/1\.1 404 /);
});
