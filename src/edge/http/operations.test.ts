import assert from "node:assert/strict";
import { after, test } from "node:test";
import { Registry } from "prom-client";

import { createHttpObserver, registerOperations } from "./operations.ts";
import { createTestServer } from "./testing/server.ts";

function createOperations(isReady: boolean, metricsToken?: string) {
  const registry = new Registry();
  const { server } = createTestServer({ observer: createHttpObserver(registry) });
  registerOperations(server, {
    registry,
    readiness: async () => ({ isReady, parts: { database: isReady } }),
    ...(metricsToken === undefined ? {} : { metricsToken }),
  });
  after(() => server.app.close());
  return async (url: string, remoteAddress: string, headers: Record<string, string> = {}) => {
    const { statusCode, body } = await server.app.inject({ method: "GET", url, remoteAddress, headers });
    return { status: statusCode, body };
  };
}

test("health is answered while the process lives, readiness while it can work", async () => {
  const up = createOperations(true);
  assert.deepEqual(await up("/health", "10.0.0.1"), { status: 200, body: '{"status":"ok"}' });
  assert.deepEqual(await up("/ready", "10.0.0.1"), {
    status: 200,
    body: '{"status":"ready","parts":{"database":true}}',
  });
  const down = createOperations(false);
  assert.equal((await down("/health", "10.0.0.1")).status, 200);
  assert.equal((await down("/ready", "10.0.0.1")).status, 503);
});

test("metrics count requests by route, without ids", async () => {
  const ask = createOperations(true);
  await ask("/v3/REST/contact/person@example.com", "127.0.0.1");
  const { status, body } = await ask("/metrics", "127.0.0.1");
  assert.equal(status, 200);
  assert.match(body, /facteur_http_request_duration_seconds_count\{method="GET",route="\*",status="404"\} 1/);
  assert.doesNotMatch(body, /person@/);
});

test("metrics are for who has the token, and without one for this machine, not for what it forwards", async () => {
  const ask = createOperations(true, "t0ken");
  const statuses = async (address: string, headers: Record<string, string> = {}) =>
    (await ask("/metrics", address, headers)).status;
  assert.equal(await statuses("127.0.0.1"), 403);
  assert.equal(await statuses("127.0.0.1", { authorization: "Bearer t0ken" }), 200);
  assert.equal(await statuses("10.0.0.1", { authorization: "Bearer t0ken" }), 200);
  assert.equal(await statuses("10.0.0.1", { authorization: "Bearer t0kem" }), 403);
  const without = createOperations(true);
  assert.equal((await without("/metrics", "127.0.0.1")).status, 200);
  assert.equal((await without("/metrics", "::1")).status, 200);
  assert.equal((await without("/metrics", "10.0.0.1")).status, 403);
  const forwarded = { "x-forwarded-for": "10.0.0.1" };
  assert.equal((await without("/metrics", "127.0.0.1", forwarded)).status, 403);
  assert.equal((await without("/metrics", "10.0.0.1", { authorization: "Bearer " })).status, 403);
});
