import assert from "node:assert/strict";
import { test } from "node:test";

import { createTransport } from "nodemailer";

import type { SubmissionContent } from "../../../core/messages/index.ts";
import { asksForTemplate } from "./control-headers.ts";
import { readMessage } from "./read-message.ts";
import { contentOfTemplateMessage } from "./template-message.ts";

async function contentOf(octets: Buffer): Promise<SubmissionContent> {
  const received = { by: "mail.example.org", protocol: "ESMTPSA" };
  const message = readMessage(octets, { received, now: new Date(0), newId: () => "1", isUtf8: false });
  assert.ok(!("field" in message), JSON.stringify(message));
  assert.ok(asksForTemplate(message.control));
  return contentOfTemplateMessage(message);
}

async function written(mail: object): Promise<Buffer> {
  const transport = createTransport({ streamTransport: true, buffer: true, newline: "windows" });
  const { message } = await transport.sendMail({ from: "shop@example.org", to: "ada@example.com", ...mail });
  return message as Buffer;
}

const file = Buffer.from(Array.from({ length: 3_000 }, (_, n) => (n * 7) % 256));

test("a message with variables is taken apart into its texts and files, and keeps its author's fields", async () => {
  const octets = await written({
    replyTo: "Help <help@example.org>",
    subject: "Grüße {{var:name}}",
    text: "Hällo {{var:name}}",
    html: '<p>Hällo</p><img src="cid:logo">',
    headers: { "X-Mine": "yés", "X-MJ-Vars": '{"name":"Jörg"}', "X-MJ-TemplateLanguage": "1" },
    attachments: [
      { filename: "Größe.bin", content: file, contentType: "application/octet-stream" },
      { filename: "logo.png", content: file, cid: "logo", contentType: "image/png" },
      { filename: "a.txt", content: "=C3=A4 text", contentType: "text/plain" },
    ],
  });
  const content = await contentOf(octets);
  assert.equal(content.subject, "Grüße {{var:name}}");
  assert.equal(content.text?.trim(), "Hällo {{var:name}}");
  assert.match(content.html ?? "", /<p>Hällo<\/p>/);
  assert.deepEqual(content.replyTo, { address: "help@example.org", name: "Help" });
  assert.deepEqual(content.headers, [["X-Mine", "yés"]]);
  assert.deepEqual(
    content.attachments.map(({ filename, contentType }) => [filename, contentType]),
    [
      ["Größe.bin", "application/octet-stream"],
      ["a.txt", "text/plain"],
    ],
  );
  assert.equal(content.attachments[0]?.content.compare(file), 0);
  assert.equal(content.attachments[1]?.content.toString(), "=C3=A4 text");
  assert.deepEqual(
    content.inlined.map(({ contentId, content: bytes }) => [contentId, bytes.compare(file)]),
    [["logo", 0]],
  );
  assert.equal(content.usesTemplateLanguage, true);
});

test("a stored template stands for the parts of the message, and its files stay", async () => {
  const octets = await written({
    subject: "",
    text: "not this",
    headers: { "X-MJ-TemplateID": "welcome" },
    attachments: [{ filename: "a.bin", content: file, encoding: "quoted-printable" }],
  });
  const content = await contentOf(octets);
  assert.deepEqual(
    [content.template, content.text, content.html, content.subject],
    [{ name: "welcome" }, null, null, null],
  );
  assert.equal(content.attachments[0]?.content.compare(file), 0);
});

test("charsets of old and mails within mails are read", async () => {
  const head = "From: shop@example.org\r\nX-MJ-Vars: {}\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n";
  const latin = Buffer.from([0xe4, 0x0d, 0x0a]);
  const octets = Buffer.concat([
    Buffer.from(`${head}--x\r\nContent-Type: text/plain; charset=iso-8859-1\r\n\r\n`),
    latin,
    Buffer.from(
      "--x\r\nContent-Type: message/rfc822; name=a.eml\r\n\r\nSubject: inside\r\n\r\nbody\r\n--x--\r\n",
    ),
  ]);
  const content = await contentOf(octets);
  assert.equal(content.text?.trim(), "ä");
  assert.equal(content.attachments[0]?.content.toString(), "Subject: inside\r\n\r\nbody");
  assert.equal(content.attachments[0]?.contentType, "message/rfc822");
});
