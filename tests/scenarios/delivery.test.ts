import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { messageReasons as reasons } from "../../src/core/delivery/index.ts";
import { Records } from "../support/records.ts";
import { type Accepted, send } from "../support/sending.ts";
import { TestService } from "../support/service.ts";
import { type SmtpServer, type SmtpServerOptions, startSmtpServer } from "../support/smtp-server.ts";

let isClosing = true;

const peers = {
  "utf8.example": { keep: "messages" },
  "ascii.example": { extensions: ["PIPELINING", "8BITMIME"] },
  "1982.example": { extensions: [], keep: "messages" },
  "small.example": { extensions: ["SIZE 20000"] },
  "queue.example": {
    on: { connect: () => (isClosing ? { reply: "421 4.3.2 Not now", end: "close" } : undefined) },
  },
  "never.example": { on: { rcpt: "450 4.2.2 Mailbox full" } },
  "twice.example": {},
  "xn--bcher-kva.example": { extensions: [] },
  // Takes its time over the first message: what is announced behind it has to be asked about again.
  "thoughtful.example": {
    extensions: ["PIPELINING"],
    keep: "messages",
    on: { message: ({ times }) => (times === 1 ? { reply: "250 2.0.0 Ok", delayMs: 3000 } : undefined) },
  },
  // Two messages a connection: every second one ends with a word to the third, or with none.
  "hurried.example": {
    extensions: ["PIPELINING"],
    keep: "messages",
    on: {
      mail: ({ connection }) =>
        mailsOn(connection) > 2 ? { reply: "421 4.7.0 Enough", end: "close" } : undefined,
      message: ({ connection }) =>
        connection % 2 === 0 && mailsOn(connection, 0) >= 2
          ? { reply: "250 2.0.0 Ok", end: "close" }
          : undefined,
    },
  },
} satisfies Record<string, SmtpServerOptions>;

const mails = new Map<number, number>();
function mailsOn(connection: number, more = 1): number {
  mails.set(connection, (mails.get(connection) ?? 0) + more);
  return mails.get(connection) ?? 0;
}

const servers = new Map<string, SmtpServer>();
let service: TestService;
let records: Records;

before(async () => {
  for (const [domain, options] of Object.entries(peers)) servers.set(domain, await startSmtpServer(options));
  const routes = [...servers].map(([domain, { port }]) => `${domain}=127.0.0.1:${port}`);
  service = await new TestService({ env: { FACTEUR_ROUTES: routes.join() } }).start();
  await service.command("domain", "approve", "shop.example", "--account", service.first.accountId);
  records = await Records.open(service);
});
after(async () => {
  await records?.close();
  await service?.remove();
  for (const server of servers.values()) await server.close();
});

const peer = (domain: keyof typeof peers) => servers.get(domain)!;

async function sendTo(address: string, more: object = {}): Promise<Accepted> {
  const From = { Email: "news@shop.example" };
  const [sent] = await send(service, service.first, { From, To: [{ Email: address }], ...more });
  return sent!;
}

test("an address beyond ASCII reaches a server that offers SMTPUTF8", async () => {
  const { id } = await sendTo("用户@utf8.example", { Subject: "Grüße" });
  await records.reached(id, "sent");
  const [transaction] = peer("utf8.example").transactions;
  assert.deepEqual(transaction?.to, ["用户@utf8.example"]);
  assert.match(transaction?.mailParameters ?? "", /SMTPUTF8/);
  assert.deepEqual(peer("utf8.example").violations, []);
});

test("an address beyond ASCII bounces from a server without SMTPUTF8, and is not suppressed", async () => {
  const { id } = await sendTo("jürgen@ascii.example");
  const bounced = await records.reached(id, "bounced");
  assert.equal(bounced.reason, reasons.protocolIssue);
  assert.equal(peer("ascii.example").times("data"), 0);
  assert.equal(await records.count("suppression"), 0);
  const plain = await sendTo("juergen@ascii.example", { Subject: "Grüße", TextPart: "Grüße" });
  await records.reached(plain.id, "sent");
});

test("a domain beyond ASCII goes over the wire in its ASCII form", async () => {
  const { id } = await sendTo("ada@bücher.example");
  await records.reached(id, "sent");
  assert.deepEqual(peer("xn--bcher-kva.example").transactions[0]?.to, ["ada@xn--bcher-kva.example"]);
});

test("a server of 1982 gets seven bits in lines it can bear, whatever the message holds", async () => {
  const { id } = await sendTo("ada@1982.example", {
    Subject: "Grüße 🎉",
    TextPart: "Ä".repeat(5000),
    HTMLPart: `<p>${"ö".repeat(3000)}</p>`,
  });
  await records.reached(id, "sent");
  const [{ data } = assert.fail()] = peer("1982.example").transactions;
  assert.ok(data !== undefined);
  assert.ok(data.every((byte) => byte < 128));
  assert.ok(
    data
      .toString("latin1")
      .split("\r\n")
      .every((line) => line.length <= 998),
  );
  assert.deepEqual(peer("1982.example").violations, []);
});

test("a message larger than the server's SIZE bounces without being sent, and blames the content", async () => {
  const file = { ContentType: "text/plain", Filename: "a.txt", Base64Content: "QUJD".repeat(10_000) };
  const { id } = await sendTo("ada@small.example", { Attachments: [file] });
  const bounced = await records.reached(id, "bounced");
  assert.equal(bounced.reason, reasons.contentBlocked);
  assert.equal(peer("small.example").counts.messages, 0);
  const small = await sendTo("ada@small.example");
  await records.reached(small.id, "sent");
});

test("priorities decide the order in which a queue is worked off", async () => {
  const first = await sendTo("first@queue.example");
  await records.reached(first.id, "deferred");
  for (const [name, Priority] of [
    ["low-a", 0],
    ["low-b", 0],
    ["lowfront-a", 1],
    ["lowfront-b", 1],
    ["high-a", 2],
    ["high-b", 2],
    ["front-a", 3],
    ["front-b", 3],
  ] as const)
    await sendTo(`${name}@queue.example`, { Priority });
  isClosing = false;
  await service.command("clock", "advance", "4m");
  const { transactions } = peer("queue.example");
  while (transactions.length < 8) await pause(20);
  // Several connections work at once, each on its share: on each of them the order is the queue's.
  const ranks = ["front-b", "front-a", "high-a", "high-b", "lowfront-b", "lowfront-a", "low-a", "low-b"];
  for (const connection of new Set(transactions.map((each) => each.connection))) {
    const order = transactions
      .filter((each) => each.connection === connection)
      .map(({ to: [address = ""] }) => ranks.indexOf(address.split("@")[0] ?? ""));
    assert.deepEqual(
      order,
      order.toSorted((a, b) => a - b),
    );
  }
});

test("one address that stands in To, Cc and Bcc gets one copy", async () => {
  const address = { Email: "ada@twice.example" };
  await sendTo("ada@twice.example", { Cc: [address, { Email: "ADA@Twice.example" }], Bcc: [address] });
  const last = await sendTo("last@twice.example");
  await records.reached(last.id, "sent");
  await pause(300);
  const copies = peer("twice.example").transactions.filter(({ to: [to = ""] }) =>
    to.toLowerCase().startsWith("ada"),
  );
  assert.equal(copies.length, 1);
});

test("what was announced to a server that has had enough goes over a new connection at once", async () => {
  const From = { Email: "news@shop.example" };
  const messages = [...Array(12).keys()].map((index) => ({
    From,
    To: [{ Email: `${index}@hurried.example` }],
  }));
  const sent = await send(service, service.first, ...messages);
  for (const { id } of sent) assert.equal((await records.reached(id, "sent")).attempts, 1);
  const { transactions, violations } = peer("hurried.example");
  assert.equal(transactions.length, 12);
  assert.equal(new Set(transactions.map(({ to }) => to[0])).size, 12);
  assert.deepEqual(violations, []);
});

test("a reader who is suppressed while their message is announced gets none, and the next one theirs", async () => {
  const From = { Email: "news@shop.example" };
  const names = [...Array(5).keys()].map((index) => `${index}@thoughtful.example`);
  const sent = await send(service, service.first, ...names.map((Email) => ({ From, To: [{ Email }] })));
  const { transactions } = peer("thoughtful.example");
  while (peer("thoughtful.example").times("message") === 0) await pause(10);
  await service.request(service.first, "POST", "/api/v1/suppressions", { body: { address: names[1] } });
  for (const index of [0, 2, 3, 4]) {
    assert.equal((await records.reached(sent[index]!.id, "sent")).attempts, 1);
  }
  assert.equal((await records.reached(sent[1]!.id, "blocked")).attempts, 0);
  assert.deepEqual(transactions.map(({ to: [address] }) => address).toSorted(), names.toSpliced(1, 1));
  assert.doesNotMatch(service.output, /courier_failed/);
});

test("after five days of 4yz a message expires, before its content is gone", async () => {
  const suppressed = await records.count("suppression");
  const { id } = await sendTo("ada@never.example");
  await records.attempted(id, 1);
  for (let day = 1; day <= 4; day++) {
    await service.command("clock", "advance", "1d");
    await records.attempted(id, day + 1);
    assert.equal((await records.message(id)).state, "deferred");
  }
  await service.command("clock", "advance", "25h");
  const expired = await records.reached(id, "expired");
  assert.ok(expired.attempts >= 5);
  const history = await records.history(id);
  assert.equal(history.at(-1)?.kind, "expired");
  assert.equal(await records.count("suppression"), suppressed);
});
