import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { messageReasons as reasons } from "../../src/core/delivery/index.ts";
import { Records } from "../support/records.ts";
import { type Accepted, send } from "../support/sending.ts";
import { type Credentials, TestService } from "../support/service.ts";
import { type SmtpServer, type SmtpServerOptions, startSmtpServer } from "../support/smtp-server.ts";
import { freePort } from "../support/system-postgres.ts";

let isClosing = true;

// Each domain has a server of its own, so that what one of them says slows down nobody else.
const peers = {
  "full.example": { on: { rcpt: ({ times }) => (times <= 2 ? "452 4.2.2 Mailbox full" : undefined) } },
  "grey.example": {
    on: {
      rcpt: ({ times, argument }) =>
        times === 1 && argument.includes("first@")
          ? "450 4.7.1 Greylisted, come back in 5 minutes"
          : undefined,
    },
  },
  "gone.example": { on: { rcpt: "550 5.1.1 No such user here" } },
  "silent.example": { on: { rcpt: "550 Requested action not taken" } },
  "listed.example": {
    on: { rcpt: "550 5.7.1 Your IP 192.0.2.1 is listed by zen.spamhaus.org; user unknown to your provider" },
  },
  "spam.example": { on: { message: "554 5.7.1 Message content rejected as spam" } },
  "sender.example": { on: { mail: "550 5.7.26 Unauthenticated sender: DMARC policy" } },
  "closing.example": {
    on: { connect: () => (isClosing ? { reply: "421 4.3.2 Shutting down", end: "close" } : undefined) },
  },
  "halfway.example": {
    extensions: ["PIPELINING"],
    on: { data: ({ times }) => (times === 1 ? { endAfterOctets: 10 } : undefined) },
  },
  "doubt.example": {
    on: { message: ({ times }) => (times === 1 ? { end: "reset" } : undefined) },
    keep: "messages",
  },
  "odd.example": { on: { rcpt: ({ times }) => (times === 1 ? "199-what\n199 is this" : undefined) } },
  "broken.example": { on: { ehlo: ({ times }) => (times === 1 ? Buffer.from("hello?\r\n") : undefined) } },
} satisfies Record<string, SmtpServerOptions>;

type Domain = keyof typeof peers;

const servers = new Map<string, SmtpServer>();
let service: TestService;
let records: Records;
let credentials: Credentials;

before(async () => {
  for (const [domain, options] of Object.entries(peers)) servers.set(domain, await startSmtpServer(options));
  const closedPort = await freePort();
  const routes = [...servers].map(([domain, { port }]) => `${domain}=127.0.0.1:${port}`);
  service = await new TestService({
    env: { FACTEUR_ROUTES: [...routes, `refusing.example=127.0.0.1:${closedPort}`].join(",") },
  }).start();
  credentials = service.first;
  await service.command("domain", "approve", "shop.example", "--account", credentials.accountId);
  records = await Records.open(service);
});

after(async () => {
  await records?.close();
  await service?.remove();
  for (const server of servers.values()) await server.close();
});

async function sendTo(...addresses: string[]): Promise<Accepted[]> {
  const From = { Email: "news@shop.example", Name: "News" };
  return send(service, credentials, ...addresses.map((Email) => ({ From, To: [{ Email }] })));
}

const peer = (domain: Domain) => servers.get(domain)!;

test("a full mailbox is tried again, each time later, until it takes the message", async () => {
  const [{ id } = assert.fail()] = await sendTo("ada@full.example");
  const first = await records.attempted(id, 1);
  assert.deepEqual(first, {
    id,
    state: "deferred",
    reason: reasons.quotaExceeded,
    attempts: 1,
    wasUnknown: false,
  });
  await service.command("clock", "advance", "6m");
  await records.attempted(id, 2);
  await service.command("clock", "advance", "6m");
  await pause(1500);
  assert.equal((await records.message(id)).attempts, 2, "the second pause is longer than the first");
  await service.command("clock", "advance", "11m");
  const last = await records.reached(id, "sent");
  assert.equal(last.attempts, 3);
  assert.equal(last.reason, null);
  assert.deepEqual(await records.historyText(id), [
    "deferred 452 4.2.2 Mailbox full",
    "deferred 452 4.2.2 Mailbox full",
    "sent 250 2.0.0 Accepted",
  ]);
  assert.equal(await records.count("suppression"), 0);
});

test("a greylisting server holds up one message, not its domain", async () => {
  const sent = await sendTo("first@grey.example", "second@grey.example", "third@grey.example");
  const [first, ...others] = sent.map(({ id }) => id);
  for (const id of others) await records.reached(id, "sent");
  const waiting = await records.reached(first!, "deferred");
  assert.equal(waiting.reason, reasons.greylisted);
  await service.command("clock", "advance", "6m");
  await records.reached(first!, "sent");
});

test("an address that does not exist bounces hard, and the next message to it is blocked without an attempt", async () => {
  const [{ id } = assert.fail()] = await sendTo("Nobody@gone.example");
  const bounced = await records.reached(id, "bounced");
  assert.deepEqual([bounced.reason, bounced.attempts], [reasons.userUnknown, 1]);
  assert.equal(await records.count("suppression"), 1);
  const asked = peer("gone.example").times("rcpt");
  const [next] = await sendTo("Nobody@Gone.Example");
  const blocked = await records.reached(next!.id, "blocked");
  assert.deepEqual([blocked.reason, blocked.attempts], [reasons.preblocked, 0]);
  assert.equal(peer("gone.example").times("rcpt"), asked);
  const other = await service.account("other@firm.example", "firm.example");
  const [theirs] = await send(service, other, {
    From: { Email: "a@firm.example" },
    To: [{ Email: "nobody@gone.example" }],
  });
  await records.reached(theirs!.id, "bounced");
  assert.equal(peer("gone.example").times("rcpt"), asked + 1, "another account's list is its own");
});

test("a refusal that names nobody bounces this message and spares the address", async () => {
  const before = await records.count("suppression");
  for (const round of [1, 2]) {
    const [{ id } = assert.fail()] = await sendTo("ada@silent.example");
    await records.reached(id, "bounced");
    assert.equal(peer("silent.example").times("rcpt"), round);
  }
  assert.equal(await records.count("suppression"), before);
});

for (const [domain, reason, fault] of [
  ["listed.example", reasons.blacklisted, "our IP address"],
  ["spam.example", reasons.contentBlocked, "the content"],
  ["sender.example", reasons.policyIssue, "the sender"],
] as const) {
  test(`a refusal that blames ${fault} suppresses nobody`, async () => {
    const before = await records.count("suppression");
    const [{ id } = assert.fail()] = await sendTo(`ada@${domain}`);
    const bounced = await records.reached(id, "bounced");
    assert.equal(bounced.reason, reason);
    assert.equal(await records.count("suppression"), before);
    const [again] = await sendTo(`ada@${domain}`);
    await records.reached(again!.id, "bounced");
    assert.equal(peer(domain).times("mail"), 2, "the next message is tried");
  });
}

test("a server that says 421 is left alone for a while, with all that waits for it", async () => {
  const [first] = await sendTo("ada@closing.example");
  assert.equal((await records.reached(first!.id, "deferred")).reason, reasons.systemIssue);
  const connections = peer("closing.example").counts.connections;
  const others = await sendTo(...[1, 2, 3, 4, 5].map((n) => `user${n}@closing.example`));
  await pause(1500);
  assert.equal(peer("closing.example").counts.connections, connections, "nobody knocks again at once");
  for (const { id } of others) assert.deepEqual((await records.message(id)).attempts, 0);
  isClosing = false;
  await service.command("clock", "advance", "6m");
  const started = performance.now();
  for (const { id } of [first!, ...others]) await records.reached(id, "sent");
  assert.ok(performance.now() - started < 10_000, "the pause goes by with the product's clock");
});

test("a refused connection defers and blames nobody", async () => {
  const [{ id } = assert.fail()] = await sendTo("ada@refusing.example");
  const deferred = await records.reached(id, "deferred");
  assert.equal(deferred.reason, reasons.connectionIssue);
  const [entry] = await records.history(id);
  assert.match(entry?.detail ?? "", /connect/);
});

test("a connection that breaks before the end of the message is simply tried again", async () => {
  // So large that it cannot all be in the buffers between us when the connection ends.
  const file = {
    ContentType: "application/zip",
    Filename: "large.zip",
    Base64Content: "QUJD".repeat(3_000_000),
  };
  const From = { Email: "news@shop.example" };
  const [{ id } = assert.fail()] = await send(service, credentials, {
    From,
    To: [{ Email: "ada@halfway.example" }],
    Attachments: [file],
  });
  const deferred = await records.reached(id, "deferred");
  assert.equal(deferred.wasUnknown, false);
});

test("a connection that breaks behind the final dot is reported as unknown and repeated with the same Message-ID", async () => {
  const [{ id } = assert.fail()] = await sendTo("ada@doubt.example");
  const unknown = await records.reached(id, "deferred");
  assert.equal(unknown.wasUnknown, true);
  await service.command("clock", "advance", "6m");
  await pause(1500);
  assert.equal(
    (await records.message(id)).attempts,
    1,
    "the peer gets ten minutes to be done with the first copy",
  );
  await service.command("clock", "advance", "6m");
  const sent = await records.reached(id, "sent");
  assert.equal(sent.wasUnknown, true, "the sender can still see that it may have arrived twice");
  const [once, again] = peer("doubt.example").transactions.map(({ data }) => data);
  assert.ok(once !== undefined && again !== undefined);
  assert.ok(once.equals(again), "both copies are the same octets");
});

test("nonsense instead of a reply defers", async () => {
  for (const domain of ["odd.example", "broken.example"] as const) {
    const [{ id } = assert.fail()] = await sendTo(`ada@${domain}`);
    await records.reached(id, "deferred");
    assert.equal(peer(domain).counts.messages, 0);
  }
});
