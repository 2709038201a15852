import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate as turn } from "node:timers/promises";

import { reply, type ServerReply } from "./reply.ts";
import { OpenDialogue } from "./testing/dialogue.ts";
import { codesOf, feed, openSession, type SessionRun } from "./testing/session.ts";

const hello = "EHLO client.example\r\n";
const envelope = "MAIL FROM:<ada@example.org>\r\nRCPT TO:<bob@example.net>\r\n";
const plain = Buffer.from("\0ada\0secret").toString("base64");

function fresh(run: SessionRun): number[] {
  const codes = codesOf(run);
  run.output = "";
  return codes;
}

test("a message is taken by DATA and by BDAT, one after the other, in one packet", async () => {
  const dialogue = new OpenDialogue();
  const run = openSession(dialogue);
  const first = `${envelope}DATA\r\n`;
  const second = `${envelope}BDAT 3\r\nhi\rBDAT 8 LAST\r\n\n.\r\nend.`;
  await feed(run, hello + first, `Subject: a\r\n\r\n..\r\n.\r\n${second}QUIT\r\n`);
  assert.deepEqual(codesOf(run), [220, 250, 250, 250, 354, 250, 250, 250, 250, 250, 221]);
  assert.deepEqual(
    dialogue.taken.map(({ text }) => text),
    ["Subject: a\r\n\r\n.\r\n", "hi\r\n.\r\nend.\r\n"],
  );
  assert.deepEqual(dialogue.taken[0], {
    from: "ada@example.org",
    to: ["bob@example.net"],
    text: "Subject: a\r\n\r\n.\r\n",
    protocol: "ESMTP",
  });
  assert.ok(run.isEnded);
  assert.equal(run.held.bytes, 0);
});

test("what EHLO offers depends on whether the connection is encrypted and the client known", async () => {
  const strangers = openSession(undefined, { requiresAuth: true, allowsPlainAuth: false });
  await feed(strangers, hello);
  assert.match(strangers.output, /^250-STARTTLS\r$/m);
  assert.doesNotMatch(strangers.output, /AUTH/);
  const secured = openSession(undefined, { requiresAuth: true, allowsPlainAuth: false, isSecure: true });
  await feed(secured, hello);
  assert.doesNotMatch(secured.output, /STARTTLS/);
  for (const offer of [
    "AUTH PLAIN LOGIN",
    "PIPELINING",
    "SIZE 33554432",
    "8BITMIME",
    "SMTPUTF8",
    "DSN",
    "CHUNKING",
  ])
    assert.match(secured.output, new RegExp(`^250-${offer}\r$`, "m"));
  assert.match(secured.output, /^250 ENHANCEDSTATUSCODES\r$/m);
});

test("who must log in can do nothing before", async () => {
  const run = openSession(undefined, { requiresAuth: true });
  await feed(run, `${hello}MAIL FROM:<>\r\nRCPT TO:<a@b.example>\r\nDATA\r\nBDAT 4 LAST\r\nQUITVRFY a\r\n`);
  assert.deepEqual(codesOf(run), [220, 250, 530, 503, 503, 503, 252]);
});

test("a password is not taken where it can be read on the way", async () => {
  const run = openSession(undefined, { requiresAuth: true, allowsPlainAuth: false });
  await feed(run, `${hello}AUTH PLAIN ${plain}\r\nMAIL FROM:<>\r\n`);
  assert.match(run.output, /^538 5\.7\.11 /m);
  assert.match(run.output, /^530 5\.7\.0 Send STARTTLS/m);
});

test("PLAIN and LOGIN are understood, with and without a first answer", async () => {
  const base64 = (text: string) => Buffer.from(text).toString("base64");
  for (const lines of [
    [`AUTH PLAIN ${plain}`],
    ["AUTH PLAIN", plain],
    [`AUTH PLAIN ${base64("ada\0ada\0secret")}`],
    ["auth login", base64("ada"), base64("secret")],
    [`AUTH LOGIN ${base64("ada")}`, base64("secret")],
  ]) {
    const run = openSession(undefined, { requiresAuth: true });
    await feed(run, hello, ...lines.map((line) => `${line}\r\n`));
    assert.equal(codesOf(run).at(-1), 235, lines.join());
    await feed(run, `AUTH PLAIN ${plain}\r\n`);
    assert.equal(codesOf(run).at(-1), 503);
  }
});

test("a login that is none is told why, and the third wrong password ends the session", async () => {
  const run = openSession(undefined, { requiresAuth: true });
  await feed(
    run,
    hello,
    "AUTH CRAM-MD5\r\n",
    "AUTH PLAIN\r\n",
    "*\r\n",
    "AUTH PLAIN !\r\n",
    "AUTH PLAIN =\r\n",
  );
  assert.deepEqual(fresh(run), [220, 250, 504, 334, 501, 501, 501]);
  const other = Buffer.from("eve\0ada\0secret").toString("base64");
  await feed(run, `AUTH PLAIN ${other}\r\n`, "AUTH PLAIN\r\n", `${"x".repeat(12_300)}\r\n`);
  assert.match(run.output, /^501 .*\r\n334 \r\n500 5\.5\.6 /);
  const wrong = `AUTH PLAIN ${Buffer.from("\0ada\0guess").toString("base64")}\r\n`;
  fresh(run);
  await feed(run, wrong, wrong);
  assert.equal(run.isEnded, false);
  await feed(run, `${wrong}NOOP\r\n`);
  assert.deepEqual(codesOf(run), [535, 535, 535]);
  assert.ok(run.isEnded);
});

test("what was said before STARTTLS, and what was slipped in behind it, counts for nothing", async () => {
  const dialogue = new OpenDialogue();
  const run = openSession(dialogue, { requiresAuth: true });
  await feed(run, `${hello}AUTH PLAIN ${plain}\r\n`, `STARTTLS\r\n${envelope}RSET\r\nNOOP\r\n`);
  assert.deepEqual(fresh(run), [220, 250, 235, 220]);
  await feed(run, "NOOP\r\n");
  assert.equal(run.handshakes, 1);
  run.session.secured();
  assert.equal(run.output, "");
  await feed(run, `MAIL FROM:<>\r\n${hello}MAIL FROM:<>\r\nSTARTTLS\r\n`);
  assert.deepEqual(codesOf(run), [503, 250, 530, 503]);
});

test("commands out of order are refused, and the session goes on", async () => {
  const run = openSession();
  await feed(run, `MAIL FROM:<>\r\nRCPT TO:<a@b.example>\r\nDATA\r\n${hello}DATA\r\nMAIL FROM:<>\r\n`);
  assert.deepEqual(fresh(run), [220, 503, 503, 503, 250, 503, 250]);
  await feed(run, "DATA\r\nMAIL FROM:<>\r\nSTARTTLS\r\nAUTH PLAIN\r\nRCPT TO:<nobody@b.example>\r\nDATA\r\n");
  assert.deepEqual(fresh(run), [503, 503, 503, 503, 550, 503]);
  await feed(run, "RCPT TO:<a@b.example>\r\nBDAT 1\r\nxDATA\r\nRCPT TO:<c@b.example>\r\nRSET\r\nDATA\r\n");
  assert.deepEqual(fresh(run), [250, 250, 503, 503, 250, 503]);
});

test("an address beyond ASCII needs SMTPUTF8, and the message says that it had it", async () => {
  const dialogue = new OpenDialogue();
  const run = openSession(dialogue);
  await feed(run, `${hello}MAIL FROM:<>\r\nRCPT TO:<jörg@b.example>\r\nRSET\r\n`);
  assert.deepEqual(fresh(run), [220, 250, 250, 553, 250]);
  await feed(run, "MAIL FROM:<ö@b.example> SMTPUTF8\r\nRCPT TO:<jörg@b.example>\r\nDATA\r\n", "\r\n.\r\n");
  assert.deepEqual(fresh(run), [250, 250, 354, 250]);
  assert.equal(dialogue.taken[0]?.protocol, "UTF8SMTP");
});

test("a message with a line end of its own, a long line or a NUL is refused with the remedy, and the next one taken", async () => {
  const dialogue = new OpenDialogue();
  const run = openSession(dialogue);
  await feed(run, hello);
  const bad = {
    "a\nb": /line 3.*CRLF/i,
    "a\rb": /CRLF/,
    [`${"x".repeat(999)}`]: /998.*quoted-printable/,
    "\0": /NUL/,
  };
  for (const [text, words] of Object.entries(bad)) {
    fresh(run);
    await feed(run, `${envelope}DATA\r\nSubject: a\r\n\r\n${text}\r\n.\r\n`);
    assert.match(run.output, /^554 5\.6\.0 /m);
    assert.match(run.output, words);
  }
  await feed(run, `${envelope}DATA\r\n${"x".repeat(998)}\r\n.\r\n`);
  assert.equal(dialogue.taken.length, 1);
});

test("a message too large is refused as soon as it is announced, or when it has come", async () => {
  const dialogue = new OpenDialogue();
  const limits = { messageBytesMax: 1_000 };
  const run = openSession(dialogue, { limits });
  await feed(run, `${hello}MAIL FROM:<> SIZE=1001\r\n`);
  assert.deepEqual(fresh(run), [220, 250, 552]);
  await feed(run, `${envelope}DATA\r\n`, `${"x".repeat(70)}\r\n`.repeat(20), ".\r\nNOOP\r\n");
  assert.deepEqual(fresh(run), [250, 250, 354, 552, 250]);
  assert.equal(run.held.bytes, 0);
  await feed(run, `${envelope}BDAT 900\r\n${"x".repeat(900)}`, `BDAT 900\r\n${"x".repeat(900)}`, "NOOP\r\n");
  assert.deepEqual(fresh(run), [250, 250, 250, 552, 250]);
  await feed(run, `${envelope}DATA\r\n`, ...Array.from({ length: 30 }, () => `${"x".repeat(70)}\r\n`));
  assert.deepEqual(fresh(run), [250, 250, 354, 552]);
  assert.ok(run.isEnded);
  assert.equal(dialogue.taken.length, 0);
  const huge = openSession(dialogue, { limits });
  await feed(huge, `${hello + envelope}BDAT 99999999999\r\n`);
  assert.deepEqual([codesOf(huge).at(-1), huge.isEnded], [552, true]);
});

test("a chunk that belongs to no message is read and refused", async () => {
  const run = openSession();
  await feed(
    run,
    `${hello}BDAT 6 LAST\r\nQUIT\r\n${envelope}BDAT 0 LAST\r\nMAIL FROM:<>\r\nBDAT 2 LAST\r\n\r\n`,
  );
  assert.deepEqual(codesOf(run), [220, 250, 503, 250, 250, 250, 250, 503]);
});

test("recipients beyond the limit are for the next message", async () => {
  const dialogue = new OpenDialogue();
  const run = openSession(dialogue, { limits: { recipientsMax: 2 } });
  const recipients = ["a", "b", "c"].map((name) => `RCPT TO:<${name}@b.example>\r\n`).join("");
  await feed(run, `${hello}MAIL FROM:<>\r\n${recipients}DATA\r\n`, "\r\n.\r\n");
  assert.deepEqual(codesOf(run), [220, 250, 250, 250, 250, 452, 354, 250]);
  assert.deepEqual(dialogue.taken[0]?.to, ["a@b.example", "b@b.example"]);
});

test("lines that are too long, or end with LF alone, are passed over and nothing in them is done", async () => {
  const run = openSession();
  await feed(run, `NOOP ${"x".repeat(3_000)}`, `${"QUIT ".repeat(700)}\r\nQUIT\nNOOP\r\n`, "\n", "NOOP\r\n");
  assert.deepEqual(codesOf(run), [220, 500, 500, 250, 500, 250]);
  assert.equal(run.isEnded, false);
});

test("a client that is wrong again and again is sent away, and refused messages are not held against it", async () => {
  const limits = { errorsMax: 3 };
  const wrong = openSession(undefined, { limits });
  await feed(wrong, "A\r\nB\r\nC\r\nNOOP\r\n");
  assert.deepEqual(codesOf(wrong), [220, 500, 500, 421]);
  const unlucky = openSession(undefined, { limits });
  await feed(unlucky, hello, ...Array.from({ length: 5 }, () => `${envelope}DATA\r\n\r\na\nb\r\n.\r\n`));
  assert.equal(unlucky.isEnded, false);
});

test("a client that only keeps talking is sent away", async () => {
  const limits = { strangerCommandsMax: 5, commandsPerMessageMax: 10 };
  const stranger = openSession(undefined, { limits, requiresAuth: true });
  await feed(stranger, "NOOP\r\n".repeat(6));
  assert.equal(codesOf(stranger).at(-1), 421);
  const known = openSession(undefined, { limits, requiresAuth: true });
  await feed(known, `${hello}AUTH PLAIN ${plain}\r\n`, "NOOP\r\n".repeat(5));
  await feed(known, `${envelope}DATA\r\n`, "\r\n.\r\n", "NOOP\r\n".repeat(10));
  assert.equal(known.isEnded, false);
  await feed(known, "NOOP\r\n");
  assert.ok(known.isEnded);
});

test("a defect in what decides is told as one, and the next message is taken", async () => {
  const dialogue = new OpenDialogue();
  const run = openSession(dialogue);
  const { message } = dialogue;
  dialogue.message = () => Promise.reject(new Error("broken"));
  await feed(run, `${hello + envelope}DATA\r\n`, "a\r\n.\r\n");
  dialogue.message = message;
  await feed(run, `${envelope}DATA\r\n`, "b\r\n.\r\n");
  assert.deepEqual(codesOf(run), [220, 250, 250, 250, 354, 451, 250, 250, 354, 250]);
  assert.equal(run.defects.length, 1);
  assert.equal(run.held.bytes, 0);
});

test("when no memory is left the client is told to come back, and what was held is given back", async () => {
  const run = openSession(undefined, { limits: { heldBytesMax: 20_000 } });
  await feed(run, `${hello + envelope}DATA\r\n`, `${"x".repeat(70)}\r\n`.repeat(300), ".\r\n");
  assert.match(run.output, /^452 4\.3\.1 /m);
  assert.equal(run.held.bytes, 0);
});

test("a stop waits for the message under way, and for nothing else", async () => {
  const idle = openSession();
  await feed(idle, hello);
  idle.session.stop();
  assert.deepEqual([codesOf(idle).at(-1), idle.isEnded], [421, true]);
  const dialogue = new OpenDialogue();
  const busy = openSession(dialogue);
  await feed(busy, `${hello + envelope}DATA\r\nhalf`);
  busy.session.stop();
  assert.equal(busy.isEnded, false);
  await feed(busy, ` a message\r\n.\r\n${envelope}`);
  assert.deepEqual(codesOf(busy).slice(-3), [354, 250, 421]);
  assert.equal(dialogue.taken.length, 1);
});

test("a handshake that is done after the session was ended brings nothing back", async () => {
  const dialogue = new OpenDialogue();
  const run = openSession(dialogue);
  await feed(run, `${hello}STARTTLS\r\n`);
  run.session.evict();
  run.output = "";
  run.session.secured();
  await feed(run, hello);
  assert.equal(run.output, "");
});

test("a message that is being taken is counted until it is answered, though its client has gone", async () => {
  const dialogue = new OpenDialogue();
  const answer = Promise.withResolvers<ServerReply>();
  dialogue.message = () => answer.promise;
  const run = openSession(dialogue);
  run.session.receive(Buffer.from(`${hello}${envelope}DATA\r\n`));
  run.session.receive(Buffer.from("Subject: a\r\n\r\nHello\r\n.\r\n"));
  run.session.close();
  assert.ok(run.held.bytes > 0);
  answer.resolve(reply(250, "2.0.0", "Taken"));
  while (!run.session.isIdle) await turn();
  assert.equal(run.held.bytes, 0);
});

test("a stranger is not let on by chunks of no message", async () => {
  const run = openSession(undefined, { requiresAuth: true, limits: { strangerCommandsMax: 10 } });
  await feed(run, hello, "BDAT 1\r\nx".repeat(20));
  assert.equal(codesOf(run).at(-1), 421);
});
