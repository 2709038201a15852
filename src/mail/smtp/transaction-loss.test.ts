import assert from "node:assert/strict";
import type { Socket } from "node:net";
import { createServer } from "node:net";
import { test } from "node:test";

import { listen } from "../../../tests/support/raw-server.ts";
import { openTo, shipment } from "../../../tests/support/smtp-client.ts";
import type { SmtpServerOptions } from "../../../tests/support/smtp-server.ts";
import { startSmtpServer } from "../../../tests/support/smtp-server.ts";
import type { SendResult } from "./index.ts";

const accepted: SendResult = { kind: "accepted", reply: { code: 250, enhanced: "2.0.0", text: "Accepted" } };
const withoutPipelining = ["8BITMIME", "SIZE", "ENHANCEDSTATUSCODES"];

/** Sends one message to a fresh server, then another one to see what the first has left behind. */
async function sendOnce(options: SmtpServerOptions): Promise<{ result: SendResult; isReusable: boolean }> {
  await using server = await startSmtpServer({ keep: "messages", ...options });
  const connection = await openTo(server, { timeouts: { finalMs: 1_000, dataBlockMs: 1_000 } });
  const result = await connection.send(shipment());
  const { isReusable } = connection;
  connection.destroy();
  assert.deepEqual(server.violations, []);
  return { result, isReusable };
}

test("a peer that leaves while the intent is noted has not got the message", async () => {
  await using server = await startSmtpServer({ extensions: [] });
  const connection = await openTo(server);
  const beforeFinalDot = async (): Promise<void> => {
    server.dropAll();
    await new Promise((resolve) => setTimeout(resolve, 50));
  };
  const result = await connection.send(shipment({ beforeFinalDot }));
  assert.ok(result.kind === "lost");
  assert.deepEqual([result.stage, result.afterFinalDot], ["data", false]);
});

test("a connection lost in the middle of a large message has not delivered it", async () => {
  const message = [Buffer.from(`${"x".repeat(68)}\r\n`.repeat(100_000))];
  await using server = await startSmtpServer({ extensions: [], on: { data: { endAfterOctets: 100_000 } } });
  const connection = await openTo(server);
  const result = await connection.send(shipment({ message }));
  assert.ok(result.kind === "lost");
  assert.deepEqual([result.stage, result.afterFinalDot], ["data", false]);
});

test("a refusal in the middle of a large message is told, and the connection is given up", async () => {
  const message = [Buffer.from(`${"x".repeat(68)}\r\n`.repeat(100_000))];
  const data = { earlyReply: "552 5.3.4 Too much" } as const;
  await using server = await startSmtpServer({ extensions: [], on: { data } });
  const connection = await openTo(server);
  const reply = { code: 552, enhanced: "5.3.4", text: "Too much" };
  assert.deepEqual(await connection.send(shipment({ message })), { kind: "rejected", stage: "data", reply });
  assert.equal(connection.isReusable, false);
});

test("an early yes to a message that is not over is worth nothing", async () => {
  const message = [Buffer.from(`${"x".repeat(68)}\r\n`.repeat(100_000))];
  await using server = await startSmtpServer({ extensions: [], on: { data: { earlyReply: "250 Fine" } } });
  const connection = await openTo(server);
  const result = await connection.send(shipment({ message }));
  assert.ok(result.kind === "lost");
  assert.deepEqual([result.stage, result.afterFinalDot, result.error], ["data", false, "protocol"]);
});

test("a peer that stops reading is given up after the time for a block", async () => {
  const message = [Buffer.from(`${"x".repeat(68)}\r\n`.repeat(500_000))];
  await using server = await startSmtpServer({ extensions: [], on: { data: { stopsReading: true } } });
  const connection = await openTo(server, { timeouts: { dataBlockMs: 200 } });
  const result = await connection.send(shipment({ message }));
  assert.deepEqual(result, { kind: "lost", stage: "data", afterFinalDot: false, error: "timeout" });
});

test("a slow reader gets a large message at its own pace", async () => {
  const message = Array.from({ length: 200 }, () => Buffer.from(`${"x".repeat(998)}\r\n`.repeat(100)));
  const peer = createServer((socket: Socket) => {
    socket.write("220 hi\r\n");
    socket.on("data", (chunk) => {
      if (/^EHLO/.test(chunk.toString())) socket.write("250 hi\r\n");
      else if (/^(MAIL|RCPT)/.test(chunk.toString())) socket.write("250 ok\r\n");
      else if (/^DATA/.test(chunk.toString())) socket.write("354 go\r\n");
      else if (chunk.toString().endsWith("\r\n.\r\n")) socket.write("250 taken\r\n");
      socket.pause();
      setTimeout(() => socket.resume(), 1);
    });
  });
  await using server = await listen(peer);
  const connection = await openTo(server);
  const { kind } = await connection.send(shipment({ message }));
  assert.equal(kind, "accepted");
  connection.destroy();
});

for (const [step, timeouts, stage] of [
  ["mail", { mailMs: 50 }, "mail"],
  ["rcpt", { rcptMs: 50 }, "rcpt"],
  ["data", { dataMs: 50 }, "data"],
  ["message", { finalMs: 50 }, "final"],
] as const) {
  for (const silence of [{ isSilent: true }, { reply: "250-never ending", dripMs: 20 }] as const) {
    const how = "isSilent" in silence ? "keeps silent" : "drips its reply";
    test(`a peer that ${how} at ${stage} is waited for no longer than the time for it`, async () => {
      await using server = await startSmtpServer({ extensions: withoutPipelining, on: { [step]: silence } });
      const connection = await openTo(server, { timeouts });
      const afterFinalDot = stage === "final";
      assert.deepEqual(await connection.send(shipment()), {
        kind: "lost",
        stage,
        afterFinalDot,
        error: "timeout",
      });
      assert.equal(connection.isReusable, false);
    });
  }
}

test("what cannot be sent is refused before a word is said, and the connection stays as it was", async () => {
  await using server = await startSmtpServer({ extensions: ["PIPELINING", "SIZE 100"] });
  const connection = await openTo(server);
  const reasonOf = async (changes: Parameters<typeof shipment>[0]): Promise<unknown> => {
    const result = await connection.send(shipment(changes));
    return result.kind === "unsendable" ? result.reason : result;
  };
  const to = "ada@example.net";
  const from = "sender@example.test";
  assert.equal(await reasonOf({ message: [Buffer.from(`${"x".repeat(99)}\r\n`)] }), "too_large");
  assert.equal(await reasonOf({ message: [Buffer.from("é\r\n")] }), "eight_bit_unsupported");
  assert.equal(await reasonOf({ message: [Buffer.from("a\nb\r\n")] }), "bare_line_ending");
  assert.equal(await reasonOf({ message: [Buffer.from("a\rb\r\n")] }), "bare_line_ending");
  assert.equal(await reasonOf({ message: [Buffer.from("a\r\n.\n.\r\nMAIL")] }), "bare_line_ending");
  assert.equal(await reasonOf({ message: [Buffer.from("a")] }), "unterminated");
  assert.equal(await reasonOf({ envelope: { from, to: "a@b.test>\r\nDATA" } }), "invalid_address");
  assert.equal(await reasonOf({ envelope: { from: "x", to } }), "invalid_address");
  assert.equal(await reasonOf({ envelope: { from, to: "jörg@example.net" } }), "smtputf8_unsupported");
  assert.equal(await reasonOf({ envelope: { from, to, smtpUtf8: true } }), "smtputf8_unsupported");
  assert.deepEqual([server.times("mail"), connection.isReusable, connection.messagesSent], [0, true, 0]);
  assert.deepEqual(await connection.send(shipment({ envelope: { from: "", to } })), accepted);
  connection.destroy();
});

test("addresses and messages beyond ASCII go to peers that offer it, with the words for it", async () => {
  await using server = await startSmtpServer({ keep: "messages" });
  const connection = await openTo(server);
  const envelope = { from: "jörg@müller.example", to: "用户@example.net" };
  const message = [Buffer.from("Subject: Grüße\r\n\r\nÄ\r\n")];
  assert.deepEqual(await connection.send(shipment({ envelope, message })), accepted);
  const [transaction] = server.transactions;
  assert.deepEqual([transaction?.from, transaction?.to], [envelope.from, [envelope.to]]);
  assert.equal(transaction?.mailParameters, "SIZE=24 BODY=8BITMIME SMTPUTF8");
  assert.deepEqual(server.violations, []);
  connection.destroy();
});

test("a peer that cannot forget the last message does not get the next one", async () => {
  await using server = await startSmtpServer({
    on: { rcpt: "550 No", rset: "502 What is that?" },
  });
  const connection = await openTo(server);
  await connection.send(shipment());
  const result = await connection.send(shipment());
  const detail = "rset_reply";
  assert.deepEqual(result, { kind: "lost", stage: "mail", afterFinalDot: false, error: "protocol", detail });
});

test("a 421 that came while idle is the answer to the next message, which was not sent", async () => {
  await using server = await startSmtpServer({
    on: { message: { reply: Buffer.from("250 ok\r\n421 4.4.2 Idle too long\r\n"), end: "close" } },
  });
  const connection = await openTo(server);
  const { kind } = await connection.send(shipment());
  assert.equal(kind, "accepted");
  assert.equal(connection.isReusable, false);
  const reply = { code: 421, enhanced: "4.4.2", text: "Idle too long" };
  assert.deepEqual(await connection.send(shipment()), { kind: "rejected", stage: "mail", reply });
});

test("an answer that nobody asked for is never taken for the next one", async () => {
  await using server = await startSmtpServer({
    on: {
      message: Buffer.from("250 ok\r\n250 and the next one too\r\n"),
      mail: ({ times }) => (times === 2 ? "550 No" : undefined),
    },
  });
  const connection = await openTo(server);
  assert.equal((await connection.send(shipment())).kind, "accepted");
  const result = await connection.send(shipment());
  assert.ok(result.kind === "lost");
  assert.deepEqual([result.stage, result.error], ["mail", "protocol"]);
});

test("what comes behind a nonsensical answer to the message does not make it an answer", async () => {
  const message = Buffer.from("354 What?\r\n421 4.4.2 Bye\r\n");
  const { result } = await sendOnce({ on: { message } });
  assert.ok(result.kind === "lost");
  assert.deepEqual([result.stage, result.afterFinalDot], ["final", true]);
});

test("one connection carries one transaction at a time", async () => {
  await using server = await startSmtpServer({ on: { mail: { delayMs: 30 } } });
  const connection = await openTo(server);
  const first = connection.send(shipment());
  await assert.rejects(connection.send(shipment()), /busy/);
  assert.deepEqual(await first, accepted);
  connection.destroy();
});

test("a connection that is destroyed in the middle says that the message is lost", async () => {
  await using server = await startSmtpServer({ on: { mail: { isSilent: true } } });
  const connection = await openTo(server);
  const sending = connection.send(shipment());
  setTimeout(() => connection.destroy(), 20);
  const result = await sending;
  assert.deepEqual(result, { kind: "lost", stage: "mail", afterFinalDot: false, error: "cancelled" });
});

test("RSET clears the table, QUIT closes, and neither throws when the peer is gone", async () => {
  await using server = await startSmtpServer();
  const connection = await openTo(server);
  assert.equal(await connection.rset(), true);
  server.dropAll();
  assert.equal(await connection.rset(), false);
  await connection.quit();
  const second = await openTo(server);
  await second.quit();
  assert.equal(server.times("quit"), 1);
  assert.equal(second.isReusable, false);
});

test("a peer that does not answer QUIT is not waited for", async () => {
  await using server = await startSmtpServer({ on: { quit: { isSilent: true } } });
  const connection = await openTo(server, { timeouts: { quitMs: 30 } });
  const begin = performance.now();
  await connection.quit();
  assert.ok(performance.now() - begin < 1_000);
});
