import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { type DnsZone, startDnsServer } from "../../../tests/support/dns-server.ts";
import { ManualClock } from "../../base/clock.ts";
import { type MailHost, mailHosts } from "../dns/mail-hosts.ts";
import { createResolver } from "../dns/resolver.ts";
import type { StsPolicy } from "../mta-sts/policy.ts";
import type { TlsPolicy } from "../smtp/tls.ts";
import { tlsPolicyFor } from "./decide.ts";
import { lookUpTlsa, type TlsaLookup } from "./lookup.ts";

const now = new Date("2026-03-01T00:00:00Z");
const domain = "example.org";
const host: MailHost = {
  name: "mx.example.org",
  canonicalName: "mx.example.org",
  preference: 10,
  addresses: ["192.0.2.1"],
  authenticated: true,
};
const record = { usage: 3, selector: 1, matchingType: 1, data: Buffer.alloc(32) };
const none: TlsaLookup = { kind: "none" };
const usable: TlsaLookup = { kind: "found", records: [record], baseDomain: "mx.example.org" };
const unusable: TlsaLookup = { kind: "found", records: [], baseDomain: "mx.example.org" };
const failed: TlsaLookup = { kind: "failed", reason: "server_failure" };
const sts = (mode: StsPolicy["mode"], mx = "*.example.org"): StsPolicy => ({
  mode,
  mx: [mx],
  maxAgeSeconds: 1,
});
const decide = (tlsa: TlsaLookup, policy?: StsPolicy) =>
  tlsPolicyFor({ domain, host, tlsa, sts: policy, now });

test("without DANE and MTA-STS encryption is taken where offered", () => {
  assert.deepEqual(decide(none), { mode: "opportunistic" });
});

test("a policy in force demands a certificate for the host, one in testing or withdrawn demands nothing", () => {
  assert.deepEqual(decide(none, sts("enforce")), { mode: "require_pkix", names: ["mx.example.org"] });
  assert.deepEqual(decide(none, sts("testing")), { mode: "opportunistic" });
  assert.deepEqual(decide(none, sts("none")), { mode: "opportunistic" });
});

test("a host that a policy in force does not name is avoided", () => {
  assert.deepEqual(decide(none, sts("enforce", "mx.example.net")), {
    mode: "avoid",
    reason: "not_in_sts_policy",
  });
  assert.deepEqual(decide(none, sts("testing", "mx.example.net")), { mode: "opportunistic" });
});

test("DANE beats MTA-STS, also for a host the policy does not name", () => {
  for (const policy of [undefined, sts("enforce"), sts("enforce", "mx.example.net")]) {
    const decision = decide(usable, policy);
    assert.equal(decision.mode, "dane");
    assert.deepEqual(decision.mode === "dane" && decision.records, [record]);
  }
});

test("unusable TLSA records demand encryption, and leave the rest to MTA-STS", () => {
  const alone = decide(unusable);
  assert.equal(alone.mode === "dane" && alone.records.length, 0);
  assert.equal(decide(unusable, sts("testing")).mode, "dane");
  assert.equal(decide(unusable, sts("enforce")).mode, "require_pkix");
});

test("a host whose TLSA records cannot be asked for is avoided, whatever MTA-STS says", () => {
  for (const policy of [undefined, sts("enforce")]) {
    assert.deepEqual(decide(failed, policy), { mode: "avoid", reason: "tlsa_unknown" });
  }
});

test("every decision but to avoid is a policy of the SMTP client", () => {
  for (const decision of [decide(none), decide(usable), decide(none, sts("enforce"))]) {
    assert.notEqual(decision.mode, "avoid");
    if (decision.mode !== "avoid") {
      const policy: TlsPolicy = decision;
      assert.equal(policy.mode, decision.mode);
    }
  }
});

const tlsa = [{ usage: 3, selector: 1, matchingType: 1, certificate: Buffer.alloc(32) }];
const mx = [{ preference: 1, exchange: "mx.example.org" }];

/** Looks the domain's only mail host up, and then its records, at a resolver that validates. */
async function found(t: TestContext, zone: DnsZone, authenticated = true) {
  const server = await startDnsServer(zone, { authenticated });
  t.after(() => server.close());
  const clock = new ManualClock(now);
  const resolver = createResolver({ clock, servers: [server.address], validating: true, timeoutMs: 500 });
  const result = await mailHosts(resolver, domain, () => 0);
  assert.equal(result.kind, "hosts");
  const [first] = result.kind === "hosts" ? result.hosts : [];
  const lookup = await lookUpTlsa(resolver, first!);
  const asked = server.queries.filter(({ type }) => type === "TLSA").map(({ name }) => name);
  return { lookup, asked };
}

test("the TLSA records of an authenticated host are found", async (t) => {
  const zone = {
    "example.org": { mx },
    "mx.example.org": { a: ["192.0.2.1"] },
    "_25._tcp.mx.example.org": { tlsa },
  };
  const { lookup } = await found(t, zone);
  assert.deepEqual(lookup, usable);
});

test("a host that is not authenticated is not asked about", async (t) => {
  const zone = {
    "example.org": { mx },
    "mx.example.org": { a: ["192.0.2.1"] },
    "_25._tcp.mx.example.org": { tlsa },
  };
  const { lookup, asked } = await found(t, zone, false);
  assert.deepEqual(lookup, none);
  assert.deepEqual(asked, []);
});

test("records without the AD bit do not count", async (t) => {
  const { lookup } = await found(t, {
    "example.org": { mx },
    "mx.example.org": { a: ["192.0.2.1"] },
    "_25._tcp.mx.example.org": { tlsa, authenticated: false },
  });
  assert.deepEqual(lookup, none);
});

test("a failing question about TLSA is a failure, an answered absence is not", async (t) => {
  const zone: DnsZone = { "example.org": { mx }, "mx.example.org": { a: ["192.0.2.1"] } };
  assert.deepEqual((await found(t, zone)).lookup, none);
  assert.deepEqual(
    (await found(t, { ...zone, "_25._tcp.mx.example.org": { fails: "SERVFAIL" } })).lookup,
    failed,
  );
});

test("the end of a CNAME chain is asked about first, then the name itself", async (t) => {
  const zone: DnsZone = {
    "example.org": { mx },
    "mx.example.org": { cname: "real.example.net" },
    "real.example.net": { a: ["192.0.2.1"] },
  };
  const first = await found(t, { ...zone, "_25._tcp.real.example.net": { tlsa } });
  assert.equal(first.lookup.kind === "found" && first.lookup.baseDomain, "real.example.net");
  const second = await found(t, { ...zone, "_25._tcp.mx.example.org": { tlsa } });
  assert.equal(second.lookup.kind === "found" && second.lookup.baseDomain, "mx.example.org");
  assert.deepEqual(second.asked, ["_25._tcp.real.example.net", "_25._tcp.mx.example.org"]);
});
