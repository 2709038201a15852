import assert from "node:assert/strict";
import type { RequestListener } from "node:http";
import { createServer } from "node:https";
import { type TestContext, test } from "node:test";
import { startDnsServer } from "../../../tests/support/dns-server.ts";
import { createAuthority } from "../../../tests/support/tls.ts";
import { ManualClock } from "../../base/clock.ts";
import { createResolver } from "../dns/resolver.ts";
import { createPolicyFetch } from "./fetch.ts";

const url = "https://mta-sts.example.org/.well-known/mta-sts.txt";
const authority = createAuthority();

/** A policy host behind the name of the URL, on a port of its own. */
async function setUp(
  t: TestContext,
  listener: RequestListener,
  options: { name?: string; validDays?: number; timeoutMs?: number; ca?: string } = {},
) {
  const certificate = authority.issue([options.name ?? "mta-sts.example.org"], {
    validDays: options.validDays ?? 1,
  });
  const server = createServer(certificate, listener);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const dns = await startDnsServer({ "mta-sts.example.org": { a: ["127.0.0.1"] } });
  t.after(() => Promise.all([dns.close(), server.closeAllConnections(), server.close()]));
  const { port } = server.address() as { port: number };
  const resolver = createResolver({ clock: new ManualClock(new Date(0)), servers: [dns.address] });
  return createPolicyFetch({
    resolver,
    ca: options.ca ?? authority.cert,
    port,
    timeoutMs: options.timeoutMs ?? 2_000,
  });
}

test("the text of the policy is fetched under its own host name", async (t) => {
  const fetchPolicy = await setUp(t, (request, response) => {
    response.setHeader("content-type", "text/plain; charset=utf-8");
    response.end(`${request.headers.host?.split(":")[0]} ${request.url}`);
  });
  assert.equal(await fetchPolicy(url), "mta-sts.example.org /.well-known/mta-sts.txt");
});

test("a redirect, another status and another type are refused", async (t) => {
  for (const [status, type] of [
    [301, "text/plain"],
    [404, "text/plain"],
    [203, "text/plain"],
    [200, "text/html"],
    [200, "text/plainer"],
  ] as const) {
    const fetchPolicy = await setUp(t, (_request, response) => {
      response.writeHead(status, { "content-type": type, location: url });
      response.end("version: STSv1");
    });
    await assert.rejects(fetchPolicy(url), `${status} ${type}`);
  }
});

test("a certificate for another host, an expired one and one of an unknown root are refused", async (t) => {
  const answer: RequestListener = (_request, response) => {
    response.setHeader("content-type", "text/plain");
    response.end("ok");
  };
  const otherName = await setUp(t, answer, { name: "example.org" });
  await assert.rejects(otherName(url), { code: "ERR_TLS_CERT_ALTNAME_INVALID" });
  const expired = await setUp(t, answer, { validDays: -1 });
  await assert.rejects(expired(url), { code: "CERT_HAS_EXPIRED" });
  const unknownRoot = await setUp(t, answer, { ca: createAuthority("Another root").cert });
  await assert.rejects(unknownRoot(url), { code: /^UNABLE_TO/ });
});

test("a policy above 64 KB is refused", async (t) => {
  const fetchPolicy = await setUp(t, (_request, response) => {
    response.setHeader("content-type", "text/plain");
    response.end("x".repeat(70_000));
  });
  await assert.rejects(fetchPolicy(url), /64 KB/);
});

test("a policy host that never finishes is given up", async (t) => {
  const fetchPolicy = await setUp(
    t,
    (_request, response) => {
      response.setHeader("content-type", "text/plain");
      response.write("version");
    },
    { timeoutMs: 100 },
  );
  await assert.rejects(fetchPolicy(url));
});

test("a policy that breaks off is refused", async (t) => {
  const fetchPolicy = await setUp(t, (_request, response) => {
    response.writeHead(200, { "content-type": "text/plain", "content-length": 100 });
    response.write("version: STSv1", () => response.destroy());
  });
  await assert.rejects(fetchPolicy(url));
});

test("a policy host without an address is a failure", async (t) => {
  const fetchPolicy = await setUp(t, () => undefined);
  await assert.rejects(fetchPolicy("https://mta-sts.example.net/.well-known/mta-sts.txt"), /no address/);
});
