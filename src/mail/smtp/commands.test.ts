import assert from "node:assert/strict";
import { test } from "node:test";

import fc from "fast-check";

import { isPathSafe, mailCommand, rcptCommand } from "./commands.ts";
import { noOffers } from "./offers.ts";

const rfc822 = (address: string) => ({ type: "rfc822", address });
const generous = { ...noOffers, size: true, dsn: true, eightBitMime: true, smtpUtf8: true };

test("addresses of all forms can be named", () => {
  for (const address of [
    "a@b.example",
    "first.last+tag=x@b.example",
    '"two words"@b.example',
    '"a>b\\"c@d"@b.example',
    "jörg@müller.example",
    "a@[192.0.2.1]",
    "a@[IPv6:2001:db8::1]",
  ]) {
    assert.ok(isPathSafe(address), address);
  }
});

test("an address that could break out of its command is not safe", () => {
  for (const address of [
    "",
    "a",
    "a@b@c",
    "a b@c.example",
    "a@b.example> SIZE=1",
    "a@b.example\r\nDATA",
    "a@b.example\n",
    '"a\r\n"@b.example',
    '"a@b.example',
    "a\u0085b@c.example",
    "a\0@b.example",
    "<a@b.example>",
    `${"a".repeat(250)}@b.example`,
    "\ud800@b.example",
  ]) {
    assert.ok(!isPathSafe(address), JSON.stringify(address));
  }
});

test("no safe address holds a line end, or a bracket outside quotes", () => {
  const tricky = fc.string({
    unit: fc.constantFrom("a", "@", '"', "\\", "<", ">", " ", "\r", "\n", "."),
    maxLength: 20,
  });
  fc.assert(
    fc.property(tricky, (text) => {
      const address = `${text}@b.example`;
      if (!isPathSafe(address)) return;
      assert.doesNotMatch(address, /[\r\n]/);
      assert.doesNotMatch(address.replace(/"(?:[^"\\]|\\.)*"/, ""), /[<> ]/);
    }),
    { numRuns: 2_000 },
  );
});

test("MAIL carries what the peer offers and the message needs", () => {
  const envelope = { from: "a@b.example", dsn: { ret: "headers", envelopeId: "id+1 é" } } as const;
  const message = { envelope, sizeBytes: 42, hasEightBit: true, isUtf8: true };
  assert.equal(
    mailCommand({ ...message, offers: generous }),
    "MAIL FROM:<a@b.example> SIZE=42 BODY=8BITMIME SMTPUTF8 RET=HDRS ENVID=id+2B1+20+C3+A9\r\n",
  );
  const plain = { ...message, envelope: { from: "" }, hasEightBit: false, isUtf8: false };
  assert.equal(mailCommand({ ...plain, offers: noOffers }), "MAIL FROM:<>\r\n");
});

test("RCPT asks for delivery reports only where they are offered", () => {
  const dsn = { notify: ["failure", "delay"], originalRecipient: rfc822("x+y@b.example") } as const;
  assert.equal(
    rcptCommand("a@b.example", dsn, generous),
    "RCPT TO:<a@b.example> NOTIFY=FAILURE,DELAY ORCPT=rfc822;x+2By@b.example\r\n",
  );
  assert.equal(rcptCommand("a@b.example", dsn, noOffers), "RCPT TO:<a@b.example>\r\n");
  const foreign = { notify: "never", originalRecipient: rfc822("jörg@b.example") } as const;
  assert.match(
    rcptCommand("a@b.example", foreign, generous),
    / NOTIFY=NEVER ORCPT=utf-8;j\\x\{F6\}rg@b\.example\r\n$/,
  );
  const other = { originalRecipient: { type: "x400", address: "/S=jo+e/" } };
  assert.match(rcptCommand("a@b.example", other, generous), / ORCPT=x400;\/S\+3Djo\+2Be\/\r\n$/);
});
