import assert from "node:assert/strict";
import { isAscii } from "node:buffer";
import { after, before, test } from "node:test";
import { dkimVerify } from "mailauth/lib/dkim/verify.js";
import { simpleParser } from "mailparser";
import { createTransport, type SendMailOptions } from "nodemailer";
import { RawClient } from "../support/raw-client.ts";
import { Records } from "../support/records.ts";
import { type Credentials, TestService } from "../support/service.ts";
import {
  type RecordedTransaction,
  type SmtpServer,
  type SmtpServerOptions,
  startSmtpServer,
} from "../support/smtp-server.ts";

// The whole way of a message that is handed in by SMTP: from another program's client to the next server.

const peers = {
  "modern.example": { keep: "messages" },
  "seven.example": { keep: "messages", extensions: ["PIPELINING"] },
  "plain.example": { keep: "messages", extensions: ["8BITMIME"] },
} satisfies Record<string, SmtpServerOptions>;
type Domain = keyof typeof peers;

const servers = new Map<string, SmtpServer>();
let service: TestService;
let records: Records;
let dkim: { name: string; value: string };
let customer: Credentials;

before(async () => {
  for (const [domain, options] of Object.entries(peers)) servers.set(domain, await startSmtpServer(options));
  const routes = [...servers].map(([domain, { port }]) => `${domain}=127.0.0.1:${port}`);
  const env = {
    FACTEUR_ROUTES: routes.join(),
    FACTEUR_SUBMISSION_TLS: "127.0.0.1:0",
    FACTEUR_HELO: "mail.facteur.example",
  };
  service = await new TestService({ env }).start();
  customer = service.first;
  const approved = await service.command(
    "domain",
    "approve",
    "shop.example",
    "--account",
    customer.accountId,
  );
  dkim = { name: String(approved.dkimRecordName), value: String(approved.dkimRecordValue) };
  records = await Records.open(service);
});
after(async () => {
  await records?.close();
  await service?.remove();
  for (const server of servers.values()) await server.close();
});

function transport(options: object = {}) {
  const { apiKey: user, secretKey: pass } = customer;
  const tls = { rejectUnauthorized: false };
  return createTransport({
    host: "127.0.0.1",
    port: service.submissionPort,
    auth: { user, pass },
    tls,
    ...options,
  });
}

async function give(mail: SendMailOptions, options: object = {}): Promise<bigint[]> {
  const mailer = transport(options);
  try {
    const { response } = await mailer.sendMail({
      from: "Shop <news@shop.example>",
      subject: "Hello",
      ...mail,
    });
    assert.match(response, /^250 2\.0\.0 Queued as /);
    return (response.match(/\d{10,}/g) ?? []).map(BigInt);
  } finally {
    mailer.close();
  }
}

/** Waits until a message has gone out, and answers what its server was given. */
async function arrived(
  domain: Domain,
  ids: readonly bigint[],
): Promise<RecordedTransaction & { data: Buffer }> {
  for (const id of ids) await records.reached(id, "sent");
  const last = servers.get(domain)?.transactions.at(-1);
  assert.ok(last?.data !== undefined);
  return { ...last, data: last.data };
}

async function assertSigned(octets: Buffer): Promise<void> {
  const { results } = await dkimVerify(octets, {
    resolver: async (name: string) => [[name === dkim.name ? dkim.value : ""]],
  });
  assert.deepEqual(
    results.map(({ status }) => status.result),
    ["pass"],
  );
}

async function written(mail: SendMailOptions): Promise<Buffer> {
  const writer = createTransport({ streamTransport: true, buffer: true, newline: "windows" });
  const { message } = await writer.sendMail({ from: "Shop <news@shop.example>", ...mail });
  return message as Buffer;
}

const bodyOf = (octets: Buffer) => octets.subarray(octets.indexOf("\r\n\r\n") + 4);

test("a message of nodemailer arrives signed, below our fields octet for octet, over STARTTLS and implicit TLS", async () => {
  const mail = {
    to: "Ada <ada@modern.example>",
    subject: "Grüße",
    text: ".\n..\nÄ",
    html: "<p>hé</p>",
    attachments: [{ filename: "ä.bin", content: Buffer.alloc(5_000, 7) }],
  };
  const raw = await written(mail);
  const envelope = { from: "news@shop.example", to: "ada@modern.example" };
  for (const options of [{ requireTLS: true }, { port: service.submissionTlsPort, secure: true }]) {
    const { data } = await arrived("modern.example", await give({ raw, envelope }, options));
    const [, ours = "", theirs = ""] = /^([\s\S]*?\r\n)(From: [\s\S]*)$/.exec(data.toString("latin1")) ?? [];
    // nodemailer ends what it hands in with a line end of its own.
    assert.equal(theirs.trimEnd(), raw.toString("latin1").trimEnd());
    assert.deepEqual(ours.match(/^[\w-]+(?=:)/gm), ["DKIM-Signature", "Received", "Feedback-ID"]);
    assert.match(ours, /^Received: by mail\.facteur\.example \(Facteur\) with ESMTPSA\s+id \w+;\s+\w{3}, /m);
    assert.doesNotMatch(ours, /127\.0\.0\.1|nodemailer|\[/);
    await assertSigned(data);
    const { subject, attachments } = await simpleParser(data);
    assert.deepEqual([subject, attachments[0]?.filename, attachments[0]?.size], ["Grüße", "ä.bin", 5_000]);
  }
});

test("a body of any bytes in lines is the same at the other end, by DATA and by BDAT", async () => {
  const lines = Array.from(
    { length: 300 },
    (_, n) => `${".".repeat(n % 4)}${"é".repeat(n)}\t ${n % 7 === 0 ? "" : "x"}`,
  );
  const body = Buffer.from(`${lines.join("\r\n")}\r\n\r\n.\r\n`);
  const head = Buffer.from(
    "From: news@shop.example\r\nTo: ada@modern.example\r\nDate: Mon, 23 Nov 2026 09:00:00 +0100\r\nMessage-ID: <1@shop.example>\r\n\r\n",
  );
  const octets = Buffer.concat([head, body]);
  using client = await RawClient.open(service.submissionPort);
  await client.reply();
  await client.ask("EHLO client.example\r\n");
  const { apiKey, secretKey } = customer;
  await client.ask(`AUTH PLAIN ${Buffer.from(`\0${apiKey}\0${secretKey}`).toString("base64")}\r\n`);
  const stuffed = octets.toString("latin1").replace(/^\./gm, "..");
  const half = octets.length >> 1;
  for (const content of [
    [Buffer.from("DATA\r\n"), Buffer.from(`${stuffed}.\r\n`, "latin1")],
    [
      Buffer.concat([Buffer.from(`BDAT ${half}\r\n`), octets.subarray(0, half)]),
      Buffer.concat([Buffer.from(`BDAT ${octets.length - half} LAST\r\n`), octets.subarray(half)]),
    ],
  ]) {
    await client.ask("MAIL FROM:<news@shop.example> BODY=8BITMIME\r\n");
    await client.ask("RCPT TO:<ada@modern.example>\r\n");
    let answer = "";
    for (const piece of content) answer = await client.ask(piece);
    const { data, mailParameters } = await arrived("modern.example", [
      BigInt(/\d{10,}/.exec(answer)?.[0] ?? "0"),
    ]);
    assert.equal(bodyOf(data).compare(body), 0);
    assert.match(mailParameters, /BODY=8BITMIME/);
    await assertSigned(data);
  }
});

test("each recipient gets the message with an envelope of their own, and blind copies show nowhere", async () => {
  const ids = await give({
    to: "ada@modern.example",
    bcc: ["eve@modern.example", "mallory@modern.example"],
    text: "x",
    headers: { "X-MJ-CustomID": "order 7" },
  });
  assert.equal(ids.length, 3);
  await arrived("modern.example", ids);
  const mails = servers.get("modern.example")!.transactions.slice(-3);
  assert.deepEqual(mails.flatMap(({ to }) => to).sort(), [
    "ada@modern.example",
    "eve@modern.example",
    "mallory@modern.example",
  ]);
  assert.equal(new Set(mails.map(({ from }) => from)).size, 3);
  for (const { data } of mails) assert.doesNotMatch(data!.toString(), /eve@|mallory@|X-MJ-|order 7/i);
  const { json } = await service.request(
    customer,
    "GET",
    "/v3/REST/message?CustomID=order%207&ShowCustomID=true",
  );
  assert.equal((json() as { Count: number }).Count, 3);
});

test("what is asked of delivery reports reaches a server that knows them, and no other", async () => {
  const dsn = {
    id: "order+7",
    return: "headers",
    notify: ["success", "delay"],
    recipient: "old@shop.example",
  };
  const modern = await arrived(
    "modern.example",
    await give({ to: "ada@modern.example", text: "x", dsn } as SendMailOptions),
  );
  assert.match(modern.mailParameters, / RET=HDRS ENVID=order\+2B7$/);
  assert.deepEqual(modern.rcptParameters, ["NOTIFY=SUCCESS,DELAY ORCPT=rfc822;old@shop.example"]);
  const plain = await arrived(
    "plain.example",
    await give({ to: "ada@plain.example", text: "x", dsn } as SendMailOptions),
  );
  assert.doesNotMatch(plain.mailParameters + plain.rcptParameters.join(), /RET|ENVID|NOTIFY|ORCPT/);
});

test("a bounce that is relayed keeps the null path, so that nobody answers it", async () => {
  const { from } = await arrived(
    "modern.example",
    await give({ envelope: { from: "", to: "ada@modern.example" }, text: "x" }),
  );
  assert.equal(from, "");
});

test("a server of seven bits gets the message rewritten and signed", async () => {
  const raw =
    "From: news@shop.example\r\nTo: ada@seven.example\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\nGrüße\r\n";
  const ids = await give({ raw, envelope: { from: "news@shop.example", to: "ada@seven.example" } });
  const { data } = await arrived("seven.example", ids);
  assert.ok(isAscii(data));
  assert.equal((await simpleParser(data)).text?.trim(), "Grüße");
  await assertSigned(data);
  assert.deepEqual(servers.get("seven.example")!.violations, []);
});

test("an address and a header beyond ASCII travel with SMTPUTF8", async () => {
  using client = await RawClient.open(service.submissionPort);
  await client.reply();
  await client.ask("EHLO client.example\r\n");
  const { apiKey, secretKey } = customer;
  await client.ask(`AUTH PLAIN ${Buffer.from(`\0${apiKey}\0${secretKey}`).toString("base64")}\r\n`);
  await client.ask("MAIL FROM:<news@shop.example> SMTPUTF8 BODY=8BITMIME\r\n");
  await client.ask("RCPT TO:<用户@modern.example>\r\n");
  await client.ask("DATA\r\n");
  const answer = await client.ask(
    "From: Bücher <news@shop.example>\r\nTo: 用户@modern.example\r\nSubject: Grüße\r\n\r\nÄ\r\n.\r\n",
  );
  const { data, to, mailParameters } = await arrived("modern.example", [
    BigInt(/\d{10,}/.exec(answer)?.[0] ?? "0"),
  ]);
  assert.deepEqual(to, ["用户@modern.example"]);
  assert.match(mailParameters, /SMTPUTF8/);
  assert.match(data.toString(), /^Subject: Grüße\r$/m);
  assert.match(data.toString(), /with UTF8SMTPA/);
  await assertSigned(data);
});

test("a template by SMTP is filled in for each recipient", async () => {
  const headers = { "X-MJ-TemplateLanguage": "1", "X-MJ-Vars": '{"name":"Jörg"}' };
  const { data } = await arrived(
    "modern.example",
    await give({
      to: "ada@modern.example",
      subject: "Hi {{var:name}}",
      text: "Dear {{mj:contact.local_part}}",
      headers,
    }),
  );
  const { subject, text } = await simpleParser(data);
  assert.deepEqual([subject, text?.trim()], ["Hi Jörg", "Dear ada"]);
  await assertSigned(data);
});

test("hundreds over few connections, pooled and pipelined, arrive once each", async () => {
  const before = servers.get("modern.example")!.counts.messages;
  const mailer = transport({ pool: true, maxConnections: 5, maxMessages: Number.POSITIVE_INFINITY });
  const mails = Array.from({ length: 300 }, (_, n) =>
    mailer.sendMail({ from: "news@shop.example", to: `r${n}@modern.example`, subject: `n ${n}`, text: "x" }),
  );
  const answers = await Promise.all(mails);
  mailer.close();
  assert.equal(new Set(answers.map(({ response }) => response)).size, 300);
  await records.emptied();
  const { transactions, counts } = servers.get("modern.example")!;
  assert.equal(counts.messages - before, 300);
  assert.equal(new Set(transactions.slice(-300).flatMap(({ to }) => to)).size, 300);
});

test("a sender that may not be used is refused while its client listens", async () => {
  await assert.rejects(
    give({ from: "news@elsewhere.example", to: "ada@modern.example", text: "x" }),
    (error: Error & { responseCode?: number }) => {
      assert.equal(error.responseCode, 550);
      return /is not an authorized sender email address for your account/.test(error.message);
    },
  );
});

test("the test inbox shows a message by SMTP from a domain that is not verified", async () => {
  const [id] = await give({
    from: "owner@facteur.example",
    to: "you@example.com",
    subject: "First by SMTP",
    text: "x",
  });
  await records.reached(id!, "sent");
  const { text } = await service.request(customer, "GET", "/api/v1/inbox");
  assert.match(text, /First by SMTP/);
});

test("the dashboard is told where mail is handed in", async () => {
  const { json } = await service.request(customer, "GET", "/api/v1/session");
  const { submission } = json() as { submission: unknown };
  const { submissionPort: port, submissionTlsPort: implicitTlsPort } = service;
  assert.deepEqual(submission, { host: "127.0.0.1", port, implicitTlsPort, tls: "starttls" });
});
