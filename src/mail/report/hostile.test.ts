import assert from "node:assert/strict";
import { test } from "node:test";
import { readReport } from "./index.ts";
import { mailOf } from "./testing/mails.ts";

const smallOctets = 4_096;
const growth = 8;
// What grows with the square of its input costs 64 times as much for 8 times the octets. Shares of a loaded machine, and
// the compiler's own work, make up for the rest.
const costGrowthMax = 30;
// Below this the clock tells nothing.
const noiseMicroseconds = 2_000;

/** The processor time of reading, at its best of three. */
function costOf(octets: Buffer): number {
  const costs = [1, 2, 3].map(() => {
    const before = process.cpuUsage();
    readReport(octets, { isFromNobody: true });
    const { user, system } = process.cpuUsage(before);
    return user + system;
  });
  return Math.max(noiseMicroseconds, Math.min(...costs));
}

const daemon = "From: mailer-daemon@x.example\nSubject: failure notice\n";
const plain = (text: string) => mailOf(`${daemon}\n${text}`);
const quoted = (text: string) => mailOf(`${daemon}Content-Transfer-Encoding: quoted-printable\n\n${text}`);
const html = (text: string) => mailOf(`${daemon}Content-Type: text/html\n\n${text}`);
const standard = (fields: string) =>
  mailOf(`${daemon}Content-Type: message/delivery-status\n\nReporting-MTA: dns; mx\n\n${fields}`);
const fill = (piece: string, octets: number) => piece.repeat(Math.ceil(octets / piece.length));
const failedRecipients = (count: number) =>
  `X-Failed-Recipients: ${Array.from({ length: count }, (_, n) => `r${n}@x.example`).join(",\n ")}\n`;

const forms: Readonly<Record<string, (octets: number) => Buffer>> = {
  "blanks in quoted-printable": (n) => quoted(`${fill(" ", n)}x`),
  "tags of styles without an end": (n) => html(fill("<style ", n)),
  "styles without an end": (n) => html(fill("<style>", n)),
  "lines that break and never end": (n) => html(fill("<br ", n)),
  "empty lines": (n) => plain(`x${"\n".repeat(n)}x`),
  "quotation marks and blanks": (n) => plain(fill("\n>*  ", n)),
  "addresses without an end": (n) => plain(`${fill("a@", n)} <`),
  "lines of dashes": (n) => plain(fill("-----\n", n)),
  "one line of dashes": (n) => plain(`${fill("-=", n)}x`),
  "recipients of whom the words say nothing": (n) =>
    mailOf(`${daemon}${failedRecipients(Math.ceil(n / 320))}\n${fill("x y z 1\n", n)}`),
  "recipients of whom the words say something": (n) =>
    mailOf(
      `${daemon}${failedRecipients(Math.ceil(n / 320))}\n${fill("r1@x.example is not known here\n", n)}`,
    ),
  "blanks before a comment": (n) =>
    standard(fill(`Final-Recipient: rfc822; a${" ".repeat(4_000)}b\nAction: failed\n\n`, n)),
  "groups of a report": (n) => standard(fill("Action: failed\n\n", n)),
  "lines of the header": (n) => mailOf(`${daemon}${fill("a:\n", n)}\nx`),
  "words of a subject": (n) => mailOf(`From: mailer-daemon@x\nSubject: ${fill("=?utf-8?q?a?=\n ", n)}\n\nx`),
};

for (const [name, form] of Object.entries(forms)) {
  test(`the cost of a report grows with its octets, not with their square: ${name}`, () => {
    const [small, large] = [form(smallOctets), form(smallOctets * growth)];
    // What the compiler does once is not counted.
    costOf(small);
    const [cost, grown] = [costOf(small), costOf(large)];
    assert.ok(grown <= costGrowthMax * cost, `${cost} µs became ${grown} µs`);
  });
}

const part = (headers: string, body: string) => `--b\r\n${headers}\r\n\r\n${body}\r\n`;
const divided = (parts: string) =>
  Buffer.concat([mailOf(`${daemon}Content-Type: multipart/mixed; boundary=b\n\n`), Buffer.from(parts)]);
const huge: Readonly<Record<string, (octets: number) => Buffer>> = {
  "texts of many parts": (n) =>
    divided(fill(part("Content-Type: text/plain", fill("550 no such user\r\n", 100_000)), n)),
  "many blanks in many parts": (n) =>
    divided(fill(part("Content-Transfer-Encoding: quoted-printable", `${" ".repeat(100_000)}x`), n)),
  "a header": (n) => mailOf(`${daemon}${fill("a:\n", n)}\nx`),
};

for (const [name, form] of Object.entries(huge)) {
  test(`a mail of any length costs no more than the part of it that is read: ${name}`, () => {
    const [read, whole] = [form(300_000), form(300_000 * growth)];
    const [cost, grown] = [costOf(read), costOf(whole)];
    assert.ok(grown <= 4 * cost, `${cost} µs became ${grown} µs`);
  });
}
