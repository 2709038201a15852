import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { createTransport } from "nodemailer";
import PostalMime from "postal-mime";
import { dsnOf } from "../../src/mail/report/testing/mails.ts";
import { Records } from "../support/records.ts";
import { send } from "../support/sending.ts";
import { TestService } from "../support/service.ts";
import { type SmtpServer, startSmtpServer } from "../support/smtp-server.ts";
import { startConsumer } from "../support/webhook-consumer.ts";

// A message goes out, and what comes back of it comes in by the port for other servers.

let sink: SmtpServer;
let service: TestService;
let records: Records;

before(async () => {
  sink = await startSmtpServer({ keep: "messages" });
  const env = {
    FACTEUR_ROUTES: `*=127.0.0.1:${sink.port}`,
    FACTEUR_RETURN_PATH: "bounce.facteur.example",
    FACTEUR_INBOUND: "0.0.0.0:0",
  };
  service = await new TestService({ env }).start();
  await service.command("domain", "approve", "shop.example", "--account", service.first.accountId);
  records = await Records.open(service);
});
after(async () => {
  await records?.close();
  await service?.remove();
  await sink?.close();
});

const From = { Email: "news@shop.example" };

async function bring(to: string, raw: Buffer | string, from = ""): Promise<string> {
  const tls = { rejectUnauthorized: false };
  const mailer = createTransport({ host: "127.0.0.1", port: service.inboundPort, requireTLS: true, tls });
  try {
    return (await mailer.sendMail({ raw, envelope: { from, to } })).response;
  } finally {
    mailer.close();
  }
}

async function delivered(
  address: string,
  more: object = {},
): Promise<{ id: bigint; from: string; data: Buffer }> {
  const [{ id } = assert.fail()] = await send(service, service.first, {
    From,
    To: [{ Email: address }],
    ...more,
  });
  await records.reached(id, "sent");
  const found = sink.transactions.find(({ to }) => to.includes(address));
  assert.ok(found?.data !== undefined);
  return { id, from: found.from, data: found.data };
}

test("a bounce that comes back changes the message, suppresses the address and stops the next message", async () => {
  const { id, from } = await delivered("gone@one.example");
  assert.match(from, /^b-[0-9a-z-]+@bounce\.facteur\.example$/);
  const report = dsnOf(
    "Reporting-MTA: dns; mx.one.example\n\nFinal-Recipient: rfc822; gone@one.example\nAction: failed\nStatus: 5.1.1\nDiagnostic-Code: smtp; 550 5.1.1 <gone@one.example>: User unknown",
  );
  assert.match(await bring(from, report), /^250 /);
  const { state, reason } = await records.message(id);
  assert.deepEqual([state, reason], ["bounced", 1]);
  const [, bounced] = await records.history(id);
  assert.deepEqual(
    [bounced?.kind, bounced?.replyCode, bounced?.enhanced, bounced?.host, bounced?.text],
    ["bounced", 550, "5.1.1", "mx.one.example", "550 5.1.1 <gone@one.example>: User unknown"],
  );
  const listed = await service.request(service.first, "GET", "/api/v1/suppressions");
  const { items } = listed.json() as { items: { address: string; cause: string; source: string }[] };
  assert.deepEqual(
    items.map(({ address, cause, source }) => [address, cause, source]),
    [["gone@one.example", "bounce", "report"]],
  );
  const [next = assert.fail()] = await send(service, service.first, {
    From,
    To: [{ Email: "gone@one.example" }],
  });
  assert.equal((await records.message(next.id)).state, "blocked");
});

test("a reader unsubscribes by the mail that the header names, and gets nothing more", async () => {
  const { data } = await delivered("ada@two.example", { Headers: { Precedence: "bulk" } });
  const { headers } = await PostalMime.parse(data);
  const field = headers.find(({ key }) => key === "list-unsubscribe")?.value ?? "";
  const [, address = "", subject = ""] = /^<http\S+>,\s+<mailto:(\S+)\?subject=(\S+)>$/.exec(field) ?? [];
  assert.match(address, /^u-[0-9a-z-]+@bounce\.facteur\.example$/);
  const mail = `From: ada@two.example\r\nTo: ${address}\r\nSubject: ${subject}\r\n\r\n\r\n`;
  assert.match(await bring(address, mail, "ada@two.example"), /^250 /);
  const [next = assert.fail()] = await send(service, service.first, {
    From,
    To: [{ Email: "ada@two.example" }],
  });
  assert.equal((await records.message(next.id)).state, "blocked");
});

test("mail for a parse route is posted to its URL in Mailjet's form, with what the answered message carried", async (t) => {
  const consumer = await startConsumer(t);
  const { data } = await delivered("ada@three.example", { CustomID: "order 7", EventPayload: "blue" });
  const { messageId } = await PostalMime.parse(data);
  const made = await service.request(service.first, "POST", "/v3/REST/parseroute", {
    body: { Url: `http://user:secret@127.0.0.1:${consumer.port}/mail`, Email: "help@shop.example" },
  });
  assert.equal(made.status, 201, made.text);
  const raw = `From: ada@three.example\r\nTo: help@shop.example\r\nSubject: Re: Hello\r\nIn-Reply-To: ${messageId}\r\n\r\nThank you.\r\n`;
  assert.match(await bring("help@shop.example", raw, "ada@three.example"), /^250 /);
  await consumer.until(1);
  const [{ headers, body } = assert.fail()] = consumer.received;
  assert.equal(headers.authorization, `Basic ${Buffer.from("user:secret").toString("base64")}`);
  const { Sender, Recipient, Subject, CustomID, Payload, "Text-part": text } = JSON.parse(body);
  assert.deepEqual(
    [Sender, Recipient, Subject, CustomID, Payload, text.trim()],
    ["ada@three.example", "help@shop.example", "Re: Hello", "order 7", "blue", "Thank you."],
  );
  const listed = await service.request(service.first, "GET", "/v3/REST/parseroute");
  const { Data } = listed.json() as { Data: { ID: number; Email: string }[] };
  assert.deepEqual(
    Data.map(({ Email }) => Email),
    ["help@shop.example"],
  );
  const gone = await service.request(service.first, "DELETE", `/v3/REST/parseroute/${Data[0]?.ID}`);
  assert.equal(gone.status, 204);
  await assert.rejects(bring("help@shop.example", raw, "ada@three.example"), /550 5\.7\.1/);
});

test("nothing is relayed to others", async () => {
  await assert.rejects(
    bring("somebody@elsewhere.example", "Subject: x\r\n\r\nx", "a@b.example"),
    /550 5\.7\.1/,
  );
});
