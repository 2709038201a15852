import assert from "node:assert/strict";
import { once } from "node:events";
import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { test } from "node:test";

import { createTransport } from "nodemailer";

import { startSmtpServer } from "./smtp-server.ts";
import { createAuthority } from "./tls.ts";

const certificate = createAuthority().issue(["127.0.0.1"]);

/** Says something without waiting for answers, and returns all of them. */
async function say(port: number, words: string): Promise<string> {
  const socket = connect(port, "127.0.0.1");
  await once(socket, "connect");
  socket.write(words);
  return text(socket);
}

test("nodemailer, a client by others, logs in over STARTTLS and delivers", async () => {
  const auth = { user: "ada", password: "secret" };
  await using server = await startSmtpServer({ tls: certificate, auth, keep: "messages" });
  const transport = createTransport({
    host: "127.0.0.1",
    port: server.port,
    tls: { rejectUnauthorized: false },
    auth: { user: "ada", pass: "secret" },
  });
  await transport.sendMail({ from: "a@b.test", to: "c@d.test", subject: "Hello", text: ".\n.dots\n" });
  const [transaction] = server.transactions;
  assert.deepEqual(
    [transaction?.from, transaction?.to, transaction?.user],
    ["a@b.test", ["c@d.test"], "ada"],
  );
  assert.match(transaction?.data?.toString() ?? "", /\r\n\.\r\n\.dots\r\n/);
  assert.deepEqual(server.violations, []);
  transport.close();
});

test("nodemailer learns of scripted refusals", async () => {
  await using server = await startSmtpServer({ on: { rcpt: "550 5.1.1 No such user" } });
  const transport = createTransport({ host: "127.0.0.1", port: server.port });
  await assert.rejects(transport.sendMail({ from: "a@b.test", to: "c@d.test", text: "x" }), /5\.1\.1/);
  transport.close();
});

test("a client that breaks the rules is found out", async () => {
  await using server = await startSmtpServer({ extensions: ["CHUNKING"], keep: "messages" });
  const message = ".x\r\nbare\nline\r\né\r\n.\r\n";
  await say(server.port, `EHLO a\r\nMAIL FROM:<a@b.c> SIZE=3\nRCPT TO:<d@e.f>\r\nDATA\r\n${message}QUIT\r\n`);
  assert.deepEqual([...server.violations].sort(), [
    "command: bare CR or LF",
    "data: must end its group",
    "data: pipelined without an offer",
    "ehlo: must end its group",
    "ehlo: pipelined without an offer",
    "mail: SIZE not offered",
    "mail: pipelined without an offer",
    "message: 8-bit without BODY",
    "message: SIZE is wrong",
    "message: bare CR or LF",
    "message: dot not doubled",
    "rcpt: pipelined without an offer",
  ]);
});

test("commands out of order are refused", async () => {
  await using server = await startSmtpServer();
  const words = [
    "MAIL FROM:<>",
    "EHLO a",
    "RCPT TO:<a@b.c>",
    "DATA",
    "MAIL FROM:<>",
    "MAIL FROM:<>",
    "WHAT",
    "QUIT",
  ];
  const answers = await say(server.port, `${words.join("\r\n")}\r\n`);
  const codes = answers
    .split("\r\n")
    .filter((line) => /^\d+ /.test(line))
    .map((line) => line.slice(0, 3));
  assert.deepEqual(codes, ["220", "503", "250", "503", "503", "250", "503", "500", "221"]);
});

test("a message in chunks is put together", async () => {
  await using server = await startSmtpServer({ keep: "messages" });
  const chunks = "BDAT 4\r\nab\r\nBDAT 0\r\nBDAT 5 LAST\r\n.c\r\n\n";
  await say(server.port, `EHLO a\r\nMAIL FROM:<>\r\nRCPT TO:<a@b.c>\r\n${chunks}QUIT\r\n`);
  assert.equal(server.transactions[0]?.data?.toString(), "ab\r\n.c\r\n\n");
});

test("messages can be waited for and counted without being kept", async () => {
  await using server = await startSmtpServer({ keep: "counts" });
  const message = "MAIL FROM:<>\r\nRCPT TO:<a@b.c>\r\nDATA\r\nx\r\n.\r\n";
  const accepted = server.accepted(1_000);
  await say(server.port, `EHLO a\r\n${message.repeat(1_000)}QUIT\r\n`);
  await accepted;
  assert.deepEqual(
    [server.counts.messages, server.counts.octets, server.transactions.length],
    [1_000, 3_000, 0],
  );
});
