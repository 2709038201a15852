import assert from "node:assert/strict";
import { isAscii } from "node:buffer";
import { test } from "node:test";
import fc from "fast-check";
import { type Address, isAddressProblem, parseAddress } from "../address/index.ts";
import { readReport } from "./read-report.ts";
import { type WrittenReport, writeReport } from "./write-report.ts";

function addressOf(text: string): Address {
  const address = parseAddress(text);
  if (isAddressProblem(address)) throw new Error(address.message);
  return address;
}

const head = Buffer.from("From: shop@example.org\r\nSubject: Hello\r\n\r\n");

function reportOf(change: Partial<WrittenReport> = {}): WrittenReport {
  return {
    from: { name: "Facteur", address: addressOf("postmaster@mail.example.org") },
    to: { name: "", address: addressOf("shop@example.org") },
    subject: "Your message could not be delivered",
    date: new Date("2026-11-23T10:00:00Z"),
    messageId: "<report.1@mail.example.org>",
    reportingMta: "mail.example.org",
    envelopeId: "order+7 =x",
    arrivedAt: new Date("2026-11-23T09:00:00Z"),
    recipient: {
      action: "failed",
      status: "5.1.1",
      address: "ada@example.com",
      originalRecipient: { type: "rfc822", address: "ada@old.example" },
      remoteMta: "mx.example.com",
      diagnostic: { type: "smtp", text: "550 5.1.1 No such user" },
      attemptedAt: new Date("2026-11-23T09:30:00Z"),
      retryUntil: null,
    },
    words: "It could not be delivered.\n",
    original: { octets: head, headBytes: head.length, isWhole: false },
    ...change,
  };
}

test("a report has words, fields for programs and the header of the message, and no program answers it", () => {
  const { octets, head: own } = writeReport(reportOf());
  assert.match(own.toString(), /^Auto-Submitted: auto-replied\r$/m);
  assert.match(
    own.toString().replace(/\r\n\s/g, " "),
    /^Content-Type: multipart\/report; report-type=delivery-status; boundary="/m,
  );
  const [, , fields = ""] = octets.toString().split(/^--=_r\w+\r\n/m);
  assert.equal(
    fields.replace(/\r/g, ""),
    `Content-Type: message/delivery-status
Content-Transfer-Encoding: 7bit

Original-Envelope-Id: order+7 =x
Reporting-MTA: dns; mail.example.org
Arrival-Date: Mon, 23 Nov 2026 09:00:00 +0000

Original-Recipient: rfc822; ada@old.example
Final-Recipient: rfc822; ada@example.com
Action: failed
Status: 5.1.1
Remote-MTA: dns; mx.example.com
Diagnostic-Code: smtp; 550 5.1.1 No such user
Last-Attempt-Date: Mon, 23 Nov 2026 09:30:00 +0000

`,
  );
});

test("the whole message is returned as it was, lines like boundaries included", () => {
  const body = Buffer.from("Greetings\r\n--=_r0123456789abcdef01234567\r\n");
  const original = { octets: Buffer.concat([head, body]), headBytes: head.length, isWhole: true };
  assert.ok(writeReport(reportOf({ original })).octets.includes(original.octets));
});

test("octets above 127 are returned in seven bits, which any server takes: encoded, or else the header alone", () => {
  const whole = (octets: Buffer) => {
    const original = { octets, headBytes: octets.indexOf("\r\n\r\n") + 4, isWhole: true };
    const written = writeReport(reportOf({ original })).octets;
    assert.ok(isAscii(written));
    return written.toString();
  };
  const body = Buffer.from("Grüße\r\n");
  assert.match(whole(Buffer.concat([head, body])), /^Subject: Hello\r\n[\s\S]*?\r\n\r\nGr=C3=BC=C3=9Fe\r$/m);
  // A part that says it is encoded already cannot be encoded again.
  const strange = whole(Buffer.concat([Buffer.from("Content-Transfer-Encoding: base64\r\n"), head, body]));
  assert.match(strange, /^Content-Type: text\/rfc822-headers\r$/m);
  assert.doesNotMatch(strange, /Gr/);
});

test("an original recipient that is longer than a line is left out, not cut within a character", () => {
  const { recipient } = reportOf();
  const originalRecipient = { type: "rfc822", address: `${"ü".repeat(240)}@old.example` };
  const { octets } = writeReport(reportOf({ recipient: { ...recipient, originalRecipient } }));
  assert.doesNotMatch(octets.toString(), /^Original-Recipient/m);
  assert.match(octets.toString(), /^Final-Recipient: rfc822; ada@example\.com\r$/m);
});

test("a header beyond ASCII is returned in seven bits, and read again", () => {
  const octets = Buffer.from("From: jörg@example.org\r\nSubject: Grüße\r\n\r\nBody\r\n");
  const original = { octets, headBytes: octets.indexOf("Body"), isWhole: false };
  const written = writeReport(reportOf({ original }));
  assert.ok(isAscii(written.octets));
  const read = readReport(written.octets, { isFromNobody: true });
  assert.ok(read.kind === "bounce");
  assert.deepEqual(read.original.get("subject"), ["Grüße"]);
});

const word = fc.stringMatching(/^[a-z0-9]{1,20}$/);
const local = fc.oneof(word, fc.stringMatching(/^[a-zäöüß日本+=.-]{0,10}[a-zäöé]$/u));
const address = fc
  .tuple(local, word)
  .map(([left, right]) => `${left}@${right}.example`)
  .filter((text) => !isAddressProblem(parseAddress(text)))
  .map((text) => addressOf(text).text);
const digit = fc.integer({ min: 0, max: 9 });

test("what is written is read back with the same fields, whatever a server has said", () => {
  const action = fc.constantFrom("failed", "delayed", "delivered", "relayed", "expanded");
  const said = fc.stringMatching(/^[ -~äö\t\r\n]{0,1200}$/u);
  const parts = fc.record({
    action,
    to: address,
    original: fc.option(address),
    host: word,
    said,
    a: digit,
    b: digit,
  });
  fc.assert(
    fc.property(parts, ({ action, to, original, host, said, a, b }) => {
      const digitOf = action === "failed" ? 5 : action === "delayed" ? 4 : 2;
      const status = `${digitOf}.${a}.${b}`;
      const { octets } = writeReport(
        reportOf({
          recipient: {
            ...{
              action,
              status,
              address: to,
              remoteMta: `${host}.example`,
              attemptedAt: null,
              retryUntil: null,
            },
            originalRecipient: original === null ? null : { type: "rfc822", address: original },
            diagnostic: { type: "smtp", text: `${digitOf}50 ${status} ${said}` },
          },
        }),
      );
      assert.ok(
        isAscii(octets) &&
          octets
            .toString()
            .split("\r\n")
            .every((line) => line.length <= 998),
      );
      const read = readReport(octets, { isFromNobody: true });
      assert.ok(read.kind === "bounce" && read.isStandard);
      const [recipient] = read.recipients;
      assert.equal(read.recipients.length, 1);
      assert.deepEqual(
        [
          recipient?.action,
          recipient?.address,
          recipient?.originalAddress,
          recipient?.status,
          recipient?.host,
        ],
        [action, to, original, status, `${host}.example`],
      );
      assert.equal(recipient?.replyCode, Number(`${digitOf}50`));
      assert.ok(recipient?.text.startsWith(`${digitOf}50 ${status}`));
    }),
  );
});
