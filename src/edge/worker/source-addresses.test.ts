import assert from "node:assert/strict";
import { after, test } from "node:test";
import { testDatabase } from "../../../tests/support/database.ts";
import { ManualClock } from "../../base/clock.ts";
import { createLog } from "../../base/log.ts";
import { limitsOf, type Site } from "../../core/delivery/index.ts";
import { SourceAddresses, type SourceOptions } from "./source-addresses.ts";

const { database } = await testDatabase({ after });
const dayMs = 86_400_000;
let day = Date.parse("2026-01-01");

// Each test has a day of its own, so that none uses up another's share.
function sourcesOf(sourceAddresses: string[], newOnes: string[] = sourceAddresses) {
  day += 100 * dayMs;
  const clock = new ManualClock(new Date(day));
  const startedOn = new Date(day).toISOString().slice(0, 10);
  const warmUps = newOnes.map((address) => ({ address, startedOn }));
  const options: SourceOptions = {
    database,
    clock,
    random: () => 0,
    log: createLog({ level: "silent" }),
    sourceAddresses,
    warmUps,
  };
  return { clock, sources: new SourceAddresses(options), other: new SourceAddresses(options) };
}

function siteOf(audience: string | null, addresses = ["198.51.100.1"]): Site {
  const target = { host: "mx", port: 25, implicitTls: false, tlsName: "", auth: null };
  const targets = addresses.map((address) => ({ ...target, address, tls: { mode: "off" as const } }));
  return { key: "mx", limits: limitsOf([]), targets, audience };
}

async function spendAll(sources: SourceAddresses, site: Site): Promise<string[]> {
  const used: string[] = [];
  for (;;) {
    const source = await sources.choose(site, site.targets[0]?.address ?? "");
    if (source === null) return used;
    while (await source.spend()) used.push(source.address ?? "");
  }
}

test("without source addresses the system chooses and nothing is limited", async () => {
  const { sources } = sourcesOf([]);
  const source = await sources.choose(siteOf("google"), "198.51.100.1");
  assert.equal(source?.address, undefined);
  for (let count = 0; count < 100; count++) assert.ok(await source?.spend());
  assert.equal(sources.isSpent(siteOf("google")), false);
});

test("a new address sends a provider its share, and is known to be spent then", async () => {
  const { sources } = sourcesOf(["192.0.2.1"]);
  assert.equal((await spendAll(sources, siteOf("google"))).length, 50);
  assert.equal(sources.isSpent(siteOf("google")), true);
  assert.equal(sources.isSpent(siteOf("yahoo")), false);
});

test("what did not go after all is not counted", async () => {
  const { sources } = sourcesOf(["192.0.2.1"]);
  const source = await sources.choose(siteOf("google"), "198.51.100.1");
  for (let count = 0; count < 10; count++) {
    assert.ok(await source?.spend());
    source?.takeBack();
  }
  await source?.giveBack();
  assert.equal((await spendAll(sources, siteOf("google"))).length, 50);
});

test("nodes share the share", async () => {
  const { sources, other } = sourcesOf(["192.0.2.1"]);
  const source = await sources.choose(siteOf("google"), "198.51.100.1");
  assert.ok(await source?.spend());
  assert.equal((await spendAll(other, siteOf("google"))).length, 49);
});

test("the next day brings a new share", async () => {
  const { sources, clock } = sourcesOf(["192.0.2.1"]);
  await spendAll(sources, siteOf("google"));
  clock.advance(dayMs);
  assert.equal(sources.isSpent(siteOf("google")), false);
  assert.equal((await spendAll(sources, siteOf("google"))).length, 100);
});

test("an address with room is used when the first has none", async () => {
  const { sources } = sourcesOf(["192.0.2.1", "192.0.2.2"]);
  const used = await spendAll(sources, siteOf("google"));
  assert.deepEqual([...new Set(used)], ["192.0.2.1", "192.0.2.2"]);
  assert.equal(used.length, 100);
});

test("an address that is not new has no limit, and takes over when the new ones are spent", async () => {
  const { sources } = sourcesOf(["192.0.2.1", "192.0.2.2"], ["192.0.2.1"]);
  for (let count = 0; count < 60; count++) {
    const source = await sources.choose(siteOf("google"), "198.51.100.1");
    assert.ok(await source?.spend());
    assert.equal(source?.address, count < 50 ? "192.0.2.1" : "192.0.2.2");
  }
  assert.equal(sources.isSpent(siteOf("google")), false);
});

test("a server that the operator has named is not limited", async () => {
  const { sources } = sourcesOf(["192.0.2.1"]);
  const source = await sources.choose(siteOf(null), "198.51.100.1");
  for (let count = 0; count < 60; count++) assert.ok(await source?.spend());
  assert.equal(sources.isSpent(siteOf(null)), false);
});

test("what a connection did not use is there for the next one", async () => {
  const { sources, clock } = sourcesOf(["192.0.2.1"]);
  clock.advance(20 * dayMs); // portions of 53 messages
  const first = await sources.choose(siteOf("google"), "198.51.100.1");
  assert.ok(await first?.spend());
  await first?.giveBack();
  const used = await spendAll(sources, siteOf("google"));
  const cap = Math.floor(50 * 16 * 1.3 ** 16);
  assert.equal(used.length, cap - 1);
});

test("a destination is spent only when no family of addresses has room", async () => {
  const { sources } = sourcesOf(["192.0.2.1", "2001:db8::1"]);
  const site = siteOf("google", ["198.51.100.1", "2001:db8::2"]);
  await spendAll(sources, site);
  assert.equal(sources.isSpent(site), false);
  assert.equal((await sources.choose(site, "2001:db8::2"))?.address, "2001:db8::1");
});
