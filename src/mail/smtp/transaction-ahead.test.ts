import assert from "node:assert/strict";
import { createServer } from "node:net";
import { test } from "node:test";
import { listen } from "../../../tests/support/raw-server.ts";
import { openTo, shipment } from "../../../tests/support/smtp-client.ts";
import { type SmtpServerOptions, startSmtpServer } from "../../../tests/support/smtp-server.ts";
import type { SendResult, Shipment } from "./index.ts";

function to(address: string): Shipment {
  return shipment({ envelope: { from: "sender@example.test", to: address } });
}

/** Sends three messages over one connection, each announcing the next, and tells what came of each. */
async function sendThree(options: SmtpServerOptions) {
  const server = await startSmtpServer({ keep: "messages", ...options });
  const connection = await openTo(server, { timeouts: { finalMs: 2000 } });
  const shipments = ["a@b.test", "c@d.test", "e@f.test"].map(to);
  const results: SendResult[] = [];
  for (const [index, each] of shipments.entries()) {
    if (!connection.isReusable) break;
    results.push(await connection.send({ ...each, next: () => shipments[index + 1] ?? null }));
  }
  const { isReusable, messagesSent } = connection;
  await connection.quit();
  await server.close();
  assert.deepEqual(server.violations, []);
  const told = results.map((result) =>
    "reply" in result ? `${result.kind} ${result.reply.code}` : result.kind,
  );
  return { server, results, told, isReusable, messagesSent };
}

test("the envelope of the next message travels with the end of the one before", async () => {
  const packets: string[] = [];
  const peer = createServer((socket) => {
    socket.write("220 hi\r\n");
    socket.on("data", (chunk) => {
      const packet = chunk.toString();
      packets.push(packet);
      if (/^EHLO/.test(packet)) socket.write("250-hi\r\n250 PIPELINING\r\n");
      else if (/^MAIL/.test(packet)) socket.write("250 1\r\n250 2\r\n354 go\r\n");
      else if (/DATA\r\n$/.test(packet)) socket.write("250 taken\r\n250 1\r\n250 2\r\n354 go\r\n");
      else socket.write("250 taken\r\n");
    });
  });
  await using server = await listen(peer);
  const connection = await openTo(server);
  const [first, second] = [to("a@b.test"), to("c@d.test")];
  const sent = [
    await connection.send({ ...first, next: () => second }),
    await connection.send({ ...second, next: () => null }),
  ];
  assert.deepEqual(
    sent.map(({ kind }) => kind),
    ["accepted", "accepted"],
  );
  assert.deepEqual(packets.slice(1), [
    "MAIL FROM:<sender@example.test>\r\nRCPT TO:<a@b.test>\r\nDATA\r\n",
    "Subject: hello\r\n\r\nHello, Ada.\r\n.\r\nMAIL FROM:<sender@example.test>\r\nRCPT TO:<c@d.test>\r\nDATA\r\n",
    "Subject: hello\r\n\r\nHello, Ada.\r\n.\r\n",
  ]);
  connection.destroy();
});

test("every message reaches its recipient, whether the peer takes commands ahead or not", async () => {
  for (const extensions of [["PIPELINING"], [], ["PIPELINING", "CHUNKING"]]) {
    const { server, told, messagesSent } = await sendThree({ extensions });
    assert.deepEqual(told, ["accepted 250", "accepted 250", "accepted 250"]);
    assert.deepEqual(
      server.transactions.map((transaction) => transaction.to),
      [["a@b.test"], ["c@d.test"], ["e@f.test"]],
    );
    assert.equal(messagesSent, 3);
  }
});

test("a message that is refused at its end does not touch the one whose envelope was ahead", async () => {
  const second = ({ times }: { times: number }) => (times === 2 ? "554 5.7.1 No" : undefined);
  const { told } = await sendThree({ extensions: ["PIPELINING"], on: { message: second } });
  assert.deepEqual(told, ["accepted 250", "rejected 554", "accepted 250"]);
});

test("a recipient that is refused ahead of its message is told for that message, and the next one goes through", async () => {
  const second = ({ times }: { times: number }) => (times === 2 ? "550 5.1.1 Unknown" : undefined);
  const { server, told } = await sendThree({ extensions: ["PIPELINING"], on: { rcpt: second } });
  assert.deepEqual(told, ["accepted 250", "rejected 550", "accepted 250"]);
  assert.equal(server.counts.messages, 2);
});

test("a peer that ends the connection behind a message has taken that one and not the announced one", async () => {
  const first = { reply: "250 2.0.0 Taken", end: "close" } as const;
  const { server, told, isReusable } = await sendThree({
    extensions: ["PIPELINING"],
    on: { message: first },
  });
  assert.equal(told[0], "accepted 250");
  assert.ok(told[1] === undefined || told[1] === "lost", `the second was ${told[1]}`);
  assert.equal(isReusable, false);
  assert.equal(server.counts.messages, 1);
});

test("an announced envelope that no message follows ends the connection, and nothing was sent for it", async () => {
  await using server = await startSmtpServer({ extensions: ["PIPELINING"], keep: "messages" });
  const connection = await openTo(server);
  await connection.send({ ...to("a@b.test"), next: () => to("c@d.test") });
  await assert.rejects(connection.send(to("e@f.test")), /Another envelope/);
  await assert.rejects(connection.rset(), /Another envelope/);
  await connection.quit();
  assert.equal(connection.isReusable, false);
  assert.equal(server.counts.messages, 1);
});

test("what could not be sent is not announced", async () => {
  await using server = await startSmtpServer({ extensions: ["PIPELINING", "SIZE 60"], keep: "messages" });
  const connection = await openTo(server);
  const large = shipment({ message: [Buffer.from(`Subject: x\r\n\r\n${"x".repeat(60)}\r\n`)] });
  await connection.send({ ...to("a@b.test"), next: () => large });
  assert.deepEqual(await connection.send(large), { kind: "unsendable", reason: "too_large" });
  assert.equal((await connection.send(to("c@d.test"))).kind, "accepted");
  await connection.quit();
});
