import assert from "node:assert/strict";
import { createSocket, type RemoteInfo } from "node:dgram";
import { createServer } from "node:net";
import { type TestContext, test } from "node:test";
import dnsPacket, { type Packet } from "dns-packet";
import { startDnsServer } from "../../../tests/support/dns-server.ts";
import { wireAsker } from "./wire.ts";

type Reply = (bytes: Buffer) => void;

/** A server that may answer anything at all; returns its address. */
async function startOddServer(
  t: TestContext,
  answer: (query: Packet, reply: Reply) => void,
): Promise<number> {
  const socket = createSocket("udp4");
  await new Promise<void>((resolve) => socket.bind(0, "127.0.0.1", resolve));
  t.after(() => socket.close());
  socket.on("message", (bytes: Buffer, from: RemoteInfo) => {
    answer(dnsPacket.decode(bytes), (reply) => socket.send(reply, from.port, from.address));
  });
  return socket.address().port;
}

function answerTo(query: Packet, changes: Partial<Packet>, address = "192.0.2.1"): Buffer {
  return dnsPacket.encode({
    type: "response",
    id: query.id ?? 0,
    flags: dnsPacket.RECURSION_AVAILABLE,
    questions: query.questions ?? [],
    answers: [{ type: "A", name: "example.org", ttl: 60, data: address }],
    ...changes,
  });
}

test("forged answers that come first are ignored and the true one is taken", async (t) => {
  const port = await startOddServer(t, (query, reply) => {
    reply(answerTo(query, { id: ((query.id ?? 0) + 1) % 0x1_0000 }, "192.0.2.66"));
    reply(answerTo(query, { questions: [{ type: "A", name: "example.com" }] }, "192.0.2.66"));
    reply(answerTo(query, { type: "query" }, "192.0.2.66"));
    reply(Buffer.from("nonsense"));
    reply(answerTo(query, {}));
  });
  const ask = wireAsker({ servers: [`127.0.0.1:${port}`], timeoutMs: 500, validating: false });
  const answer = await ask("A", "example.org");
  assert.deepEqual(answer.kind === "found" && answer.records, ["192.0.2.1"]);
});

test("an answer from another address than the server's is not taken", async (t) => {
  const stranger = createSocket("udp4");
  t.after(() => stranger.close());
  const server = createSocket("udp4");
  await new Promise<void>((resolve) => server.bind(0, "127.0.0.1", resolve));
  t.after(() => server.close());
  server.on("message", (bytes, from) => {
    stranger.send(answerTo(dnsPacket.decode(bytes), {}, "192.0.2.66"), from.port, from.address);
  });
  const ask = wireAsker({
    servers: [`127.0.0.1:${server.address().port}`],
    timeoutMs: 50,
    validating: false,
  });
  assert.deepEqual(await ask("A", "example.org"), { kind: "failed", reason: "timeout" });
});

test("an answer that breaks off is malformed", async (t) => {
  const port = await startOddServer(t, (query, reply) => {
    const whole = answerTo(query, {});
    reply(whole.subarray(0, whole.length - 3));
  });
  const ask = wireAsker({ servers: [`127.0.0.1:${port}`], timeoutMs: 500, validating: false });
  assert.deepEqual(await ask("A", "example.org"), { kind: "failed", reason: "malformed" });
});

test("a truncated answer whose server takes no TCP, or hangs up, is unreachable", async (t) => {
  const port = await startOddServer(t, (query, reply) => {
    reply(answerTo(query, { flags: dnsPacket.TRUNCATED_RESPONSE, answers: [] }));
  });
  const ask = wireAsker({ servers: [`127.0.0.1:${port}`], timeoutMs: 500, validating: false });
  assert.deepEqual(await ask("A", "example.org"), { kind: "failed", reason: "unreachable" });
  const hangsUp = createServer((socket) => socket.end(Buffer.from([0, 40, 1])));
  await new Promise<void>((resolve) => hangsUp.listen(port, "127.0.0.1", resolve));
  t.after(() => hangsUp.close());
  assert.deepEqual(await ask("A", "example.org"), { kind: "failed", reason: "unreachable" });
});

test("a server may be given by name", async (t) => {
  const server = await startDnsServer({ "example.org": { a: ["192.0.2.1"] } });
  t.after(() => server.close());
  const ask = wireAsker({ servers: [`localhost:${server.port}`], timeoutMs: 500, validating: false });
  assert.equal((await ask("A", "example.org")).kind, "found");
});

test("ids are drawn at random", async (t) => {
  const ids = new Set<number>();
  const port = await startOddServer(t, (query, reply) => {
    ids.add(query.id ?? 0);
    reply(answerTo(query, {}));
  });
  const ask = wireAsker({ servers: [`127.0.0.1:${port}`], timeoutMs: 500, validating: false });
  for (let i = 0; i < 20; i++) await ask("A", "example.org");
  assert.ok(ids.size > 15, `${ids.size} different ids in 20 questions`);
});
