import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { MailjetEmailProvider } from "@novu/mailjet";
import { Webhook } from "standardwebhooks";
import { CompatService } from "../support/compat-service.ts";
import { type SmtpServer, startSmtpServer } from "../support/smtp-server.ts";
import { startConsumer } from "../support/webhook-consumer.ts";

// Mailjet's Event API as its clients set it up, with real deliveries, a real HTTP server that takes the events, and
// other people's code that reads them.

let compat: CompatService;
let sink: SmtpServer;
const consumer = await startConsumer({ after });

before(async () => {
  sink = await startSmtpServer({
    keep: "counts",
    on: {
      rcpt: ({ argument }) =>
        argument.includes("nobody") ? "550 5.1.1 There is no such mailbox here" : undefined,
    },
  });
  compat = await CompatService.start({ FACTEUR_ROUTES: `*=127.0.0.1:${sink.port}` });
});
after(async () => {
  await compat?.stop();
  await sink?.close();
});

// Read as freely as programs of others read it.
type Body = ReturnType<typeof JSON.parse>;

interface EventReader {
  getMessageId(body: Body): unknown[];
  parseEventBody(body: Body, id: unknown): { status: string; externalId: unknown; row: Body } | undefined;
}

function novu(): EventReader {
  const config = { apiKey: "a", apiSecret: "b", from: "a@example.org", senderName: "A" };
  return new MailjetEmailProvider(config) as unknown as EventReader;
}

function messagesTo(addresses: string[]): object {
  return {
    Messages: addresses.map((Email) => ({
      From: { Email: "news@shop.example" },
      To: [{ Email }],
      Subject: "Hello",
      TextPart: "Hello",
      CustomID: "order-7",
      EventPayload: "payload",
      CustomCampaign: "spring",
    })),
  };
}

for (const [index, isGrouped] of [false, true].entries()) {
  const name = ["node-mailjet 6", "node-mailjet 3.4.1"][index] ?? "";
  test(`${name}: callbacks are set up, told of what happens${isGrouped ? " in groups" : ""}, changed and removed`, async () => {
    const client = compat.clients()[index];
    assert.ok(client);
    const Url = `http://user:pass@127.0.0.1:${consumer.port}/events${index}`;
    const Version = isGrouped ? 2 : 1;
    for (const EventType of ["sent", "bounce", "blocked"]) {
      const made = await client.call("post", "eventcallbackurl", { body: { EventType, Url, Version } });
      assert.equal(made.status, 201, JSON.stringify(made.body));
      const { ID, APIKeyID, ...row } = made.body.Data[0];
      assert.ok(ID > 0 && APIKeyID > 0);
      assert.deepEqual(row, { EventType, IsBackup: false, Status: "alive", Url, Version });
    }
    const again = await client.call("post", "eventcallbackurl", { body: { EventType: "sent", Url } });
    assert.equal(again.status, 400);
    assert.match(again.body.ErrorMessage, /^MJ18 .*already exists/);
    const unknown = await client.call("post", "eventcallbackurl", { body: { EventType: "nonsense", Url } });
    assert.match(
      unknown.body.ErrorInfo,
      /Allowed values are: sent, open, click, bounce, spam, blocked, unsub/,
    );

    const [good, bad] = [`ada${index}@example.com`, `nobody${index}@example.com`];
    await client.call("post", "send", { version: "v3.1", body: messagesTo([good, bad]) });
    const own = () =>
      consumer.received.filter(({ path }) => path === `/events${index}`).flatMap(({ events }) => events);
    await consumer.untilReceived(() => own().length >= 2);
    // The bounce has suppressed the address: what is sent to it now is blocked at once.
    await client.call("post", "send", { version: "v3.1", body: messagesTo([bad]) });
    await consumer.untilReceived(() => own().length >= 3);

    const of = (type: string) => own().find(({ event }) => event === type);
    assert.deepEqual(
      own()
        .map(({ event }) => event)
        .toSorted(),
      ["blocked", "bounce", "sent"],
    );
    assert.match(String(of("sent")?.smtp_reply), /^sent \(250 /);
    assert.ok(Number(of("sent")?.mj_campaign_id) > 0);
    assert.equal(of("sent")?.customcampaign, "spring");
    const bounce = of("bounce");
    const { blocked, hard_bounce, error_related_to, error, email, CustomID, Payload } = bounce ?? {};
    assert.deepEqual(
      { blocked, hard_bounce, error_related_to, error, email, CustomID, Payload },
      {
        ...{ blocked: true, hard_bounce: true, error_related_to: "recipient", error: "user unknown" },
        ...{ email: bad, CustomID: "order-7", Payload: "payload" },
      },
    );
    assert.match(String(bounce?.comment), /no such mailbox/);
    assert.deepEqual([of("blocked")?.error_related_to, of("blocked")?.error], ["mailjet", "preblocked"]);

    const [request] = consumer.received.filter(({ path }) => path === `/events${index}`);
    const basic = `Basic ${Buffer.from("user:pass").toString("base64")}`;
    assert.equal(request?.headers.authorization, basic);
    assert.equal(Array.isArray(JSON.parse(request?.body ?? "")), isGrouped);

    const key = "sent|false";
    const changed = await client.call("put", "eventcallbackurl", { id: key, body: { Url: `${Url}/new` } });
    assert.equal(changed.status, 200, JSON.stringify(changed.body));
    assert.equal(changed.body.Data[0].Url, `${Url}/new`);
    const none = await client.call("get", "eventcallbackurl", { filters: { EventType: "valueOf" } });
    assert.deepEqual(none.body.Data, []);
    const list = await client.call("get", "eventcallbackurl", { filters: { EventType: "7" } });
    assert.deepEqual(
      list.body.Data.map((row: Body) => row.EventType),
      ["sent"],
    );
    const tested = await client.call("post", "eventcallbackurl", { id: key, action: "test" });
    assert.deepEqual(tested.body.Data, [{ Answer: "", IsTaken: true, StatusCode: 200 }]);
    for (const EventType of ["sent", "bounce", "blocked"]) {
      const gone = await client.call("delete", "eventcallbackurl", { id: `${EventType}|false` });
      assert.equal(gone.status, 204);
    }
  });
}

test("@novu/mailjet reads the events of both versions", () => {
  const reader = novu();
  const bodies = consumer.received.map(({ body }) => JSON.parse(body) as Body);
  assert.ok(bodies.some((body) => Array.isArray(body)) && bodies.some((body) => !Array.isArray(body)));
  const statuses: string[] = [];
  for (const body of bodies) {
    for (const id of reader.getMessageId(body)) {
      const parsed = reader.parseEventBody(body, id);
      assert.ok(parsed, JSON.stringify(body));
      assert.equal(parsed.externalId, id);
      statuses.push(parsed.status);
    }
  }
  assert.deepEqual([...new Set(statuses)].toSorted(), ["blocked", "bounced", "sent"]);
});

test("the signatures of a standard webhook are right in the eyes of standardwebhooks, also over a change of secret", async () => {
  const { service } = compat;
  const target = "/api/v1/webhooks";
  const url = consumer.url.replace("/events", "/standard");
  const body = { url, events: ["sent"] };
  const made = await service.request(service.first, "POST", target, { body });
  assert.equal(made.status, 201, made.text);
  const { id, secret } = made.json() as { id: string; secret: string };
  await service.request(service.first, "POST", `${target}/${id}/test`, { body: {} });
  const renewed = await service.request(service.first, "POST", `${target}/${id}/secret`, { body: {} });
  const { secret: later } = renewed.json() as { secret: string };
  await service.request(service.first, "POST", "/v3.1/send", { body: messagesTo(["signed@example.com"]) });
  const own = () => consumer.received.filter(({ path }) => path === "/standard");
  await consumer.untilReceived(() => own().length >= 2);
  const [test, sent] = own();
  assert.ok(test && sent);
  const headersOf = ({ headers }: typeof test) => headers as Record<string, string>;
  new Webhook(secret).verify(test.body, headersOf(test));
  assert.throws(() => new Webhook(later).verify(test.body, headersOf(test)));
  for (const each of [secret, later]) new Webhook(each).verify(sent.body, headersOf(sent));
  assert.throws(() => new Webhook(later).verify(`${sent.body} `, headersOf(sent)));
  // The log is written with the place in the log of events, a moment after the answer.
  const logged = async () => {
    const attempts = await service.request(service.first, "GET", `${target}/${id}/attempts`);
    return (attempts.json() as { items: { outcome: string; status: number }[] }).items;
  };
  for (let waited = 0; (await logged()).length === 0 && waited < 300; waited++) await pause(100);
  assert.deepEqual(
    (await logged()).map(({ outcome, status }) => [outcome, status]),
    [["delivered", 200]],
  );
});

test("the feed shows the events that a webhook was posted, each once and in its order, over a crash", async () => {
  const { service } = compat;
  const url = consumer.url.replace("/events", "/all");
  const events = ["sent", "bounced", "blocked", "deferred"];
  const at = async (query: string) => {
    const answer = await service.request(service.first, "GET", `/api/v1/events?${query}`);
    assert.equal(answer.status, 200, answer.text);
    return answer.json() as { items: { id: string; kind: string }[]; nextCursor: string; hasMore: boolean };
  };
  const start = await at("limit=1000");
  await service.request(service.first, "POST", "/api/v1/webhooks", { body: { url, events } });
  const addresses = ["one", "nobody2", "two", "nobody3", "three"].map((name) => `${name}@example.com`);
  const send = (to: string[]) =>
    service.request(service.first, "POST", "/v3.1/send", { body: messagesTo(to) });
  const own = () =>
    new Set(
      consumer.received.filter(({ path }) => path === "/all").map(({ headers }) => headers["webhook-id"]),
    );
  await send(addresses.slice(0, 3));
  await consumer.untilReceived(() => own().size >= 1);
  await service.kill();
  await service.start();
  await send(addresses.slice(3));
  await consumer.untilReceived(() => own().size >= addresses.length);
  const read: { id: string; kind: string }[] = [];
  for (let page = start; ; ) {
    page = await at(`cursor=${page.nextCursor}&limit=2`);
    read.push(...page.items);
    if (!page.hasMore) break;
  }
  assert.equal(read.length, addresses.length);
  assert.deepEqual(new Set(read.map(({ id }) => `evt_${id}`)), own());
  assert.equal(read.filter(({ kind }) => kind === "bounced").length, 2);
});
