import assert from "node:assert/strict";
import { after, test } from "node:test";
import { type DnsZone, startDnsServer } from "../../../tests/support/dns-server.ts";
import { SystemClock } from "../../base/clock.ts";
import { createResolver } from "../../mail/dns/resolver.ts";
import { type CheckSubject, checkDomain } from "./check.ts";
import { type DomainReport, emptyReport, openReport } from "./report.ts";

const key = "k=rsa; p=MIGf";
const subject: CheckSubject = {
  name: "shop.test",
  ownershipToken: "0123456789abcdef",
  selector: "facteur-1",
  dkimRecordValue: key,
  ed25519RecordValue: null,
};
const operator = {
  spfInclude: "spf.facteur.test",
  returnPathTarget: "bounce.facteur.test",
  sourceAddresses: [],
};
const dkimName = "facteur-1._domainkey.shop.test";

const zone: DnsZone = {};
const server = await startDnsServer(zone);
after(() => server.close());
const resolver = createResolver({
  clock: new SystemClock(),
  servers: [server.address],
  validating: false,
  cacheEntriesMax: 0,
});

async function check(records: DnsZone, change: Partial<CheckSubject> = {}): Promise<DomainReport> {
  for (const name of Object.keys(zone)) delete zone[name];
  Object.assign(zone, records);
  return checkDomain(resolver, { ...subject, ...change }, operator);
}

const dkimCases: [what: string, txt: string[], status: string, advice: RegExp][] = [
  ["the right key", [`v=DKIM1; ${key}`], "ok", /can be verified/],
  ["no record", [], "missing", /^Publish this TXT record at facteur-1\._domainkey\.shop\.test/],
  ["the right key in test mode", [`${key}; t=y`], "wrong", /t=y makes receivers treat the mail as unsigned/],
  ["a withdrawn key", ["v=DKIM1; p="], "wrong", /an empty p=, which says that the key was withdrawn/],
  ["two records", [key, "k=rsa; p=AAAA"], "wrong", /There are 2 TXT records .* Leave only this one/],
  ["another key", ["k=rsa; p=AAAA"], "wrong", /holds another key/],
  ["a key for other uses", [`${key}; s=tlsrpt`], "wrong", /forbids the use of this one for mail/],
  ["something else", ["hello"], "wrong", /cannot be read as a DKIM key/],
];

for (const [what, txt, status, advice] of dkimCases) {
  test(`DKIM: ${what} is told with what to do`, async () => {
    const { dkim } = await check(txt.length === 0 ? {} : { [dkimName]: { txt } });
    assert.equal(dkim.status, status);
    assert.match(dkim.advice, advice);
    assert.deepEqual(dkim.found, txt);
    assert.deepEqual(dkim.expected, { type: "TXT", name: dkimName, value: key });
  });
}

test("DKIM: no answer is not taken for a missing record", async () => {
  const { dkim } = await check({ [dkimName]: { fails: "SERVFAIL" } });
  assert.equal(dkim.status, "unknown");
});

test("a second key has a record of its own, and its own state", async () => {
  const value = "k=ed25519; p=AAAA";
  const name = "facteur-1e._domainkey.shop.test";
  assert.equal((await check({})).dkimEd25519, null);
  const missing = await check({ [dkimName]: { txt: [key] } }, { ed25519RecordValue: value });
  assert.deepEqual([missing.dkim.status, missing.dkimEd25519?.status], ["ok", "missing"]);
  assert.deepEqual(missing.dkimEd25519?.expected, { type: "TXT", name, value });
  const { dkimEd25519 } = await check({ [name]: { txt: [value] } }, { ed25519RecordValue: value });
  assert.equal(dkimEd25519?.status, "ok");
});

test("DMARC: a record that receivers pass over is named, whatever holds instead", async () => {
  const twice = { "_dmarc.shop.test": { txt: ["v=DMARC1; p=none", "v=DMARC1; p=reject"] } };
  const { dmarc } = await check(twice);
  assert.equal(dmarc.status, "wrong");
  assert.match(dmarc.advice, /more than one DMARC record at _dmarc\.shop\.test, so receivers use none/);
  const unreadable = await check(
    {
      "_dmarc.mail.shop.test": { txt: ["v=DMARC1; p none"] },
      "_dmarc.shop.test": { txt: ["v=DMARC1; p=reject"] },
    },
    { name: "mail.shop.test" },
  );
  assert.equal(unreadable.dmarc.status, "wrong");
  assert.match(unreadable.dmarc.advice, /_dmarc\.mail\.shop\.test cannot be read, so receivers ignore it/);
  assert.match(unreadable.dmarc.advice, /The policy of shop\.test holds: reject/);
  assert.deepEqual(unreadable.dmarc.found, ["v=DMARC1; p=reject"]);
  assert.deepEqual(unreadable.dmarc.advices, [
    { code: "dmarc_malformed", name: "_dmarc.mail.shop.test", value: "" },
    { code: "dmarc_policy", name: "shop.test", value: "reject" },
  ]);
});

test("DMARC: a record without a valid policy does not count as one", async () => {
  const { dmarc } = await check({ "_dmarc.shop.test": { txt: ["v=DMARC1; p=maybe"] } });
  assert.deepEqual(
    [dmarc.status, dmarc.advice],
    ["wrong", "The record of shop.test names no valid policy (p=), so receivers do nothing with it."],
  );
});

test("a report that was stored without codes is read with its sentences", () => {
  const { advices, ...stored } = emptyReport.spf;
  assert.deepEqual(advices, [{ code: "not_checked", name: "", value: "" }]);
  const report = openReport({ ...emptyReport, spf: stored as typeof emptyReport.spf });
  assert.deepEqual([report.spf.advice, report.spf.advices], ["Not checked yet.", []]);
  assert.equal(report.dkimEd25519, null);
});

test("DMARC: a good record and a missing one are told as before", async () => {
  const { dmarc } = await check({ "_dmarc.shop.test": { txt: ["v=DMARC1; p=quarantine"] } });
  assert.deepEqual([dmarc.status, dmarc.advice], ["ok", "The policy of shop.test holds: quarantine."]);
  const none = await check({});
  assert.equal(none.dmarc.status, "missing");
  assert.match(none.dmarc.advice, /^Large receivers want a DMARC record/);
});
