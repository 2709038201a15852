import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import fc from "fast-check";
import { type DnsServerOptions, type DnsZone, startDnsServer } from "../../../tests/support/dns-server.ts";
import { ManualClock } from "../../base/clock.ts";
import { mailHosts } from "./mail-hosts.ts";
import { createResolver, resolverOver } from "./resolver.ts";

const middle = () => 0.5;

async function hostsOf(
  t: TestContext,
  zone: DnsZone,
  options: DnsServerOptions & { random?: () => number } = {},
) {
  const server = await startDnsServer(zone, options);
  t.after(() => server.close());
  const clock = new ManualClock(new Date(0));
  const resolver = createResolver({ clock, servers: [server.address], timeoutMs: 500, validating: true });
  return mailHosts(resolver, "example.org", options.random ?? middle);
}

test("hosts come by preference, each with IPv6 and IPv4 in turn", async (t) => {
  const result = await hostsOf(t, {
    "example.org": {
      mx: [
        { preference: 20, exchange: "b.example.org" },
        { preference: 10, exchange: "a.example.org" },
      ],
    },
    "a.example.org": { a: ["192.0.2.1", "192.0.2.2"], aaaa: ["2001:db8::1"] },
    "b.example.org": { a: ["192.0.2.3"] },
  });
  assert.deepEqual(result, {
    kind: "hosts",
    hosts: [
      {
        name: "a.example.org",
        canonicalName: "a.example.org",
        preference: 10,
        addresses: ["2001:db8::1", "192.0.2.1", "192.0.2.2"],
        authenticated: false,
      },
      {
        name: "b.example.org",
        canonicalName: "b.example.org",
        preference: 20,
        addresses: ["192.0.2.3"],
        authenticated: false,
      },
    ],
  });
});

test("hosts of equal preference are drawn", async (t) => {
  const zone: DnsZone = { "example.org": { mx: [] } };
  const mx = ["a", "b", "c"].map((name) => ({ preference: 5, exchange: `${name}.example.org` }));
  zone["example.org"] = { mx };
  for (const { exchange } of mx) zone[exchange] = { a: ["192.0.2.1"] };
  const drawn = async (lots: number[]) => {
    const result = await hostsOf(t, zone, { random: () => lots.shift() ?? 0 });
    return result.kind === "hosts" ? result.hosts.map(({ name }) => name[0]).join("") : result.kind;
  };
  assert.equal(await drawn([0.1, 0.5, 0.9]), "abc");
  assert.equal(await drawn([0.9, 0.1, 0.5]), "bca");
  assert.equal(await drawn([0.5, 0.9, 0.1]), "cab");
});

test("a Null MX says that the domain takes no mail", async (t) => {
  const zone = { "example.org": { mx: [{ preference: 0, exchange: "." }], a: ["192.0.2.1"] } };
  assert.deepEqual(await hostsOf(t, zone), { kind: "null_mx" });
});

test("a Null MX beside a real one is passed over", async (t) => {
  const result = await hostsOf(t, {
    "example.org": {
      mx: [
        { preference: 0, exchange: "." },
        { preference: 10, exchange: "a.example.org" },
      ],
    },
    "a.example.org": { a: ["192.0.2.1"] },
  });
  assert.equal(result.kind === "hosts" && result.hosts.length, 1);
});

test("without any MX the domain's own addresses take the mail", async (t) => {
  const result = await hostsOf(t, { "example.org": { aaaa: ["2001:db8::5"] } });
  assert.deepEqual(result.kind === "hosts" && result.hosts[0]?.addresses, ["2001:db8::5"]);
  assert.equal(result.kind === "hosts" && result.hosts[0]?.name, "example.org");
});

test("where every MX leads nowhere the domain's own addresses are not used", async (t) => {
  for (const exchange of ["gone.example.org", "not a host"]) {
    const result = await hostsOf(t, {
      "example.org": { mx: [{ preference: 1, exchange }], a: ["192.0.2.1"] },
    });
    assert.deepEqual(result, { kind: "no_mail_host" });
  }
});

test("a domain that does not exist, one without addresses and one that cannot be asked are told apart", async (t) => {
  assert.deepEqual(await hostsOf(t, {}), { kind: "missing_domain" });
  assert.deepEqual(await hostsOf(t, { "example.org": { txt: ["x"] } }), { kind: "no_mail_host" });
  const failed = { kind: "failed", reason: "server_failure" };
  assert.deepEqual(await hostsOf(t, { "example.org": { fails: "SERVFAIL" } }), failed);
  assert.deepEqual(await hostsOf(t, { "example.org": { fails: { A: "SERVFAIL" } } }), failed);
});

test("a host that cannot be looked up now gives way to the next, and alone makes the mail wait", async (t) => {
  const first = { preference: 1, exchange: "broken.example.org" };
  const second = { preference: 2, exchange: "b.example.org" };
  const broken = { "broken.example.org": { fails: "SERVFAIL" } } as const;
  const both = await hostsOf(t, {
    ...broken,
    "example.org": { mx: [first, second] },
    "b.example.org": { a: ["192.0.2.1"] },
  });
  assert.deepEqual(both.kind === "hosts" && both.hosts.map(({ name }) => name), ["b.example.org"]);
  const alone = await hostsOf(t, { ...broken, "example.org": { mx: [first] } });
  assert.equal(alone.kind, "failed");
});

test("a host behind a CNAME keeps its name and tells where the addresses lie", async (t) => {
  const result = await hostsOf(t, {
    "example.org": { mx: [{ preference: 1, exchange: "alias.example.org" }] },
    "alias.example.org": { cname: "real.example.net" },
    "real.example.net": { a: ["192.0.2.9"] },
  });
  assert.equal(result.kind, "hosts");
  const [host] = result.kind === "hosts" ? result.hosts : [];
  assert.deepEqual([host?.name, host?.canonicalName], ["alias.example.org", "real.example.net"]);
});

test("a host counts as authenticated only if its MX and its addresses are", async (t) => {
  const mx = [{ preference: 1, exchange: "a.example.org" }];
  const authenticated = true;
  for (const [zone, expected] of [
    [{ "example.org": { mx }, "a.example.org": { a: ["192.0.2.1"] } }, true],
    [{ "example.org": { mx, authenticated: false }, "a.example.org": { a: ["192.0.2.1"] } }, false],
    [{ "example.org": { mx }, "a.example.org": { a: ["192.0.2.1"], authenticated: false } }, false],
    [{ "example.org": { mx }, "a.example.org": { a: ["192.0.2.1"], fails: { AAAA: "SERVFAIL" } } }, true],
  ] as [DnsZone, boolean][]) {
    const result = await hostsOf(t, zone, { authenticated });
    assert.equal(result.kind === "hosts" && result.hosts[0]?.authenticated, expected);
  }
});

test("at most ten hosts and twenty addresses are given, the preferred first", async (t) => {
  const mx = Array.from({ length: 15 }, (_, i) => ({ preference: i, exchange: `h${i}.example.org` }));
  const zone: DnsZone = { "example.org": { mx } };
  for (const { exchange } of mx) zone[exchange] = { a: ["192.0.2.1"] };
  const many = await hostsOf(t, zone);
  assert.equal(many.kind === "hosts" && many.hosts.length, 10);

  const a = Array.from({ length: 30 }, (_, i) => `192.0.2.${i}`);
  const wide = await hostsOf(t, { ...zone, "h0.example.org": { a } });
  assert.deepEqual(wide.kind === "hosts" && wide.hosts.map(({ addresses }) => addresses.length), [20]);
});

test("whatever the zone holds, hosts come in order of preference and none without an address", async () => {
  const preferences = fc.array(fc.nat(3), { minLength: 1, maxLength: 14 });
  await fc.assert(
    fc.asyncProperty(
      preferences,
      fc.infiniteStream(fc.double({ min: 0, max: 0.99, noNaN: true })),
      async (list, lots) => {
        const resolver = resolverOver(
          async (type, name) => {
            if (type === "AAAA") return { kind: "none", ttlSeconds: 1, authenticated: false };
            const records =
              type === "MX"
                ? list.map((preference, i) => ({ preference, exchange: `h${i}.test` }))
                : ["192.0.2.1"];
            const answer = {
              kind: "found",
              records,
              canonicalName: name,
              ttlSeconds: 1,
              authenticated: false,
            };
            return answer as never;
          },
          { clock: new ManualClock(new Date(0)) },
        );
        const result = await mailHosts(resolver, "example.org", () => lots.next().value as number);
        assert.equal(result.kind, "hosts");
        const hosts = result.kind === "hosts" ? result.hosts : [];
        const given = hosts.map(({ preference }) => preference);
        assert.deepEqual(given, [...list].sort((x, y) => x - y).slice(0, 10));
        assert.ok(hosts.every(({ addresses }) => addresses.length > 0));
      },
    ),
  );
});
