import assert from "node:assert/strict";
import { test } from "node:test";
import { type DnsZone, startDnsServer } from "../../../tests/support/dns-server.ts";
import { SystemClock } from "../../base/clock.ts";
import { createResolver } from "../../mail/dns/resolver.ts";
import { type FixedRoute, type Route, Router } from "./route.ts";

const zone: DnsZone = {
  "inside.test": { mx: [{ preference: 10, exchange: "mx.inside.test" }] },
  "mx.inside.test": { a: ["10.1.2.3", "169.254.169.254"], aaaa: ["fd00::1"] },
  "mixed.test": {
    mx: [
      { preference: 10, exchange: "mx.inside.test" },
      { preference: 20, exchange: "mx.mixed.test" },
    ],
  },
  "mx.mixed.test": { a: ["192.168.1.1", "192.0.2.25"] },
  "nomx.test": { a: ["172.16.0.1"] },
};

async function routerFor(
  t: { after(work: () => Promise<void>): void },
  change: { allowsOwnAddress?: boolean; fixedRoutes?: FixedRoute[] } = {},
): Promise<Router> {
  const server = await startDnsServer(zone);
  t.after(() => server.close());
  const clock = new SystemClock();
  return new Router({
    resolver: createResolver({ clock, servers: [server.address], validating: false }),
    clock,
    random: () => 0,
    mode: { kind: "direct" },
    fixedRoutes: [],
    chooseTls: async () => ({ kind: "policy", policy: { mode: "opportunistic" }, name: "opportunistic" }),
    ca: null,
    allowsOwnAddress: false,
    ...change,
  });
}

function addressesOf(route: Route): string[] {
  return route.kind === "site" ? route.site.targets.map((target) => target.address) : [];
}

test("a domain whose servers all have internal addresses is not reached, and its mail waits", async (t) => {
  const router = await routerFor(t);
  for (const domain of ["inside.test", "nomx.test"]) {
    assert.deepEqual(await router.find(domain), { kind: "none", problem: "internal_address" });
  }
});

test("internal addresses are left out beside others", async (t) => {
  const router = await routerFor(t);
  assert.deepEqual(addressesOf(await router.find("mixed.test")), ["192.0.2.25"]);
});

test("an address literal does not lead inside", async (t) => {
  const router = await routerFor(t);
  for (const literal of ["[10.1.2.3]", "[IPv6:fe80::1]", "[127.0.0.1]"]) {
    assert.deepEqual(await router.find(literal), { kind: "none", problem: "no_mail_host" });
  }
  assert.deepEqual(addressesOf(await router.find("[192.0.2.25]")), ["192.0.2.25"]);
});

test("a route that the operator has named may lead inside", async (t) => {
  const router = await routerFor(t, { fixedRoutes: [{ domain: "inside.test", host: "10.1.2.3", port: 25 }] });
  assert.deepEqual(addressesOf(await router.find("inside.test")), ["10.1.2.3"]);
});

test("in development internal addresses are reached", async (t) => {
  const router = await routerFor(t, { allowsOwnAddress: true });
  assert.deepEqual(addressesOf(await router.find("nomx.test")), ["172.16.0.1"]);
});
