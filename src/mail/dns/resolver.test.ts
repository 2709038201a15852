import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { type DnsServerOptions, type DnsZone, startDnsServer } from "../../../tests/support/dns-server.ts";
import { ManualClock } from "../../base/clock.ts";
import { createResolver, type ResolverOptions, resolverOver } from "./resolver.ts";
import { systemAsker } from "./system.ts";

const start = new Date("2026-03-01T00:00:00Z");

async function setUp(
  t: TestContext,
  zone: DnsZone,
  options: { server?: DnsServerOptions; resolver?: Partial<ResolverOptions> } = {},
) {
  const server = await startDnsServer(zone, options.server);
  t.after(() => server.close());
  const clock = new ManualClock(start);
  const resolver = createResolver({ clock, servers: [server.address], timeoutMs: 500, ...options.resolver });
  return { server, clock, resolver };
}

test("every kind of record is read", async (t) => {
  const certificate = Buffer.from("00ff", "hex");
  const { resolver } = await setUp(t, {
    "example.org": {
      mx: [
        { preference: 10, exchange: "MX1.example.org" },
        { preference: 0, exchange: "." },
      ],
      a: ["192.0.2.1", "192.0.2.2"],
      aaaa: ["2001:db8::1"],
      txt: ["v=spf1 -all", ["two ", "parts"]],
    },
    "www.example.org": { cname: "example.org" },
    "1.2.0.192.in-addr.arpa": { ptr: ["mx1.example.org"] },
    "_25._tcp.mx1.example.org": { tlsa: [{ usage: 3, selector: 1, matchingType: 1, certificate }] },
  });
  const records = async (asked: Promise<{ kind: string; records?: unknown }>): Promise<unknown> => {
    const answer = await asked;
    assert.equal(answer.kind, "found");
    return answer.records;
  };
  assert.deepEqual(await records(resolver.mx("Example.org.")), [
    { preference: 10, exchange: "mx1.example.org" },
    { preference: 0, exchange: "" },
  ]);
  assert.deepEqual(await records(resolver.a("example.org")), ["192.0.2.1", "192.0.2.2"]);
  assert.deepEqual(await records(resolver.aaaa("example.org")), ["2001:db8::1"]);
  assert.deepEqual(await records(resolver.txt("example.org")), [["v=spf1 -all"], ["two ", "parts"]]);
  assert.deepEqual(await records(resolver.cname("www.example.org")), ["example.org"]);
  assert.deepEqual(await records(resolver.ptr("192.0.2.1")), ["mx1.example.org"]);
  assert.deepEqual(await records(resolver.tlsa("_25._tcp.mx1.example.org")), [
    { usage: 3, selector: 1, matchingType: 1, data: certificate },
  ]);
});

test("a name without the type, a name that does not exist and a server that fails are told apart", async (t) => {
  const { resolver } = await setUp(t, {
    "a.example.org": { a: ["192.0.2.1"] },
    "broken.example.org": { fails: "SERVFAIL" },
    "refused.example.org": { fails: "REFUSED" },
  });
  assert.equal((await resolver.mx("a.example.org")).kind, "none");
  assert.equal((await resolver.mx("example.org")).kind, "none");
  assert.equal((await resolver.mx("b.example.org")).kind, "missing");
  assert.deepEqual(await resolver.mx("broken.example.org"), { kind: "failed", reason: "server_failure" });
  assert.deepEqual(await resolver.mx("refused.example.org"), { kind: "failed", reason: "server_failure" });
});

test("a name that cannot exist is missing without a question", async (t) => {
  const { resolver, server } = await setUp(t, {});
  assert.equal((await resolver.mx("a..b")).kind, "missing");
  assert.equal((await resolver.ptr("not an address")).kind, "missing");
  assert.deepEqual(server.queries, []);
});

test("a silent server is asked once more and then given up", async (t) => {
  const { resolver, server } = await setUp(
    t,
    { "example.org": { fails: "SILENCE" } },
    { resolver: { timeoutMs: 50 } },
  );
  assert.deepEqual(await resolver.a("example.org"), { kind: "failed", reason: "timeout" });
  assert.equal(server.queries.length, 2);
});

test("where the first server is dead the second answers", async (t) => {
  const second = await startDnsServer({ "example.org": { a: ["192.0.2.1"] } });
  t.after(() => second.close());
  const first = await startDnsServer({});
  await first.close();
  const resolver = createResolver({
    clock: new ManualClock(start),
    servers: [first.address, second.address],
    timeoutMs: 500,
  });
  assert.equal((await resolver.a("example.org")).kind, "found");
});

test("nobody listening is a temporary failure", async () => {
  const gone = await startDnsServer({});
  await gone.close();
  const resolver = createResolver({ clock: new ManualClock(start), servers: [gone.address], timeoutMs: 200 });
  assert.equal((await resolver.a("example.org")).kind, "failed");
});

test("an answer that does not fit a datagram is fetched over TCP", async (t) => {
  const text = "x".repeat(3000);
  const { resolver, server } = await setUp(t, { "example.org": { txt: [text], truncated: true } });
  const answer = await resolver.txt("example.org");
  assert.equal(answer.kind === "found" && answer.records[0]?.join(""), text);
  assert.deepEqual(
    server.queries.map(({ transport }) => transport),
    ["udp", "tcp"],
  );
});

test("a server that refuses EDNS is asked without it", async (t) => {
  const { resolver } = await setUp(
    t,
    { "example.org": { a: ["192.0.2.1"] } },
    { server: { refusesEdns: true } },
  );
  assert.equal((await resolver.a("example.org")).kind, "found");
});

test("a CNAME chain ends at the name that holds the records and lives as long as its shortest link", async (t) => {
  const { resolver } = await setUp(t, {
    "a.example.org": { cname: "B.example.org", ttlSeconds: 40 },
    "b.example.org": { cname: "c.example.org" },
    "c.example.org": { a: ["192.0.2.3"], ttlSeconds: 60 },
  });
  assert.deepEqual(await resolver.a("a.example.org"), {
    kind: "found",
    records: ["192.0.2.3"],
    canonicalName: "c.example.org",
    ttlSeconds: 40,
    authenticated: false,
  });
  assert.equal((await resolver.mx("a.example.org")).kind, "none");
});

test("a CNAME loop ends", async (t) => {
  const { resolver } = await setUp(t, {
    "a.example.org": { cname: "b.example.org" },
    "b.example.org": { cname: "a.example.org" },
  });
  assert.equal((await resolver.a("a.example.org")).kind, "none");
});

test("the AD bit counts only when the servers are said to validate", async (t) => {
  const zone = { "example.org": { a: ["192.0.2.1"] } };
  for (const [ad, validating, expected] of [
    [true, true, true],
    [true, false, false],
    [false, true, false],
  ] as const) {
    const { resolver } = await setUp(t, zone, { server: { authenticated: ad }, resolver: { validating } });
    for (const answer of [
      await resolver.a("example.org"),
      await resolver.mx("example.org"),
      await resolver.a("no.test"),
    ]) {
      assert.equal(answer.kind !== "failed" && answer.authenticated, expected);
    }
  }
});

test("an answer is kept for its TTL", async (t) => {
  const { resolver, server, clock } = await setUp(t, { "example.org": { a: ["192.0.2.1"], ttlSeconds: 60 } });
  await resolver.a("example.org");
  clock.advance(59_999);
  await resolver.a("EXAMPLE.org");
  assert.equal(server.queries.length, 1);
  clock.advance(1);
  await resolver.a("example.org");
  assert.equal(server.queries.length, 2);
});

test("an absence is kept as the zone says, but at most five minutes", async (t) => {
  for (const [negativeTtlSeconds, keptMs] of [
    [30, 30_000],
    [86_400, 300_000],
  ] as const) {
    const { resolver, server, clock } = await setUp(t, {}, { server: { negativeTtlSeconds } });
    await resolver.a("example.org");
    clock.advance(keptMs - 1);
    await resolver.a("example.org");
    assert.equal(server.queries.length, 1);
    clock.advance(1);
    await resolver.a("example.org");
    assert.equal(server.queries.length, 2);
  }
});

test("a failure is kept for five seconds only", async (t) => {
  const zone: DnsZone = { "example.org": { fails: "SERVFAIL" } };
  const { resolver, clock } = await setUp(t, zone);
  await resolver.a("example.org");
  zone["example.org"] = { a: ["192.0.2.1"] };
  clock.advance(4_999);
  assert.equal((await resolver.a("example.org")).kind, "failed");
  clock.advance(1);
  assert.equal((await resolver.a("example.org")).kind, "found");
});

test("the same question asked many times at once is sent once", async (t) => {
  const { resolver, server } = await setUp(t, { "example.org": { a: ["192.0.2.1"], delayMs: 20 } });
  await Promise.all(Array.from({ length: 50 }, () => resolver.a("example.org")));
  assert.equal(server.queries.length, 1);
});

test("a resolver without memory asks each time", async (t) => {
  const { resolver, server } = await setUp(t, {}, { resolver: { cacheEntriesMax: 0 } });
  await resolver.a("example.org");
  await resolver.a("example.org");
  assert.equal(server.queries.length, 2);
});

test("a full memory forgets what was unused longest", async () => {
  let asked: string[] = [];
  const resolver = resolverOver(
    async (_type, name) => {
      asked.push(name);
      return { kind: "missing", ttlSeconds: 60, authenticated: false };
    },
    { clock: new ManualClock(start), cacheEntriesMax: 2 },
  );
  for (const name of ["a.test", "b.test", "a.test", "c.test"]) await resolver.a(name);
  asked = [];
  for (const name of ["a.test", "c.test", "b.test"]) await resolver.a(name);
  assert.deepEqual(asked, ["b.test"]);
});

test("a thousand questions at once are all answered", async (t) => {
  const { resolver } = await setUp(t, {}, { resolver: { timeoutMs: 3_000 } });
  const answers = await Promise.all(Array.from({ length: 1000 }, (_, i) => resolver.a(`h${i}.test`)));
  assert.deepEqual([...new Set(answers.map(({ kind }) => kind))], ["missing"]);
});

test("a server that is not host:port is refused", () => {
  for (const server of ["", "a:b", "1.2.3.4:0", "1.2.3.4:70000", "[::1", "a:1:2"]) {
    const make = () => createResolver({ clock: new ManualClock(start), servers: [server] });
    assert.throws(make, { code: "resolver_invalid" }, server);
  }
});

test("through node:dns the same outcomes are told apart", async (t) => {
  const server = await startDnsServer({
    "example.org": {
      mx: [{ preference: 5, exchange: "mx.example.org" }],
      a: ["192.0.2.1"],
      txt: [["a", "b"]],
      ttlSeconds: 77,
    },
    "null.example.org": { mx: [{ preference: 0, exchange: "." }] },
    "broken.example.org": { fails: "SERVFAIL" },
    "1.2.0.192.in-addr.arpa": { ptr: ["mx.example.org"] },
    "_25._tcp.mx.example.org": {
      tlsa: [{ usage: 3, selector: 1, matchingType: 1, certificate: Buffer.from("ab") }],
    },
  });
  t.after(() => server.close());
  const ask = systemAsker({ timeoutMs: 500, servers: [server.address] });
  const resolver = resolverOver(ask, { clock: new ManualClock(start) });
  const found = { kind: "found", authenticated: false };
  assert.deepEqual(await resolver.mx("example.org"), {
    ...found,
    canonicalName: "example.org",
    ttlSeconds: undefined,
    records: [{ preference: 5, exchange: "mx.example.org" }],
  });
  assert.deepEqual(await resolver.a("example.org"), {
    ...found,
    canonicalName: "example.org",
    ttlSeconds: 77,
    records: ["192.0.2.1"],
  });
  const nullMx = await resolver.mx("null.example.org");
  assert.deepEqual(nullMx.kind === "found" && nullMx.records, [{ preference: 0, exchange: "" }]);
  const txt = await resolver.txt("example.org");
  assert.deepEqual(txt.kind === "found" && txt.records, [["a", "b"]]);
  const ptr = await resolver.ptr("192.0.2.1");
  assert.deepEqual(ptr.kind === "found" && ptr.records, ["mx.example.org"]);
  const tlsa = await resolver.tlsa("_25._tcp.mx.example.org");
  assert.deepEqual(tlsa.kind === "found" && tlsa.records[0]?.data, Buffer.from("ab"));
  assert.equal((await resolver.aaaa("example.org")).kind, "none");
  assert.equal((await resolver.a("no.example.org")).kind, "missing");
  assert.deepEqual(await resolver.a("broken.example.org"), { kind: "failed", reason: "server_failure" });
});
