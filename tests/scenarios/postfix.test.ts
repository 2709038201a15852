import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { dkimVerify } from "mailauth/lib/dkim/verify.js";
import { simpleParser } from "mailparser";
import { messageReasons as reasons } from "../../src/core/delivery/index.ts";
import { type Postfix, startPostfix } from "../support/postfix.ts";
import { Records } from "../support/records.ts";
import { send } from "../support/sending.ts";
import { TestService } from "../support/service.ts";
import { createAuthority } from "../support/tls.ts";

// The whole way: from a call of the API to a file in a maildir of Debian's Postfix.

let postfix: Postfix;
let service: TestService;
let records: Records;
let record: { name: string; value: string };

const isRoot = process.getuid?.() === 0;

/** Postfix changes users, so only root can start it; anybody else is told that nothing was shown. */
function testWithPostfix(name: string, work: () => Promise<void>): void {
  test(name, async (t) => {
    if (!isRoot) return t.diagnostic("Not shown: starting Postfix needs root.");
    await work();
  });
}

before(async () => {
  if (!isRoot) return;
  const tls = createAuthority().issue(["mx.example.net"]);
  const settings = {
    message_size_limit: "300000",
    virtual_mailbox_maps: "inline:{ada@example.net=box/,用户@example.net=box/}",
  };
  postfix = await startPostfix({ tls, settings });
  service = await new TestService({ env: { FACTEUR_ROUTES: `*=127.0.0.1:${postfix.port}` } }).start();
  const words = ["domain", "approve", "shop.example", "--account", service.first.accountId];
  const approved = await service.command(...words);
  record = { name: String(approved.dkimRecordName), value: String(approved.dkimRecordValue) };
  records = await Records.open(service);
});
after(async () => {
  await records?.close();
  await service?.remove();
  await postfix?.stop();
});

async function sendTo(address: string, state: string, more: object = {}) {
  const From = { Email: "news@shop.example", Name: "Nëws" };
  const [sent] = await send(service, service.first, { From, To: [{ Email: address, Name: "Ada" }], ...more });
  return records.reached(sent!.id, state);
}

testWithPostfix("a message arrives over STARTTLS, and the signature holds in the mailbox", async () => {
  const file = {
    ContentType: "application/pdf",
    Filename: "Größe.pdf",
    Base64Content: Buffer.alloc(50_000, 7).toString("base64"),
  };
  const TextPart = `Grüße\n.\n${"x".repeat(2000)}\nFrom the end`;
  await sendTo("ada@example.net", "sent", { Subject: "Ünïcode 🎉", TextPart, Attachments: [file] });
  const [stored = ""] = await postfix.messages(1);
  assert.match(stored, /using TLSv1\.3 with cipher/);
  assert.match(stored, /^Return-Path: <b-[^@>]+@shop\.example>/m);
  const octets = Buffer.from(stored.replace(/\r?\n/g, "\r\n"));
  const { results } = await dkimVerify(octets, {
    resolver: async (name: string) => [[name === record.name ? record.value : ""]],
  });
  assert.deepEqual(
    results.map(({ status }) => status.result),
    ["pass"],
  );
  const message = await simpleParser(octets);
  assert.deepEqual([message.subject, message.attachments[0]?.filename], ["Ünïcode 🎉", "Größe.pdf"]);
  assert.equal(message.text?.trimEnd(), TextPart);
});

testWithPostfix("a hundred messages arrive over few connections", async () => {
  const before = (await postfix.messages(1)).length;
  const From = { Email: "news@shop.example" };
  const many = Array.from({ length: 50 }, (_, n) => ({
    From,
    To: [{ Email: "ada@example.net" }],
    Subject: `Message ${n}`,
  }));
  await send(service, service.first, ...many);
  await send(service, service.first, ...many);
  await records.emptied();
  const stored = await postfix.messages(before + 100);
  assert.equal(stored.length, before + 100);
  assert.equal(new Set(stored.map((text) => /^Message-ID: (.+)$/im.exec(text)?.[1])).size, stored.length);
});

testWithPostfix("an address beyond ASCII arrives", async () => {
  await sendTo("用户@example.net", "sent");
  await postfix.logged(/to=<用户@example\.net>.*status=sent/);
});

testWithPostfix("what Postfix refuses is read as what it is", async () => {
  const unknown = await sendTo("nobody@example.net", "bounced");
  assert.equal(unknown.reason, reasons.userUnknown);
  assert.equal(await records.count("suppression"), 1);
  const relay = await sendTo("ada@elsewhere.example", "bounced");
  assert.equal(relay.reason, reasons.relayDenied);
  const file = { ContentType: "application/zip", Filename: "a.zip", Base64Content: "QUJD".repeat(100_000) };
  const large = await sendTo("ada@example.net", "bounced", { Attachments: [file] });
  assert.equal(large.reason, reasons.contentBlocked);
  assert.equal(await records.count("suppression"), 1, "only the dead address is suppressed");
});

testWithPostfix("while Postfix is away mail waits", async () => {
  await postfix.stop();
  const waiting = await sendTo("ada@example.net", "deferred");
  assert.equal(waiting.reason, reasons.connectionIssue);
});
