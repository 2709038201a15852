import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { simpleParser } from "mailparser";
import { type DnsServer, type DnsZone, startDnsServer } from "../support/dns-server.ts";
import { type Credentials, TestService } from "../support/service.ts";
import { type SmtpServer, startSmtpServer } from "../support/smtp-server.ts";

// What a newcomer does with our own API, from the first start to a verified domain and its daily life.

/** An answer of JSON, read as freely as programs read it. */
type Json = ReturnType<typeof JSON.parse>;

const zone: DnsZone = {};
let isAway = false;
let dns: DnsServer;
let sink: SmtpServer;
let service: TestService;

before(async () => {
  dns = await startDnsServer(zone, { negativeTtlSeconds: 1 });
  sink = await startSmtpServer({
    on: {
      rcpt: ({ argument }) =>
        argument.includes("gone@") ? "550 5.1.1 <gone@example.net> does not exist" : undefined,
      mail: () => (isAway ? { reply: "421 4.3.2 Away", end: "close" } : undefined),
    },
  });
  service = await new TestService({
    env: { FACTEUR_ROUTES: `*=127.0.0.1:${sink.port}`, FACTEUR_RESOLVER: dns.address },
  }).start();
});
after(async () => {
  await service?.remove();
  await sink?.close();
  await dns?.close();
});

async function ask(
  method: string,
  target: string,
  body?: object,
  credentials: Credentials = service.first,
): Promise<{ status: number; json: Json }> {
  const answer = await service.request(
    credentials,
    method,
    `/api/v1${target}`,
    body === undefined ? {} : { body },
  );
  return { status: answer.status, json: answer.text === "" ? null : answer.json() };
}

async function sent(body: object): Promise<string> {
  const { status, json } = await ask("POST", "/messages", { subject: "Hello", text: "Hello there", ...body });
  assert.equal(status, 202, JSON.stringify(json));
  return json.recipients[0].id;
}

async function until(id: string, state: string): Promise<Json> {
  for (let waited = 0; waited < 15_000; waited += 50) {
    const { json } = await ask("GET", `/messages/${id}`);
    if (json.message.state === state) return json;
    await pause(50);
  }
  return assert.fail(`${JSON.stringify(await ask("GET", `/messages/${id}`))} is not ${state}`);
}

test("the first message lies in the test inbox, as it would have gone over the wire", async () => {
  const content = Buffer.from("a file").toString("base64");
  const id = await sent({
    from: { address: "owner@facteur.example", name: "Öwner" },
    to: [{ address: "ann@example.com", name: "Ann" }],
    html: "<p>Hello</p>",
    attachments: [{ filename: "a.txt", contentType: "text/plain", content }],
  });
  await until(id, "sent");
  const { json: list } = await ask("GET", "/inbox");
  assert.deepEqual(
    list.items.map(({ messageId, to, subject }: Json) => [messageId, to, subject]),
    [[id, "ann@example.com", "Hello"]],
  );
  const { json: entry } = await ask("GET", `/inbox/${list.items[0].id}`);
  assert.equal(entry.text.trim(), "Hello there");
  assert.deepEqual(
    entry.attachments.map(({ name, isInline }: Json) => [name, isInline]),
    [["a.txt", false]],
  );
  const source = await service.request(service.first, "GET", `/api/v1/inbox/${entry.id}/source`);
  const parsed = await simpleParser(source.text);
  assert.equal(parsed.from?.value[0]?.name, "Öwner");
  assert.equal(sink.counts.connections, 0, "nothing went out");
  assert.equal((await ask("DELETE", "/inbox")).json.removed, 1);
  assert.deepEqual((await ask("GET", "/inbox")).json.items, []);
});

test("a domain is added, says what to publish, and is verified once that is there", async () => {
  const from = { address: "news@shop.example" };
  const early = await ask("POST", "/messages", { from, to: [{ address: "ann@example.com" }], text: "t" });
  assert.deepEqual([early.status, early.json.code], [403, "sender_not_allowed"]);
  const { status, json: domain } = await ask("POST", "/domains", { name: "Shop.Example" });
  assert.ok(status < 300, JSON.stringify(domain));
  assert.deepEqual([domain.name, domain.state], ["shop.example", "pending"]);
  const { type, name, value } = domain.report.dkim.expected;
  assert.equal(type, "TXT");
  assert.equal((await ask("POST", "/domains/shop.example/check")).json.state, "pending");
  zone[name] = { txt: [value] };
  const { json: checked } = await ask("POST", "/domains/shop.example/check");
  assert.deepEqual([checked.state, checked.verifiedBy], ["verified", "dns"], JSON.stringify(checked));
  const id = await sent({ from, to: [{ address: "ann@example.com" }] });
  const { message, history } = await until(id, "sent");
  assert.deepEqual([message.attempts, message.recipient.address], [1, "ann@example.com"]);
  assert.deepEqual(
    history.map(({ kind, replyCode, enhancedStatus }: Json) => [kind, replyCode, enhancedStatus]),
    [["sent", 250, "2.0.0"]],
  );
  assert.deepEqual(
    sink.transactions.map(({ to }) => to[0]),
    ["ann@example.com"],
  );
});

test("a bounce is told in the other server's words, and lifting its suppression lets mail go again", async () => {
  const from = { address: "news@shop.example" };
  const bounced = await until(
    await sent({ from, to: [{ address: "gone@example.net" }], customId: "order 1" }),
    "bounced",
  );
  assert.equal(bounced.history[0].reply, "<gone@example.net> does not exist");
  assert.deepEqual(bounced.message.reason, { number: 1, text: "user unknown" });
  const { json: list } = await ask("GET", "/suppressions");
  assert.deepEqual(
    list.items.map(({ address, cause }: Json) => [address, cause]),
    [["gone@example.net", "bounce"]],
  );
  await until(await sent({ from, to: [{ address: "gone@example.net" }] }), "blocked");
  assert.equal((await ask("DELETE", `/suppressions/${list.items[0].id}`)).status, 204);
  const { json: again } = await ask("POST", `/messages/${bounced.message.id}/retry`);
  assert.equal((await until(again.newId, "bounced")).history[0].meaning.code, "mailbox_unknown");
  const { json: found } = await ask("GET", "/messages?customId=order%201");
  assert.deepEqual(
    found.items.map(({ id }: Json) => id),
    [again.newId, bounced.message.id],
  );
});

test("what waits is shown, and can be cancelled until it is sent", async () => {
  isAway = true;
  const from = { address: "news@shop.example" };
  const first = await sent({ from, to: [{ address: "one@example.org" }] });
  await until(first, "deferred");
  const second = await sent({ from, to: [{ address: "two@example.org" }] });
  let { json: status } = await ask("GET", "/status");
  for (let waited = 0; status.destinations[0]?.pausedUntil === null && waited < 20_000; waited += 100) {
    await pause(100);
    status = (await ask("GET", "/status")).json;
  }
  assert.ok(status.destinations[0]?.pausedUntil, JSON.stringify(status));
  assert.deepEqual([status.nodes.length, status.nodes[0].isAlive, status.today.quota], [1, true, null]);
  const { json: queue } = await ask("GET", "/queue");
  assert.deepEqual([queue.waiting, queue.deferred], [1, 1], JSON.stringify(queue));
  assert.equal((await ask("POST", `/messages/${second}/cancel`)).json.state, "cancelled");
  assert.equal((await ask("POST", `/messages/${second}/cancel`)).status, 409);
  const { json: waits } = await ask("GET", `/messages/${first}`);
  assert.equal(waits.history[0].meaning.code, "server_trouble", JSON.stringify(waits));
  assert.equal(waits.message.waiting.why.code, "server_trouble");
  assert.equal((await ask("POST", `/messages/${first}/retry`)).status, 429, "it has just said so");
  isAway = false;
  await service.command("clock", "advance", "2m");
  // The service hears of its clock a moment after the command has ended.
  let retried = await ask("POST", `/messages/${first}/retry`);
  for (let waited = 0; retried.status === 429 && waited < 15_000; waited += 50) {
    await pause(50);
    retried = await ask("POST", `/messages/${first}/retry`);
  }
  assert.deepEqual([retried.status, retried.json], [202, { id: first, newId: null }]);
  const { message, content } = await until(first, "sent");
  assert.deepEqual([message.waiting, message.attempts, content], [null, 2, "readable"]);
  await pause(500);
  assert.ok(!sink.transactions.some(({ to }) => to[0] === "two@example.org"));
  assert.equal((await until(second, "cancelled")).message.attempts, 0);
});

test("a key with a scope may do that and no more, and a revoked one nothing at all", async () => {
  const { status, json } = await ask("POST", "/api-keys", { name: "Shop front", scopes: ["send"] });
  assert.ok(status < 300, JSON.stringify(json));
  const key = { accountId: "", apiKey: json.publicKey, secretKey: json.secretKey };
  const message = { from: { address: "news@shop.example" }, to: [{ address: "ann@example.com" }], text: "t" };
  assert.equal((await ask("POST", "/messages", message, key)).status, 202);
  for (const [method, target] of [
    ["GET", "/messages"],
    ["GET", "/inbox"],
    ["GET", "/api-keys"],
    ["DELETE", "/inbox"],
  ] as const)
    assert.equal((await ask(method, target, undefined, key)).status, 403, target);
  const legacy = await service.request(key, "GET", "/v3/REST/message");
  assert.equal(legacy.status, 403);
  assert.equal((await ask("DELETE", `/api-keys/${json.id}`)).status, 204);
  for (let waited = 0; (await ask("POST", "/messages", message, key)).status !== 401; waited += 100) {
    assert.ok(waited < 5000, "it works on");
    await pause(100);
  }
});
