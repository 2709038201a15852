import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import type { TlsPolicy } from "../../src/mail/smtp/index.ts";
import type { Postfix } from "../support/postfix.ts";
import { startPostfix } from "../support/postfix.ts";
import { openTo, shipment } from "../support/smtp-client.ts";
import { createAuthority } from "../support/tls.ts";

const authority = createAuthority();
const certificate = authority.issue(["mx.example.net"]);
const pkix: TlsPolicy = { mode: "require_pkix", names: ["mx.example.net"], ca: authority.cert };
let postfix: Postfix;

before(async () => {
  postfix = await startPostfix({ tls: certificate, settings: { message_size_limit: "200000" } });
});
after(() => postfix?.stop());

/** What Postfix counted on a connection that has ended. */
async function summary(commands: RegExp): Promise<void> {
  await postfix.logged(new RegExp(`disconnect from .*${commands.source}`));
}

test("Postfix receives over verified TLS, pipelined and in chunks, several messages on one connection", async () => {
  const connection = await openTo(postfix, { host: "mx.example.net", tls: pkix });
  assert.equal(connection.tls?.protocol, "TLSv1.3");
  const { pipelining, chunking, eightBitMime, smtpUtf8, sizeBytesMax } = connection.offers;
  assert.deepEqual(
    [pipelining, chunking, eightBitMime, smtpUtf8, sizeBytesMax],
    [true, true, true, true, 200_000],
  );

  const body = "Grüße\r\n.\r\n..\r\n.dot\r\n";
  for (const number of [1, 2, 3]) {
    const message = [Buffer.from(`Subject: chunk ${number}\r\n\r\n`), Buffer.from(body)];
    const result = await connection.send(shipment({ message }));
    assert.ok(result.kind === "accepted");
    assert.deepEqual([result.reply.code, result.reply.enhanced], [250, "2.0.0"]);
    assert.match(result.reply.text, /^Ok: \d+ bytes queued as /);
  }
  await connection.quit();
  await summary(/ehlo=2 starttls=1 mail=3 rcpt=3 bdat=3 quit=1 commands=13/);

  const messages = await postfix.messages(3);
  for (const message of messages) {
    assert.match(message, /with ESMTPS/);
    assert.match(message, /using TLSv1\.3 with cipher/);
    assert.ok(message.endsWith(`\n\n${body.replaceAll("\r\n", "\n")}`));
  }
});

test("Postfix receives with DATA, in plain text, what others call a difficult message", async () => {
  const connection = await openTo(postfix, { chunking: false });
  const body = ".\r\n..\r\n.a\r\n\r\n.\r\nEnd of it\r\n";
  const before = (await postfix.messages(0)).length;
  const result = await connection.send(shipment({ message: [Buffer.from(`Subject: dots\r\n\r\n${body}`)] }));
  assert.equal(result.kind, "accepted");
  await connection.quit();
  await summary(/ehlo=1 mail=1 rcpt=1 data=1 quit=1 commands=5/);
  const messages = await postfix.messages(before + 1);
  const dots = messages.find((message) => message.includes("Subject: dots"));
  assert.ok(dots?.endsWith(`\n\n${body.replaceAll("\r\n", "\n")}`));
});

test("Postfix receives addresses beyond ASCII", async () => {
  const connection = await openTo(postfix, { tls: { mode: "opportunistic" } });
  const envelope = { from: "jörg@example.test", to: "用户@example.net" };
  const result = await connection.send(
    shipment({ envelope, message: [Buffer.from("Subject: Grüße\r\n\r\nÄ\r\n")] }),
  );
  assert.equal(result.kind, "accepted");
  await connection.quit();
});

for (const chunking of [true, false]) {
  test(`Postfix refuses to relay, ${chunking ? "before a chunk" : "with DATA pipelined"}, and takes the next message`, async () => {
    const connection = await openTo(postfix, { chunking });
    const envelope = { from: "sender@example.test", to: "ada@elsewhere.test" };
    const refused = await connection.send(shipment({ envelope }));
    assert.ok(refused.kind === "rejected");
    assert.deepEqual([refused.stage, refused.reply.code, refused.reply.enhanced], ["rcpt", 554, "5.7.1"]);
    assert.match(refused.reply.text, /Relay access denied/);
    const { envelope: sender, ...rest } = shipment();
    const recipients = ["ada@elsewhere.test", "ada@example.net"];
    const results = await connection.sendToMany({ envelope: sender, recipients, ...rest });
    assert.deepEqual(
      results.map(({ kind }) => kind),
      ["rejected", "accepted"],
    );
    assert.equal((await connection.send(shipment())).kind, "accepted");
    await connection.quit();
  });
}

test("a message larger than Postfix takes is not even begun", async () => {
  const connection = await openTo(postfix);
  const message = [Buffer.from(`${"x".repeat(98)}\r\n`.repeat(3_000))];
  assert.deepEqual(await connection.send(shipment({ message })), { kind: "unsendable", reason: "too_large" });
  assert.equal((await connection.send(shipment())).kind, "accepted");
  await connection.quit();
});

test("Postfix has nothing to complain about", () => {
  assert.doesNotMatch(
    postfix.log(),
    /improper command pipelining|bare <?(?:LF|newline)|lost connection after (?!CONNECT)|fatal|panic|protocol error/i,
  );
});
