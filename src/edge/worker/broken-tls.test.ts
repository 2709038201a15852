import assert from "node:assert/strict";
import { test } from "node:test";
import { BrokenTls } from "./broken-tls.ts";

const dayMs = 86_400_000;

test("a host whose TLS is broken is remembered for three days, and what is over goes with the next one", () => {
  const hosts = new BrokenTls();
  hosts.add("192.0.2.1:25", 0);
  hosts.add("192.0.2.2:25", dayMs);
  assert.equal(hosts.has("192.0.2.1:25", 3 * dayMs - 1), true);
  hosts.add("192.0.2.3:25", 3 * dayMs);
  assert.equal(hosts.size, 2);
  assert.equal(hosts.has("192.0.2.1:25", 3 * dayMs), false);
  assert.equal(hosts.has("192.0.2.2:25", 4 * dayMs), false);
  assert.equal(hosts.size, 1);
});

test("of more hosts than are remembered the oldest are forgotten", () => {
  const hosts = new BrokenTls();
  for (let number = 0; number < 25_000; number++) hosts.add(`host-${number}`, 0);
  assert.equal(hosts.size, 20_000);
  assert.equal(hosts.has("host-4999", 0), false);
  assert.equal(hosts.has("host-24999", 0), true);
});
