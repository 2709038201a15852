import assert from "node:assert/strict";
import { after, test } from "node:test";
import { createTransport, type SendMailOptions } from "nodemailer";
import { type Query, sql } from "../../src/base/database.ts";
import { takeReport } from "../../src/core/inbound/index.ts";
import { readReturnPath } from "../../src/core/messages/index.ts";
import { runRetention } from "../../src/core/retention/index.ts";
import { readReport } from "../../src/mail/report/index.ts";
import { dsnOf } from "../../src/mail/report/testing/mails.ts";
import { found, openReporting } from "../support/reporting.ts";
import {
  type RecordedTransaction,
  type SmtpServer,
  type SmtpServerOptions,
  startSmtpServer,
} from "../support/smtp-server.ts";

// A program hands in mail by SMTP and asks to be told what becomes of it; the reports come to its own server.

const withoutDsn = ["PIPELINING", "8BITMIME", "SMTPUTF8", "ENHANCEDSTATUSCODES"];
const peers: Record<string, SmtpServerOptions> = {
  "home.example": {
    keep: "messages",
    // Reports are what any server takes: neither 8BITMIME nor SMTPUTF8.
    extensions: ["PIPELINING", "DSN", "ENHANCEDSTATUSCODES"],
    on: { rcpt: ({ argument }) => (argument.includes("refusing@") ? "550 5.1.1 Nobody" : undefined) },
  },
  "plain.example": { extensions: withoutDsn },
  "dsn.example": {},
  "dead.example": { on: { rcpt: "550 5.1.1 No such user" } },
  "slow.example": { on: { rcpt: "451 4.2.1 Come back later" } },
};
const servers = new Map<string, SmtpServer>();
for (const [domain, options] of Object.entries(peers)) servers.set(domain, await startSmtpServer(options));
after(async () => {
  for (const server of servers.values()) await server.close();
});
const ports = Object.fromEntries([...servers].map(([domain, { port }]) => [domain, port]));
const service = await openReporting({ after }, ports);

let asked = 0;

interface Wish {
  to: string;
  notify?: string[];
  ret?: "full" | "headers";
  from?: string;
  envelopeFrom?: string;
}

/** Hands in a message, and answers its id, what was said to it, and the id of its envelope. */
async function give({ to, notify, ret, envelopeFrom }: Wish, more: SendMailOptions = {}) {
  asked += 1;
  const envelopeId = `envelope ${asked}`;
  const mailer = createTransport({
    host: "127.0.0.1",
    port: service.submissionPort,
    auth: { user: service.key.publicKey, pass: service.key.secretKey },
  });
  const dsn = { id: envelopeId, return: ret ?? "headers", notify: notify ?? [], recipient: `rfc822;${to}` };
  try {
    const { response } = await mailer.sendMail({
      ...{ from: "Shop <shop@home.example>", to, subject: `Order ${asked}`, text: "What you ordered." },
      ...more,
      envelope: { from: envelopeFrom ?? "shop@home.example", to },
      ...(notify === undefined ? {} : { dsn }),
    });
    return { id: BigInt(response.match(/\d{10,}/)?.[0] ?? 0), response, envelopeId };
  } finally {
    mailer.close();
  }
}

/** A mail as its author's program has written it: with octets as they are. */
function rawMail(body: string): SendMailOptions {
  const type = "Content-Type: text/plain; charset=UTF-8\r\nContent-Transfer-Encoding: 8bit\r\n";
  return { raw: `From: shop@home.example\r\nMIME-Version: 1.0\r\n${type}\r\n${body}\r\n` };
}

type Report = RecordedTransaction & { data: Buffer };

/** The reports that have come about an envelope, or about a message by its subject. */
function reportsOf(words: string): Report[] {
  const all = servers.get("home.example")?.transactions ?? [];
  return all.filter((each): each is Report => each.data?.includes(`${words}\r\n`) === true);
}

function rows<Row>(query: Query): Promise<(Row & Record<string, unknown>)[]> {
  return service.database.read({ role: "operator" }, (reader) => reader.rows(query));
}

function operate(query: Query): Promise<number> {
  return service.database.write({ role: "operator" }, (tx) => tx.run(query));
}

async function reached(id: bigint, state: string, attempts = 0): Promise<void> {
  await found(async () => {
    const query = sql`select m.state, m.attempts from message m where m.id = ${id}`;
    const [row] = await rows<{ state: string; attempts: number }>(query);
    return row?.state === state && row.attempts >= attempts ? true : undefined;
  }, `message ${id} is ${state}`);
}

/** Makes the reports that are due, and waits for one. */
async function reported(words: string, count = 1): Promise<Report> {
  return found(async () => {
    await service.report();
    return reportsOf(words)[count - 1];
  }, `${count} reports of "${words}"`);
}

/** Waits until every report that was made has been delivered. */
async function delivered(): Promise<void> {
  await service.report();
  await found(
    async () => ((await rows(sql`select from report`)).length === 0 ? true : undefined),
    "no report waits",
  );
}

/** Lets another server bring a mail to where its message came from. */
async function bring(octets: Buffer, to: string): Promise<void> {
  const name = readReturnPath(service.keyring, to.slice(0, to.indexOf("@")));
  assert.ok(name !== null);
  await takeReport(service, name, { octets, isFromNobody: true }, service.clock.now());
}

const hours = (count: number) => service.clock.advance(count * 3_600_000);

function read(report: Report) {
  const understood = readReport(report.data, { isFromNobody: report.from === "" });
  assert.ok(understood.kind === "bounce" && understood.isStandard);
  const [recipient = assert.fail()] = understood.recipients;
  return { recipient, original: understood.original };
}

test("who asks for failures is told of a refusal, from nobody, signed by the operator, and no program answers", async () => {
  const { envelopeId, id } = await give({ to: "gone@dead.example", notify: ["failure", "delay"] });
  await reached(id, "bounced");
  const report = await reported(envelopeId);
  assert.deepEqual([report.from, report.to], ["", ["shop@home.example"]]);
  assert.deepEqual(report.rcptParameters, ["NOTIFY=NEVER"]);
  const text = report.data.toString();
  assert.match(text, /^DKIM-Signature: [\s\S]*?d=operator\.example;/m);
  assert.match(text, /^From: Example Mail <service@operator\.example>\r$/m);
  assert.match(text, /^Auto-Submitted: auto-replied\r$/m);
  assert.match(text, /^Reporting-MTA: dns; mail\.facteur\.example\r$/m);
  assert.doesNotMatch(text, /^(?:Received|Feedback-ID|List-Unsubscribe):/m);
  assert.match(text, /^There is no such mailbox\./m);
  const { recipient, original } = read(report);
  assert.deepEqual(recipient, {
    action: "failed",
    address: "gone@dead.example",
    originalAddress: "gone@dead.example",
    status: "5.1.1",
    replyCode: 550,
    text: "550 5.1.1 No such user",
    host: "127.0.0.1",
  });
  assert.deepEqual(original.get("to"), ["gone@dead.example"]);
  assert.doesNotMatch(text, /What you ordered/);
});

test("RET=FULL returns the whole message, and only of a failure", async () => {
  const failed = await give({ to: "whole@dead.example", notify: ["failure"], ret: "full" });
  assert.match((await reported(failed.envelopeId)).data.toString(), /What you ordered\./);
  const relayed = await give({ to: "ada@plain.example", notify: ["success"], ret: "full" });
  assert.doesNotMatch((await reported(relayed.envelopeId)).data.toString(), /What you ordered/);
});

test("RET=FULL returns no large message, and none of an account for which a thousand reports wait", async () => {
  const wish: Wish = { to: "whole@dead.example", notify: ["failure"], ret: "full" };
  const large = await give(wish, rawMail("Large body\r\n".repeat(6000)));
  assert.doesNotMatch((await reported(large.envelopeId)).data.toString(), /Large body/);
  await operate(sql`insert into report (account_id, id, message_id, action, sealed)
    select ${service.accountId}, n, n, 'failed', '' from generate_series(1, 1000) n`);
  const { envelopeId } = await give(wish);
  assert.doesNotMatch((await reported(envelopeId)).data.toString(), /What you ordered/);
  await operate(sql`delete from report where id <= 1000`);
});

test("a message with octets above 127 is returned whole to a server that takes none", async () => {
  const wish: Wish = { to: "whole@dead.example", notify: ["failure"], ret: "full" };
  const { envelopeId } = await give(wish, rawMail("Grüße"));
  const text = (await reported(envelopeId)).data.toString();
  assert.match(text, /^Gr=C3=BC=C3=9Fe\r$/m);
});

test("success is reported as relayed where the next server has no reports, and left to it where it has", async () => {
  const here = await give({ to: "ada@plain.example", notify: ["success"] });
  const { recipient } = read(await reported(here.envelopeId));
  assert.deepEqual([recipient.action, recipient.status, recipient.host], ["relayed", "2.0.0", "127.0.0.1"]);

  const there = await give({ to: "bob@dsn.example", notify: ["success"] });
  await reached(there.id, "sent");
  await delivered();
  assert.equal(reportsOf(there.envelopeId).length, 0);
  const sent = servers.get("dsn.example")?.transactions.at(-1);
  assert.match(sent?.rcptParameters[0] ?? "", /^NOTIFY=SUCCESS ORCPT=rfc822;bob@dsn\.example$/);
  // Its report comes to us, since the return path is ours, and is handed on to who has asked.
  const returned = dsnOf(
    "Reporting-MTA: dns; mx.dsn.example\n\nFinal-Recipient: rfc822; bob@dsn.example\nAction: delivered\nStatus: 2.1.5",
  );
  await bring(returned, sent?.from ?? "");
  const handedOn = read(await reported(there.envelopeId)).recipient;
  assert.deepEqual(
    [handedOn.action, handedOn.status, handedOn.host],
    ["delivered", "2.1.5", "mx.dsn.example"],
  );
  await bring(returned, sent?.from ?? "");
  await delivered();
  assert.equal(reportsOf(there.envelopeId).length, 1);
});

test("a report of the next server that is quicker than ours is handed on, and tells no success twice", async () => {
  const returned = (to: string) =>
    dsnOf(
      `Reporting-MTA: dns; mx.example\n\nFinal-Recipient: rfc822; ${to}\nAction: delivered\nStatus: 2.1.5`,
    );
  // The second one says that it makes no reports, and has one made all the same.
  for (const [domain, action] of [
    ["dsn.example", "delivered"],
    ["plain.example", "relayed"],
  ] as const) {
    const to = `quick@${domain}`;
    const { id, envelopeId } = await give({ to, notify: ["success", "failure"] });
    await reached(id, "sent");
    await bring(returned(to), servers.get(domain)?.transactions.at(-1)?.from ?? "");
    assert.equal(read(await reported(envelopeId)).recipient.action, action);
    await delivered();
    assert.equal(reportsOf(envelopeId).length, 1);
  }
});

test("a message that comes back later is reported as failed", async () => {
  const { id, envelopeId } = await give({ to: "later@plain.example", notify: ["failure"] });
  await reached(id, "sent");
  const sent = servers.get("plain.example")?.transactions.at(-1);
  const bounce = dsnOf(
    "Reporting-MTA: dns; mx.plain.example\n\nFinal-Recipient: rfc822; later@plain.example\nAction: failed\nStatus: 5.2.2\nDiagnostic-Code: smtp; 552 5.2.2 Mailbox full",
  );
  await bring(bounce, sent?.from ?? "");
  const report = await reported(envelopeId);
  const { recipient } = read(report);
  assert.deepEqual([recipient.action, recipient.status, recipient.replyCode], ["failed", "5.2.2", 552]);
  assert.match(report.data.toString(), /^ {4}552 5\.2\.2 Mailbox full\r$/m);
});

test("who does not ask, asks for nothing, is nobody or somebody else, gets no report", async () => {
  const to = "silent@dead.example";
  const silent = [
    await give({ to }),
    await give({ to, notify: ["never"] }),
    await give({ to, notify: ["success", "delay"] }),
    await give({ to, notify: ["failure"], envelopeFrom: "" }),
    await give({ to, notify: ["failure"], envelopeFrom: "victim@plain.example" }),
  ];
  assert.match(
    silent[4]?.response ?? "",
    /No delivery reports: MAIL FROM is no active sender of this account$/,
  );
  assert.doesNotMatch(silent[2]?.response ?? "", /reports/);
  for (const { id } of silent) await reached(id, "bounced");
  await delivered();
  for (const { envelopeId } of silent) assert.equal(reportsOf(envelopeId).length, 0, envelopeId);
});

test("an address beyond ASCII is reported in seven bits, with its type", async () => {
  const { envelopeId } = await give({ to: "jörg@dead.example", notify: ["failure"] });
  const report = await reported(envelopeId);
  assert.match(report.data.toString(), /^Final-Recipient: utf-8; j\\x\{F6\}rg@dead\.example\r$/m);
  assert.equal(read(report).recipient.address, "jörg@dead.example");
});

test("reports are no mail of the account: neither listed nor counted, and gone when they are delivered", async () => {
  await delivered();
  const counted = sql`select (select count(*)::int from message) as messages,
    (select sum(u.accepted)::int from usage_day u) as used, (select count(*)::int from report) as reports,
    (select count(*)::int from event e where not exists (
      select from message m where m.account_id = e.account_id and m.id = e.message_id)) as strays`;
  type Counts = { messages: number; used: number; reports: number; strays: number };
  const [before = assert.fail()] = await rows<Counts>(counted);
  const { envelopeId } = await give({ to: "gone@dead.example", notify: ["failure"] });
  await reported(envelopeId);
  await delivered();
  const { messages, used } = before;
  assert.deepEqual(await rows(counted), [{ messages: messages + 1, used: used + 1, reports: 0, strays: 0 }]);
});

test("a report that its own recipient refuses is forgotten, and nobody is told or suppressed", async () => {
  const envelopeFrom = "refusing@home.example";
  const { envelopeId } = await give({ to: "gone@dead.example", notify: ["failure"], envelopeFrom });
  const home = servers.get("home.example");
  const before = home?.times("rcpt") ?? 0;
  await found(async () => {
    await service.report();
    return (home?.times("rcpt") ?? 0) > before ? true : undefined;
  }, "the report is refused");
  await delivered();
  assert.equal(reportsOf(envelopeId).length, 0);
  const suppressed = await rows<{ source_id: bigint }>(sql`select s.source_id from suppression s`);
  const messages = await rows<{ id: bigint }>(sql`select m.id from message m`);
  assert.ok(suppressed.every(({ source_id: source }) => messages.some(({ id }) => id === source)));
});

test("a report is made once: by two at a time, by a process that lost its turn, and after one that ended", async () => {
  await delivered();
  const first = await give({ to: "first@dead.example", notify: ["failure"] });
  await reached(first.id, "bounced");
  await Promise.all([service.report(1), service.report(1)]);
  await reported(first.envelopeId);
  const second = await give({ to: "second@dead.example", notify: ["failure"] });
  await reached(second.id, "bounced");
  // The first node has ended between what happened and its report: another one goes on after a while.
  assert.equal(await service.report(2), null);
  await service.takeOver(2);
  assert.equal(await service.report(1), null);
  await service.report(2);
  await found(() => reportsOf(second.envelopeId)[0], "the second node's report");
  await service.takeOver(1);
  await delivered();
  assert.deepEqual([reportsOf(first.envelopeId).length, reportsOf(second.envelopeId).length], [1, 1]);
});

test("what cannot be read of one message holds up nobody's reports, and is named", async () => {
  await delivered();
  const broken = ["wish", "identity", "words", "content"] as const;
  const given = await Promise.all(
    broken.map(async (what) => ({
      what,
      ...(await give({ to: `${what}@dead.example`, notify: ["failure"] })),
    })),
  );
  for (const { id } of given) await reached(id, "bounced");
  const flipped = sql`set_byte(sealed, 20, get_byte(sealed, 20) # 1)`;
  const [wish = 0n, identity = 0n, words = 0n, content = 0n] = given.map(({ id }) => id);
  await operate(sql`update report_wish set sealed = ${flipped} where message_id = ${wish}`);
  await operate(sql`update message set sealed = ${flipped} where id = ${identity}`);
  await operate(sql`update event set sealed = ${flipped} where message_id = ${words} and kind = 'bounced'`);
  await operate(sql`update content set sealed = ${flipped}
    where id = (select m.content_id from message m where m.id = ${content})`);
  const next = await give({ to: "next@dead.example", notify: ["failure"] });
  await reported(next.envelopeId);
  await delivered();
  // A failure is told, although what it is about cannot be shown.
  assert.deepEqual(
    given.filter(({ envelopeId }) => reportsOf(envelopeId).length > 0).map(({ what }) => what),
    ["content"],
  );
  const ids = given.map(({ id }) => id);
  assert.deepEqual(new Set(service.damaged), new Set(ids));
  assert.deepEqual(await rows(sql`select from report_wish where message_id = any(${ids}::bigint[])`), []);
});

test("what is kept of a wish and of a report is nowhere in clear", async () => {
  const { id } = await give({ to: "canary@slow.example", notify: ["failure", "delay"] });
  await reached(id, "deferred", 1);
  const [wish = assert.fail()] = await rows<{ sealed: Buffer }>(
    sql`select w.sealed from report_wish w where w.message_id = ${id}`,
  );
  for (const word of ["home.example", "canary", "envelope"]) assert.ok(!wish.sealed.includes(word), word);
});

test("a delay is told once, after hours, and that it was given up, after days", async () => {
  const both = await give({ to: "waits@slow.example", notify: ["delay", "failure"], ret: "full" });
  const quiet = await give({ to: "waits@slow.example", notify: ["failure"] });
  await reached(both.id, "deferred", 1);
  hours(3);
  await delivered();
  assert.equal(reportsOf(both.envelopeId).length, 0);
  hours(2);
  const delay = await reported(both.envelopeId);
  const { recipient } = read(delay);
  assert.deepEqual([recipient.action, recipient.status, recipient.replyCode], ["delayed", "4.2.1", 451]);
  assert.match(delay.data.toString(), /^Will-Retry-Until: \w{3}, \d\d \w{3} 20\d\d /m);
  hours(12);
  service.deliver();
  await delivered();
  assert.equal(reportsOf(both.envelopeId).length, 1);
  assert.equal(reportsOf(quiet.envelopeId).length, 0);

  hours(5 * 24);
  await service.ensurePartitions();
  service.deliver();
  await reached(both.id, "expired");
  const end = await reported(both.envelopeId, 2);
  assert.deepEqual([read(end).recipient.action, read(end).recipient.status], ["failed", "4.4.7"]);
  assert.match(end.data.toString(), /What you ordered\./);
  await reported(quiet.envelopeId);
  assert.doesNotMatch(end.data.toString(), /^Will-Retry-Until/m);

  // What was taken by the next server may come back; six days later nothing of it is kept that could be told.
  const { id } = await give({ to: "kept@plain.example", notify: ["failure"] });
  await reached(id, "sent");
  await delivered();
  assert.equal((await rows(sql`select from report_wish w where w.message_id = ${id}`)).length, 1);
  hours(24 * 6);
  await runRetention(service);
  assert.deepEqual(await rows(sql`select from report_wish union all select from report`), []);
});
