import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { after, before, test } from "node:test";
import { dkimVerify } from "mailauth/lib/dkim/verify.js";
import { simpleParser } from "mailparser";
import PostalMime, { decodeWords } from "postal-mime";
import { dkimpyVerdicts } from "../support/dkimpy.ts";
import { send } from "../support/sending.ts";
import { type Credentials, TestService } from "../support/service.ts";
import { type RecordedTransaction, type SmtpServer, startSmtpServer } from "../support/smtp-server.ts";

// What a recipient's software makes of our messages, told by software that is not ours.

interface Approval {
  dkimRecordName: string;
  dkimRecordValue: string;
}

let sink: SmtpServer;
let service: TestService;
let credentials: Credentials;
let approval: Approval;

before(async () => {
  sink = await startSmtpServer({ keep: "messages" });
  service = await new TestService({ env: { FACTEUR_ROUTES: `*=127.0.0.1:${sink.port}` } }).start();
  credentials = service.first;
  const words = ["domain", "approve", "shop.example", "--account", credentials.accountId];
  approval = (await service.command(...words)) as unknown as Approval;
});

after(async () => {
  await service?.remove();
  await sink?.close();
});

/** Sends one message to one recipient and answers what the recipient's server was given. */
async function received(message: Record<string, unknown>): Promise<RecordedTransaction & { data: Buffer }> {
  const before = sink.counts.messages;
  await send(service, credentials, {
    From: { Email: "news@shop.example" },
    To: [{ Email: "ada@example.net" }],
    ...message,
  });
  await sink.accepted(before + 1);
  const transaction = sink.transactions.at(-1)!;
  assert.ok(transaction.data !== undefined);
  return transaction as RecordedTransaction & { data: Buffer };
}

async function dkimVerdicts(data: Buffer): Promise<string[]> {
  const resolver = async (name: string) => {
    assert.equal(name, approval.dkimRecordName);
    return [[approval.dkimRecordValue]];
  };
  const { results } = await dkimVerify(data, { resolver });
  return results.map(({ status, signingDomain }) => `${signingDomain} ${status.result}`);
}

/** Parsers differ in line ends and in what they leave of the last one. */
const linesOf = (text: string | undefined) => text?.replaceAll("\r\n", "\n").trimEnd();

test("names, addresses and subjects beyond ASCII are read back as they were submitted", async () => {
  const subject =
    'Ünïcödé — 漢字 🎉 "quoted", comma; and a very long tail that must be folded more than once '
      .repeat(2)
      .trim();
  const from = { Email: "news@shop.example", Name: 'Zoë "Zed" O’Neil, Größe & Söhne (Ltd.)' };
  const to = [
    { Email: "ada@example.net", Name: "Ада Лавлейс" },
    { Email: "grace@example.net", Name: "Hopper, Grace" },
    { Email: "plain@example.net", Name: "" },
  ];
  const cc = [{ Email: "alan@example.org", Name: "アラン・チューリング" }];
  const replyTo = { Email: "answers@shop.example", Name: "Réponses" };
  const before = sink.counts.messages;
  await send(service, credentials, {
    From: from,
    To: to,
    Cc: cc,
    Bcc: [{ Email: "hidden@example.net", Name: "Nobody must see this" }],
    ReplyTo: replyTo,
    Subject: subject,
    TextPart: "Grüße\n.\n..\n.dot\nFrom here\n",
    Headers: { "X-Order": "№ 42", "X-Plain": "yes" },
  });
  await sink.accepted(before + 5);
  const mine = sink.transactions.slice(-5);
  assert.deepEqual(mine.flatMap(({ to: [rcpt] }) => rcpt).sort(), [
    "ada@example.net",
    "alan@example.org",
    "grace@example.net",
    "hidden@example.net",
    "plain@example.net",
  ]);
  for (const { data } of mine) {
    assert.ok(data !== undefined);
    assert.deepEqual(await dkimVerdicts(data), ["shop.example pass"]);
    assert.doesNotMatch(data.toString("latin1"), /^bcc:|hidden@/im, "a blind copy shows nowhere");
    const first = await PostalMime.parse(data);
    assert.equal(first.subject, subject);
    assert.deepEqual(first.from, { address: from.Email, name: from.Name });
    assert.deepEqual(
      first.to,
      to.map(({ Email: address, Name: name }) => ({ address, name })),
    );
    assert.deepEqual(
      first.cc,
      cc.map(({ Email: address, Name: name }) => ({ address, name })),
    );
    assert.deepEqual(first.replyTo, [{ address: replyTo.Email, name: replyTo.Name }]);
    assert.equal(linesOf(first.text), "Grüße\n.\n..\n.dot\nFrom here");
    assert.match(first.messageId ?? "", /^<[^@\s]+@shop\.example>$/);
    const second = await simpleParser(data);
    assert.equal(second.subject, subject);
    assert.deepEqual(second.from?.value, [{ address: from.Email, name: from.Name }]);
    assert.equal(decodeWords(String(second.headers.get("x-order"))), "№ 42");
    assert.equal(second.headers.get("x-plain"), "yes");
    assert.ok(Math.abs((second.date?.getTime() ?? 0) - Date.now()) < 60_000);
  }
  assert.deepEqual(sink.violations, []);
});

test("attachments and inline images come out with the octets and names that went in", async () => {
  const files = [
    { ContentType: "application/pdf", Filename: "Rechnung № 7 – Größe.pdf", content: randomBytes(70_001) },
    {
      ContentType: "text/plain; charset=utf-8",
      Filename: 'with space "and" quotes.txt',
      content: Buffer.from("a\nb\r\nc\rd"),
    },
    { ContentType: "application/octet-stream", Filename: "leer.bin", content: Buffer.from([0]) },
    { ContentType: "text/csv", Filename: `${"long-name-".repeat(20)}.csv`, content: Buffer.from("a;b\r\n") },
  ];
  const image = {
    ContentType: "image/png",
    Filename: "logo.png",
    ContentID: "logo1",
    content: randomBytes(5000),
  };
  const wire = ({ content, ...file }: { content: Buffer }) => ({
    ...file,
    Base64Content: content.toString("base64"),
  });
  const html = `<h1>Héllo 🎉</h1><img src="cid:logo1"><p>${"x".repeat(5000)}</p>`;
  const { data } = await received({
    Subject: "Files",
    TextPart: `Short.\n${"y".repeat(3000)}\nEnd.`,
    HTMLPart: html,
    Attachments: files.map(wire),
    InlinedAttachments: [image].map(wire),
  });
  assert.deepEqual(await dkimVerdicts(data), ["shop.example pass"]);
  assert.ok(
    data
      .toString("latin1")
      .split("\r\n")
      .every((line) => line.length <= 998),
    "RFC 5322 §2.1.1",
  );

  const first = await PostalMime.parse(data);
  assert.equal(linesOf(first.text), `Short.\n${"y".repeat(3000)}\nEnd.`);
  assert.equal(first.html?.trimEnd(), html);
  const attached = first.attachments.filter(({ disposition }) => disposition === "attachment");
  assert.deepEqual(
    attached.map(({ filename }) => filename),
    files.map(({ Filename }) => Filename),
  );
  assert.deepEqual(
    attached.map(({ mimeType }) => mimeType),
    files.map(({ ContentType }) => ContentType.split(";")[0]),
  );
  for (const [index, { content }] of files.entries())
    assert.ok(Buffer.from(attached[index]?.content as ArrayBuffer).equals(content), files[index]?.Filename);

  const second = await simpleParser(data, { skipImageLinks: true });
  assert.deepEqual(
    second.attachments.map(({ filename }) => filename).sort(),
    [...files, image].map(({ Filename }) => Filename).sort(),
  );
  const inline = second.attachments.find(({ cid }) => cid === "logo1");
  assert.equal(inline?.contentDisposition, "inline");
  assert.ok(inline?.related);
  assert.ok(inline.content.equals(image.content));
});

test("Debian's python3-dkim finds the signatures valid, and those of a changed message not", async () => {
  const records = { [approval.dkimRecordName]: approval.dkimRecordValue };
  for (const message of [
    { Subject: "Plain" },
    { Subject: "Ünïcode 🎉", TextPart: "Grüße  \n\n\n", HTMLPart: `<p>${"ö ".repeat(2000)}</p>` },
    {
      Subject: "x".repeat(255),
      TextPart: " leading and trailing \t \n",
      Headers: { "X-Long": "y ".repeat(400) },
    },
  ]) {
    const { data } = await received(message);
    assert.deepEqual(await dkimpyVerdicts(data, records), [true]);
    const changed = Buffer.from(data.toString("latin1").replace("Subject: ", "Subject: no "), "latin1");
    assert.deepEqual(await dkimpyVerdicts(changed, records), [false]);
  }
});

test("15 MB of attachments arrive intact, and one byte more is refused", async () => {
  const content = randomBytes(15 * 1024 * 1024);
  const file = {
    ContentType: "application/zip",
    Filename: "large.zip",
    Base64Content: content.toString("base64"),
  };
  const { data } = await received({ Subject: "Large", Attachments: [file] });
  assert.deepEqual(await dkimVerdicts(data), ["shop.example pass"]);
  const [attachment] = (await simpleParser(data)).attachments;
  assert.ok(attachment?.content.equals(content));

  const tooLarge = { ...file, Base64Content: Buffer.concat([content, Buffer.from([1])]).toString("base64") };
  const message = {
    From: { Email: "news@shop.example" },
    To: [{ Email: "ada@example.net" }],
    TextPart: "x",
    Attachments: [tooLarge],
  };
  const answer = await service.request(credentials, "POST", "/v3.1/send", { body: { Messages: [message] } });
  assert.equal(answer.status, 400);
  assert.match(answer.text, /15/);
});
