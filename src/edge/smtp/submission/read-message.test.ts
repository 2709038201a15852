import assert from "node:assert/strict";
import { test } from "node:test";

import fc from "fast-check";

import { type ReadContext, type ReadMessage, readMessage } from "./read-message.ts";

const context: ReadContext = {
  received: { by: "mail.example.org", protocol: "ESMTPSA" },
  now: new Date("2026-11-23T10:00:00Z"),
  newId: () => "unique",
  isUtf8: false,
};
const from = "From: Shop <shop@example.org>\r\n";
const dated = "Date: Mon, 23 Nov 2026 09:00:00 +0100\r\nMessage-ID: <1@example.org>\r\n";

function read(text: string | Buffer, change: Partial<ReadContext> = {}): ReadMessage {
  const message = readMessage(Buffer.from(text), { ...context, ...change });
  assert.ok(!("field" in message), JSON.stringify(message));
  return message;
}

const written = (text: string, change: Partial<ReadContext> = {}) =>
  read(text, change).content.octets.toString();

function flawOf(text: string | Buffer, change: Partial<ReadContext> = {}): string {
  const message = readMessage(Buffer.from(text), { ...context, ...change });
  assert.ok("field" in message, "It was taken.");
  return `${message.field}: ${message.text}`;
}

test("a whole message stays as it is, octet for octet, odd as it may be", () => {
  const line = fc.constantFrom(
    "X-a:b\r\n",
    "x-A : c \r\n\t d\r\n",
    "Subject:   two  spaces \r\n",
    "List-Id: <a>\r\n",
    "To: ,,\r\n",
  );
  const body = fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes));
  fc.assert(
    fc.property(fc.uniqueArray(line, { maxLength: 5 }), body, (lines, octets) => {
      const whole = Buffer.concat([Buffer.from(from + dated + lines.join("")), Buffer.from("\r\n"), octets]);
      const { content } = read(whole);
      assert.equal(content.octets.compare(whole), 0);
      assert.equal(content.octets.subarray(content.headBytes).compare(octets), 0);
    }),
  );
});

test("blind copies, return path and what is for this service alone are taken out, and nothing else", () => {
  const text = `${from}Bcc: eve@example.net,\r\n mallory@example.net\r\n${dated}X-MJ-CustomID: 7\r\nReturn-Path: <x@y.z>\r\nSubject: a\r\nx-mailjet-debug: 1\r\nX-Mine: b\r\n\r\nBcc: in the body\r\n`;
  const { content, control } = read(text);
  assert.equal(
    content.octets.toString(),
    `${from}${dated}Subject: a\r\nX-Mine: b\r\n\r\nBcc: in the body\r\n`,
  );
  assert.equal(content.octets.subarray(content.headBytes).toString(), "Bcc: in the body\r\n");
  assert.equal(control.customId, "7");
});

test("Date, Message-ID and the empty line are added where they are missing", () => {
  assert.equal(
    written(`${from}Subject: a\r\n\r\nb\r\n`),
    `Date: Mon, 23 Nov 2026 10:00:00 +0000\r\nMessage-ID: <unique@example.org>\r\n${from}Subject: a\r\n\r\nb\r\n`,
  );
  const { content } = read(`${from}${dated}Subject: only a header\r\n`);
  assert.equal(content.octets.toString(), `${from}${dated}Subject: only a header\r\n\r\n`);
  assert.equal(content.headBytes, content.octets.length);
  assert.match(written("From: a@[192.0.2.1]\r\n\r\n"), /^Message-ID: <unique@mail\.example\.org>\r$/m);
});

test("what the message says of itself is read", () => {
  const { content, shown } = read(
    `${from}Sender: Boss <boss@example.org>\r\nTo: Ada <ada@example.com>, team:bob@example.com;\r\nCc: =?UTF-8?Q?J=C3=B6rg?= <j@example.com>\r\n${dated}Subject: =?UTF-8?Q?Gr=C3=BC=C3=9Fe?=\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n\r\nhi\r\n--x\r\nContent-Type: image/png\r\n\r\nx\r\n--x--\r\n`,
  );
  assert.deepEqual(content.from, { address: "shop@example.org", name: "Shop" });
  assert.deepEqual(content.sender, { address: "boss@example.org", name: "Boss" });
  assert.equal(content.subject, "Grüße");
  assert.deepEqual([content.hasText, content.hasHtml, content.attachmentCount], [true, false, 1]);
  assert.deepEqual(
    shown.to.map(({ address }) => address),
    ["ada@example.com", "bob@example.com"],
  );
  assert.deepEqual(shown.cc, [{ address: "j@example.com", name: "Jörg" }]);
  assert.deepEqual(read(`${dated}Subject: nobody\r\n\r\n`).content.from, null);
  assert.deepEqual(read(`${from}To: not <an address\r\n${dated}\r\n`).shown.to, []);
});

test("text beyond ASCII in a header is encoded, unless the client said SMTPUTF8", () => {
  const text = `From: Bücher <shop@müller.example>\r\n${dated}Subject: Grüße =?UTF-8?Q?=E2=82=AC?=\r\nX-Plain: a\r\n\r\nÄ\r\n`;
  assert.equal(
    written(text),
    `From: =?UTF-8?Q?B=C3=BCcher?= <shop@xn--mller-kva.example>\r\n${dated}Subject: =?UTF-8?B?R3LDvMOfZSDigqw=?=\r\nX-Plain: a\r\n\r\nÄ\r\n`,
  );
  assert.equal(written(text, { isUtf8: true }), text);
  assert.equal(read(text).content.from?.address, "shop@xn--mller-kva.example");
});

test("a header that cannot be sent is refused with the field and the remedy", () => {
  assert.match(flawOf("hello\r\n\r\n"), /^Header: Line 1 is no header field/);
  assert.match(flawOf(`${from}Subject: a\r\nSUBJECT: b\r\n\r\n`), /^SUBJECT: .*twice/);
  assert.match(flawOf("From: a@example.org, b@example.org\r\n\r\n"), /^From: It must name one mailbox/);
  assert.match(flawOf("From: nobody\r\n\r\n"), /^From: "nobody" is an invalid email address\./);
  assert.match(flawOf(`${from}Sender: x\r\n\r\n`), /^Sender: /);
  assert.match(
    flawOf(`${from}${"Received: by a; b\r\n".repeat(101)}\r\n`),
    /^Received: The message goes in circles/,
  );
  assert.match(flawOf(`${from}X-Mailjet-Prio: 9\r\n\r\n`), /^X-Mailjet-Prio: /);
  assert.match(
    flawOf(`${from}X-A: ${`${"x".repeat(900)}\r\n `.repeat(300)}x\r\n\r\n`),
    /^Header: It has more than 262144 octets/,
  );
  const latin1 = Buffer.concat([
    Buffer.from(`${from}Subject: `),
    Buffer.from([0xfc, 0x0d, 0x0a, 0x0d, 0x0a]),
  ]);
  assert.match(flawOf(latin1), /^Header: .*RFC 2047/);
  assert.match(flawOf("From: jörg@example.org\r\n\r\n"), /^From: .*SMTPUTF8/);
  assert.match(flawOf(`${from}List-Id: <é>\r\n\r\n`), /^List-Id: .*RFC 2047/);
});

test("any octets are read without a fault", () => {
  const piece = fc.constantFrom(
    "From: a@b.example\r\n",
    "\r\n",
    "To:",
    " x",
    "é",
    ":",
    "Bcc: y\r\n",
    "X-MJ-Vars: {\r\n",
    "=?UTF-8?Q?x?=",
    "<",
    "\t",
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 15 }), fc.boolean(), (pieces, isUtf8) => {
      const message = readMessage(Buffer.from(`${pieces.join("")}\r\n`), { ...context, isUtf8 });
      if ("field" in message) return;
      const head = message.content.octets.toString("latin1", 0, message.content.headBytes);
      assert.doesNotMatch(head, /^(bcc|x-mj-)/im);
      assert.ok(head.endsWith("\r\n\r\n") || head === "\r\n");
    }),
    { numRuns: 2_000 },
  );
});
