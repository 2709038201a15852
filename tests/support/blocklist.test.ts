import assert from "node:assert/strict";
import { test } from "node:test";
import { countedHtml, ReaderLinks } from "../../src/core/tracking/index.ts";
import { blockedIn, readBlocklist } from "./blocklist.ts";

// Shapes of the rules that public lists have for mail, said here in our own words: paths and queries that programs for
// mailings are known by, on any host or on hosts that are named as theirs usually are.
const shapes = readBlocklist(`! A comment
://email.*/o/$image
://clicks.*/q/
/open?
/track/open
/pixel.gif
/wf/open?upn=
/e/o/*$image
^open^$image
-track-email-
||counter.example^
@@/allowed/open?
##.banner`);

const picture = (url: string) => `<img src="${url}" width="1">`;
const link = (url: string) => `<a href="${url}">x</a>`;
const cases: [html: string, rule: string | null][] = [
  [picture("https://email.shop.example/o/abc"), "://email.*/o/$image"],
  [link("https://email.shop.example/o/abc"), null],
  [link("https://clicks.shop.example/q/abc"), "://clicks.*/q/"],
  [picture("https://shop.example/wf/open?upn=abc"), "/open?"],
  [picture("https://a.counter.example/x.png"), "||counter.example^"],
  [picture("https://notcounter.example/x.png"), null],
  [picture("https://shop.example/logo.png"), null],
];
for (const [html, rule] of cases) {
  test(`${html} is ${rule === null ? "allowed" : `forbidden by ${rule}`}`, () => {
    assert.equal(blockedIn(html, shapes)[0]?.rule ?? null, rule);
  });
}

const hosts = ["mail.example.org", "email.shop.example", "clicks.shop.example", "links.shop.example"];
const html = `<body>${link("https://shop.example/sale?a=1&amp;b=2")}</body>`;
for (const host of hosts) {
  test(`counting without telling readers apart matches none of them, on ${host}`, () => {
    const links = new ReaderLinks(
      { sealToken: (_purpose, octets) => octets.toString("base64url") },
      () => `https://${host}`,
    );
    const of = { accountId: 7n, campaignId: null, reader: null };
    const click = (target: string, position: number) => links.click(of, position, target);
    const counted = countedHtml(html, { click, open: links.open(of) });
    assert.match(counted, /<img src=/);
    assert.deepEqual(blockedIn(counted, shapes), []);
  });
}
