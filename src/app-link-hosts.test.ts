import assert from "node:assert/strict";
import { mkdirSync, renameSync, symlinkSync, writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import http from "node:http";
import https from "node:https";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, test } from "node:test";
import { connect } from "node:tls";
import { Registry } from "prom-client";
import { createAuthority } from "../tests/support/tls.ts";
import { openLinkHosts, serveLinkHosts } from "./app-link-hosts.ts";
import { createHttpServer, type HttpServer } from "./edge/http/server.ts";

const folder = await mkdtemp(path.join(tmpdir(), "facteur-link-hosts-"));
after(() => rm(folder, { recursive: true }));
const authority = createAuthority();
const file = (name: string, text: string) => {
  writeFileSync(path.join(folder, name), text);
  return path.join(folder, name);
};
const put = (name: string, host: string) => {
  const { cert, key } = authority.issue([host]);
  return { certFile: file(`${name}.crt`, cert), keyFile: file(`${name}.key`, key) };
};
put("customer", "links.shop.example");
// As certbot's folder has it: the service's own name among the others.
const tls = put("own", "mail.example.org");
const challenges = path.join(folder, "acme");
mkdirSync(path.join(challenges, ".well-known/acme-challenge"), { recursive: true });
writeFileSync(path.join(challenges, ".well-known/acme-challenge/tok-en_1"), "tok-en_1.thumbprint");

const log = { error() {}, warn() {}, info() {}, debug() {} };
const clock = { now: () => new Date(), real: () => Date.now() };

async function start(ownTls?: typeof tls): Promise<HttpServer> {
  const options = { certificates: folder, https: null, http: null, challenges };
  const hosts = await openLinkHosts({ log, clock } as never, options, () => "https://mail.example.org");
  const server = createHttpServer({
    ...{ log, clock, authenticate: async () => null, linkHosts: hosts.hosting },
    ...(ownTls === undefined ? {} : { tls: ownTls }),
  });
  server.app.get("/u/:token", async () => "a page for readers");
  server.app.get("/dashboard", async () => "a page for customers");
  serveLinkHosts(server, hosts, options, new Registry());
  after(async () => {
    hosts.folder?.close();
    await server.close();
  });
  return server;
}

interface Answer {
  status: number;
  body: string;
  headers: http.IncomingHttpHeaders;
}

function ask(port: number, name: string | null, target: string): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  const options = { host: "127.0.0.1", port, path: target, agent: false };
  const secure = { ...options, servername: name ?? "", ca: authority.cert };
  const get = name === null ? http.get(options) : https.get({ ...secure, headers: { host: name } });
  get.on("error", reject).on("response", (response) => {
    let body = "";
    response.on("data", (piece: Buffer) => (body += piece.toString()));
    response.on("end", () => resolve({ status: response.statusCode ?? 0, body, headers: response.headers }));
  });
  return promise;
}

test("a place of their own serves customers' hosts with their certificates, and readers alone", async () => {
  const server = await start();
  const { port } = await server.listen("127.0.0.1", 0);
  const { port: narrow } = await server.listenNarrow("readers", { host: "127.0.0.1", port: 0 });
  const page = await ask(narrow, "links.shop.example", "/u/x");
  assert.deepEqual([page.status, page.body], [200, "a page for readers"]);
  assert.equal(page.headers["strict-transport-security"], undefined);
  for (const target of ["/dashboard", "/v3/REST/apikey", "/", "/u", "/metrics", "/DASHBOARD"]) {
    assert.equal((await ask(narrow, "links.shop.example", target)).status, 404, target);
  }
  assert.equal((await ask(port, null, "/dashboard")).status, 200);
  // The handshake itself fails: there is nothing that could be shown for such a name, or for none.
  await assert.rejects(ask(narrow, "unknown.example", "/u/x"));
  await assert.rejects(ask(narrow, "", "/u/x"));
});

test("where HTTP speaks TLS itself, customers' hosts stand beside its own name", async () => {
  const server = await start(tls);
  const { port } = await server.listen("127.0.0.1", 0);
  assert.equal((await ask(port, "mail.example.org", "/dashboard")).status, 200);
  assert.equal((await ask(port, "links.shop.example", "/u/x")).status, 200);
  const refused = await ask(port, "links.shop.example", "/dashboard");
  assert.deepEqual([refused.status, refused.headers["strict-transport-security"]], [404, undefined]);
  const { promise, resolve } = Promise.withResolvers<string>();
  const socket = connect(
    { host: "127.0.0.1", port, servername: "unknown.example", rejectUnauthorized: false },
    () => {
      resolve(String(socket.getPeerCertificate().subjectaltname));
      socket.destroy();
    },
  );
  assert.equal(await promise, "DNS:mail.example.org");
});

test("challenges are answered at every place, and without TLS nothing else is", async () => {
  const server = await start();
  const { port } = await server.listen("127.0.0.1", 0);
  const { port: plain } = await server.listenNarrow("challenges", { host: "127.0.0.1", port: 0 });
  const target = "/.well-known/acme-challenge/tok-en_1";
  for (const each of [port, plain]) {
    assert.deepEqual((await ask(each, null, target)).body, "tok-en_1.thumbprint");
    for (const none of ["missing", "..%2f..%2f..%2fown.key", "%2e%2e", "a.b", ""]) {
      assert.equal((await ask(each, null, `/.well-known/acme-challenge/${none}`)).status, 404, none);
    }
  }
  for (const other of ["/u/x", "/dashboard", "/health"])
    assert.equal((await ask(plain, null, other)).status, 404);
});

test("no link out of the webroot is followed, be it the token or a folder above it", async () => {
  const server = await start();
  const { port } = await server.listen("127.0.0.1", 0);
  const place = path.join(challenges, ".well-known/acme-challenge");
  symlinkSync(file("secret", "nobody's business"), path.join(place, "linked"));
  assert.equal((await ask(port, null, "/.well-known/acme-challenge/linked")).status, 404);
  renameSync(place, `${place}-before`);
  symlinkSync(folder, place);
  assert.equal((await ask(port, null, "/.well-known/acme-challenge/secret")).status, 404);
});
