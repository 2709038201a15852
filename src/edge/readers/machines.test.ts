import assert from "node:assert/strict";
import { test } from "node:test";
import { networksOf } from "../../base/ip.ts";
import { verdictOf } from "./machines.ts";

const chrome =
  "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36";

const people = [
  chrome,
  "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148",
  "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Thunderbird/128.4.0",
  "Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)",
  "YahooMailProxy; https://help.yahoo.com/kb/yahoo-mail-proxy-SLN28749.html",
  "Microsoft Office/16.0 (Windows NT 10.0; Microsoft Outlook 16.0.17928; Pro)",
];
for (const agent of people) {
  test(`${agent.slice(0, 60)} is a person`, () =>
    assert.equal(verdictOf("GET", { "user-agent": agent }), "people"));
}

const machines = [
  ...["", "Mozilla/5.0", "curl/8.5.0", "python-requests/2.32", "Go-http-client/2.0", "Wget/1.21"],
  ...[
    "Slackbot-LinkExpanding 1.0",
    "facebookexternalhit/1.1",
    "WhatsApp/2.23",
    "Mozilla/5.0 (compatible; bingbot/2.0)",
  ],
  ...[
    "Mozilla/5.0 HeadlessChrome/120",
    "Barracuda Sentinel (EE)",
    "Mozilla/5.0 (compatible; proofpoint)",
    "Mozilla/5.0 SafeLinks",
  ],
];
for (const agent of machines) {
  test(`"${agent}" is a machine`, () => assert.equal(verdictOf("GET", { "user-agent": agent }), "machine"));
}

test("a network that only machines ask from makes a machine of every agent, and no other network does", () => {
  const networks = networksOf(["192.0.2.0/24", "2001:db8::/32", "198.51.100.7"]);
  const asked = (from: string) => verdictOf("GET", { "user-agent": chrome }, from, networks);
  for (const from of ["192.0.2.9", "2001:db8::1", "198.51.100.7"]) assert.equal(asked(from), "machine");
  for (const from of ["192.0.3.9", "2001:db9::1", "198.51.100.8", "", "no address"])
    assert.equal(asked(from), "people");
});

test("who fetches ahead or wants the header alone is a machine, whatever it calls itself", () => {
  const browser = { "user-agent": chrome };
  assert.equal(verdictOf("HEAD", browser), "machine");
  assert.equal(verdictOf("GET", { ...browser, "sec-purpose": "prefetch;prerender" }), "machine");
  assert.equal(verdictOf("GET", { ...browser, purpose: "prefetch" }), "machine");
  assert.equal(verdictOf("GET", { ...browser, "x-moz": "prefetch" }), "machine");
  assert.equal(verdictOf("GET", {}), "machine");
});
