import assert from "node:assert/strict";
import { after, test } from "node:test";
import { type DnsZone, startDnsServer } from "../../../tests/support/dns-server.ts";
import { ManualClock } from "../../base/clock.ts";
import { createResolver } from "../../mail/dns/resolver.ts";
import { lookAtLinkHost } from "./link-host.ts";

const zone: DnsZone = {
  "links.shop.example": { cname: "Mail.Operator.example" },
  "else.shop.example": { cname: "mail.other.example" },
  "broken.shop.example": { fails: "SERVFAIL" },
};
const dns = await startDnsServer(zone);
after(() => dns.close());
const clock = new ManualClock(new Date("2026-11-23T10:00:00Z"));
const resolver = createResolver({ clock, servers: [dns.address], cacheEntriesMax: 0, timeoutMs: 500 });

const asked: string[] = [];
const answering = (isOurs: boolean) => async (url: string) => {
  asked.push(url);
  return isOurs;
};
const look = (host: string, isOurs = true, url = "https://mail.operator.example") =>
  lookAtLinkHost(resolver, host, url, answering(isOurs));

test("a host whose CNAME names us and that answers by https as we do is ready", async () => {
  assert.equal(await look("links.shop.example"), "ready");
  assert.deepEqual(asked, ["https://links.shop.example/u/x"]);
});

test("a host without a certificate, or behind which somebody else answers, is unreachable", async () => {
  assert.equal(await look("links.shop.example", false), "unreachable");
});

test("a host that names another, or none, or does not answer, waits, and is not asked", async () => {
  const before = asked.length;
  for (const host of ["else.shop.example", "none.shop.example", "broken.shop.example"])
    assert.equal(await look(host), "waiting", host);
  assert.equal(asked.length, before);
});

test("where readers come without TLS, as in development, the CNAME is enough", async () => {
  assert.equal(await look("links.shop.example", false, "http://mail.operator.example:8080"), "ready");
});
