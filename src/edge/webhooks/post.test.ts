import assert from "node:assert/strict";
import { createServer } from "node:net";
import { test } from "node:test";
import { listen } from "../../../tests/support/raw-server.ts";
import { startConsumer, testPoster } from "../../../tests/support/webhook-consumer.ts";

type Poster = ReturnType<typeof testPoster>;

function post(poster: Poster, url: string) {
  return poster.post({ url: new URL(url), headers: { "webhook-id": "evt_1" }, body: Buffer.from('{"a":1}') });
}

function resolving(names: Record<string, string[]>) {
  const found = (records: string[]) =>
    ({ kind: "found", records, canonicalName: "", ttlSeconds: 60, authenticated: false }) as const;
  const asked: string[] = [];
  return {
    asked,
    a: async (host: string) => {
      asked.push(host);
      return found((names[host] ?? []).filter((address) => !address.includes(":")));
    },
    aaaa: async (host: string) => found((names[host] ?? []).filter((address) => address.includes(":"))),
  };
}

test("a request carries the body, the headers and the URL's credentials, and none of them in the request line", async (t) => {
  const consumer = await startConsumer(t);
  consumer.answer = () => ({ status: 200, body: "thank you" });
  const poster = testPoster(t);
  const outcome = await post(poster, `http://us%40er:p%3Ass@127.0.0.1:${consumer.port}/events?x=1`);
  assert.ok(outcome.kind === "answered");
  assert.deepEqual([outcome.status, outcome.answer], [200, "thank you"]);
  const [request] = consumer.received;
  assert.ok(request);
  assert.equal(request.path, "/events?x=1");
  assert.equal(request.body, '{"a":1}');
  assert.equal(request.headers.authorization, `Basic ${Buffer.from("us@er:p:ss").toString("base64")}`);
  assert.equal(request.headers["content-type"], "application/json");
  assert.equal(request.headers["webhook-id"], "evt_1");
  assert.equal(request.headers.host, `127.0.0.1:${consumer.port}`);
});

test("a redirect is an answer and is not followed", async (t) => {
  const consumer = await startConsumer(t);
  consumer.answer = () => ({ status: 302, headers: { location: `${consumer.url}/elsewhere` } });
  const outcome = await post(testPoster(t), consumer.url);
  assert.equal(outcome.kind === "answered" && outcome.status, 302);
  assert.equal(consumer.received.length, 1);
});

test("nothing is posted to private addresses: written as numbers, in any form, or behind a name", async (t) => {
  const consumer = await startConsumer(t);
  const resolver = resolving({
    "inside.example": ["127.0.0.1"],
    "metadata.example": ["169.254.169.254", "fd00:ec2::254"],
    "mapped.example": ["::ffff:127.0.0.1"],
    "nat64.example": ["64:ff9b::7f00:1"],
  });
  const poster = testPoster(t, { allowsPrivate: false, resolver });
  const hosts = [
    ...[
      "127.0.0.1",
      "2130706433",
      "0x7f.1",
      "017700000001",
      "127.1",
      "[::1]",
      "[::ffff:127.0.0.1]",
      "0.0.0.0",
    ],
    ...["10.1.2.3", "192.168.0.1", "169.254.169.254", "[fe80::1]", "localhost", "LOCALHOST."],
    ...["inside.example", "metadata.example", "mapped.example", "nat64.example", "inside.example."],
  ];
  for (const host of hosts) {
    const outcome = await post(poster, `http://${host}:${consumer.port}/`);
    assert.equal(outcome.kind, "unreachable", host);
  }
  assert.equal(consumer.received.length, 0);
  assert.equal(consumer.openConnections(), 0);
});

test("the connection goes to an address that was checked, whatever the name means a moment later", async (t) => {
  const consumer = await startConsumer(t);
  // The first answer is private and public: the private one is left out. The name is asked for once a connection.
  const resolver = resolving({ "rebinding.example": ["127.0.0.1", "192.0.2.1"] });
  const poster = testPoster(t, { allowsPrivate: false, resolver, timeoutMs: 400 });
  const outcome = await post(poster, `http://rebinding.example:${consumer.port}/`);
  assert.equal(outcome.kind, "unreachable");
  assert.equal(consumer.received.length, 0);
  assert.deepEqual(resolver.asked, ["rebinding.example"]);
});

test("where the operator allows it, names of its own network are reached", async (t) => {
  const consumer = await startConsumer(t);
  const resolver = resolving({ "app.internal.example": ["127.0.0.1"] });
  const poster = testPoster(t, { allowsPrivate: true, resolver });
  for (const host of ["localhost", "app.internal.example"]) {
    const outcome = await post(poster, `http://${host}:${consumer.port}/`);
    assert.equal(outcome.kind, "answered", host);
  }
});

test("no answer, a broken connection, an endless one and one that is not HTTP end in time and in words", async (t) => {
  const consumer = await startConsumer(t);
  const poster = testPoster(t, { timeoutMs: 400 });
  consumer.answer = () => "hang";
  const hanging = await post(poster, consumer.url);
  assert.deepEqual(hanging.kind === "unreachable" && hanging.detail, "there was no answer in time");
  consumer.answer = () => "reset";
  const broken = await post(poster, consumer.url);
  assert.deepEqual(
    broken.kind === "unreachable" && broken.detail,
    "the connection was closed without an answer",
  );
  // The status is there; the rest is not waited for.
  consumer.answer = () => "drip";
  const dripping = await post(poster, consumer.url);
  assert.equal(dripping.kind === "answered" && dripping.status, 200);
  consumer.answer = () => ({ status: 500, body: "é".repeat(500_000) });
  const large = await post(poster, consumer.url);
  assert.ok(large.kind === "answered");
  assert.equal(large.status, 500);
  assert.ok(large.answer.length <= 1000);
  await using smtp = await listen(createServer((socket) => socket.end("220 mail.example ESMTP\r\n")));
  const other = await post(poster, `http://127.0.0.1:${smtp.port}/`);
  assert.equal(other.kind === "unreachable" && other.detail, "the answer is not HTTP");
  const nobody = await post(poster, "http://127.0.0.1:9/");
  assert.equal(nobody.kind === "unreachable" && nobody.detail, "the connection was refused");
  const tls = await post(poster, `https://127.0.0.1:${consumer.port}/`);
  assert.equal(tls.kind, "unreachable");
});

test("an answer that asks for another protocol ends the request", async (t) => {
  const server = createServer((socket) => {
    socket.once("data", () => socket.write("HTTP/1.1 101 X\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n"));
  });
  await using listening = await listen(server);
  const outcome = await post(testPoster(t), `http://127.0.0.1:${listening.port}/`);
  assert.equal(outcome.kind, "unreachable");
});
