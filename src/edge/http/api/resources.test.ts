import assert from "node:assert/strict";
import { test } from "node:test";

import { createApi } from "../testing/api-client.ts";

test("messages are listed page by page with a cursor", async () => {
  const { ask, memory } = createApi();
  const first = await ask("GET", "/messages?limit=2");
  assert.deepEqual(
    first.json.items.map((each: { id: string }) => each.id),
    ["1152921509597813712", "1152921509597813711"],
  );
  assert.deepEqual(first.json.items[0], {
    id: "1152921509597813712",
    uuid: "606434fb-5cf2-4ee8-adaf-fd8dcf60890a",
    from: "crew@example.org",
    recipient: { address: "passenger@example.com", name: "Passenger", role: "to" },
    subject: "Your flight",
    customId: "flight-1",
    eventPayload: "",
    state: "bounced",
    reason: { number: 1, text: "user unknown" },
    attempts: 1,
    wasUnknown: false,
    sizeBytes: 1234,
    acceptedAt: "2026-03-01T08:00:00.500Z",
    changedAt: "2026-03-01T08:00:00.500Z",
    waiting: null,
  });
  const second = await ask("GET", `/messages?limit=2&cursor=${first.json.nextCursor}`);
  assert.deepEqual(
    second.json.items.map((each: { id: string }) => each.id),
    ["1152921509597813710"],
  );
  assert.equal(second.json.nextCursor, null);
  await ask(
    "GET",
    "/messages?recipient=a%2Bb@c.d&customId=x&state=sent&from=2026-03-01T00:00:00Z&until=2026-03-02T01:00:00%2B01:00",
  );
  assert.deepEqual(memory.asked, {
    recipient: "a+b@c.d",
    customId: "x",
    state: "sent",
    from: new Date("2026-03-01"),
    until: new Date("2026-03-02"),
    limit: 26,
    beforeId: null,
  });
});

const badQueries = [
  "limit=0",
  "limit=101",
  "limit=ten",
  "limit=1.5",
  "limit=1&limit=2",
  "cursor=x",
  "state=lost",
  "from=yesterday",
  "until=2026-13-01T00:00:00Z",
  "foo=1",
];

for (const query of badQueries) {
  test(`the query ${query} is refused and its parameter named`, async () => {
    const { ask } = createApi();
    const answer = await ask("GET", `/messages?${query}`);
    assert.equal(answer.status, 422);
    assert.deepEqual([answer.json.errors[0].field, answer.json.errors[0].in], [query.split("=")[0], "query"]);
  });
}

test("a message is read with its history, and cancelled while it can be", async () => {
  const { ask } = createApi();
  const read = await ask("GET", "/messages/1152921509597813711");
  assert.equal(read.json.message.id, "1152921509597813711");
  assert.deepEqual(read.json.history, [
    {
      at: "2026-03-01T08:00:00.500Z",
      kind: "bounced",
      reason: { number: 1, text: "user unknown" },
      replyCode: 550,
      enhancedStatus: "5.1.1",
      host: "mx.example.com",
      reply: "no such user",
      detail: null,
      verdict: null,
      url: null,
      meaning: {
        code: "mailbox_unknown",
        text: "There is no such mailbox. Check the address; sending again will not help.",
      },
    },
  ]);
  assert.deepEqual([read.json.content, read.json.contentUntil], ["readable", "2026-03-01T08:00:00.500Z"]);
  const cancel = async (id: string) => {
    const { status, json } = await ask("POST", `/messages/${id}/cancel`);
    return [status, json.code ?? json.state];
  };
  assert.deepEqual(await cancel("1152921509597813712"), [200, "cancelled"]);
  assert.deepEqual(await cancel("1152921509597813711"), [202, "underway"]);
  assert.deepEqual(await cancel("1152921509597813710"), [409, "too_late"]);
  assert.deepEqual(await cancel("1"), [404, "not_found"]);
  assert.deepEqual(await cancel("9999999999999999999"), [404, "not_found"]);
  assert.deepEqual(await cancel("x"), [422, "invalid"]);
});

test("a message is tried again, or handed in again under a new id", async () => {
  const { ask } = createApi();
  const retry = async (id: string) => {
    const { status, json } = await ask("POST", `/messages/${id}/retry`);
    return [status, json.code ?? json.newId];
  };
  assert.deepEqual(await retry("1152921509597813712"), [202, null]);
  assert.deepEqual(await retry("1152921509597813711"), [202, "1152921509597813720"]);
  assert.deepEqual(await retry("1152921509597813710"), [410, "content_gone"]);
  assert.deepEqual(await retry("1"), [404, "not_found"]);
});

test("a message that waits says until when, and why", async () => {
  const { ask, memory } = createApi();
  memory.wait = { nextAttemptAt: new Date("2026-03-01T09:00:00Z"), why: "warm_up" };
  const [first] = (await ask("GET", "/messages")).json.items;
  assert.equal(first.waiting.nextAttemptAt, "2026-03-01T09:00:00.000Z");
  assert.equal(first.waiting.why.code, "warm_up");
  assert.match(first.waiting.why.text, /new to this provider/);
});

test("the test inbox shows a message taken apart and whole", async () => {
  const { ask, memory } = createApi();
  const list = await ask("GET", "/inbox");
  assert.deepEqual(list.json.items[0].subject, "Hé");
  const place = `/inbox/${list.json.items[0].id}`;
  const { json } = await ask("GET", place);
  assert.deepEqual([json.text.trim(), json.html.trim(), json.attachments], ["plain", "<p>html</p>", []]);
  assert.deepEqual(json.headers[0], { name: "From", value: "a@example.com" });
  assert.deepEqual([json.from, json.to, json.subject], ["a@example.com", "", "Hé"]);
  assert.deepEqual(json.envelope, { from: "a@example.com", to: "b@example.com" });
  assert.deepEqual(json.signatures, []);
  const source = await ask("GET", `${place}/source`);
  assert.equal(source.headers["content-type"], "message/rfc822");
  assert.equal(source.text, memory.source.toString());
  assert.equal((await ask("GET", "/inbox/1")).status, 404);
  assert.deepEqual((await ask("DELETE", "/inbox")).json, { removed: 1 });
});

test("domains are added, listed and checked", async () => {
  const { ask } = createApi();
  const added = await ask("POST", "/domains", { name: "new.example" });
  assert.deepEqual(
    [added.status, added.json.name, added.json.report.spf.status],
    [201, "new.example", "missing"],
  );
  assert.equal((await ask("GET", "/domains")).json.items.length, 1);
  assert.equal((await ask("POST", "/domains/example.com/check")).status, 200);
  assert.equal((await ask("POST", "/domains/other.com/check")).status, 404);
  assert.equal((await ask("POST", "/domains", { name: "nodot" })).json.code, "invalid_domain");
  assert.equal((await ask("POST", "/domains", { name: "a.example", withEd25519: true })).status, 201);
  assert.equal((await ask("POST", "/domains", { name: "a.example", withEd25519: "yes" })).status, 422);
});

test("a domain is given up once", async () => {
  const { ask } = createApi();
  assert.equal((await ask("DELETE", "/domains/example.com")).status, 204);
  assert.equal((await ask("DELETE", "/domains/example.com")).json.code, "not_found");
});

test("senders are listed, added, asked again and removed", async () => {
  const { ask } = createApi();
  const [listed] = (await ask("GET", "/senders")).json.items;
  assert.deepEqual(listed, {
    id: "10",
    address: "crew@example.org",
    name: "",
    domain: "example.org",
    isDomainWide: false,
    isDefault: false,
    state: "inactive",
    createdAt: "2026-03-01T08:00:00.500Z",
    confirmationEndsAt: "2026-03-01T08:00:00.500Z",
  });
  const added = await ask("POST", "/senders", { address: "news@example.org", name: "News" });
  assert.deepEqual([added.status, added.json.address, added.json.name], [201, "news@example.org", "News"]);
  assert.equal((await ask("POST", "/senders", {})).json.errors[0].field, "/address");
  assert.equal((await ask("POST", "/senders/10/confirmation")).json.id, "10");
  assert.equal((await ask("POST", "/senders/9/confirmation")).status, 404);
  assert.equal((await ask("DELETE", "/senders/10")).status, 204);
  assert.equal((await ask("DELETE", "/senders/9")).status, 404);
});

test("a key pair is renamed and switched off, and the primary one stays on", async () => {
  const { ask } = createApi();
  await ask("POST", "/api-keys", { name: "shop", scopes: ["send"] });
  const changed = await ask("PATCH", "/api-keys/7", { name: "Shop", isActive: false });
  assert.deepEqual([changed.status, changed.json.name, changed.json.isActive], [200, "Shop", false]);
  assert.equal((await ask("PATCH", "/api-keys/6", { isActive: false })).json.code, "primary_key");
  assert.equal((await ask("PATCH", "/api-keys/6", { name: "Main" })).status, 200);
  assert.equal((await ask("PATCH", "/api-keys/9", { name: "x" })).status, 404);
  for (const body of [{}, { name: "" }, { scopes: ["full"] }, { isActive: "no" }])
    assert.equal((await ask("PATCH", "/api-keys/7", body)).status, 422, JSON.stringify(body));
});

test("a key pair shows its secret once, and the primary one stays", async () => {
  const { ask } = createApi();
  const created = await ask("POST", "/api-keys", { name: "shop", scopes: ["send"] });
  assert.deepEqual([created.status, created.json.secretKey], [201, "s".repeat(32)]);
  const { items } = (await ask("GET", "/api-keys")).json;
  assert.equal(items.length, 2);
  assert.ok(items.every((each: object) => !("secretKey" in each)));
  const gone = await ask("DELETE", "/api-keys/7");
  assert.deepEqual([gone.status, gone.json], [204, null]);
  assert.equal((await ask("DELETE", "/api-keys/6")).json.code, "primary_key");
  assert.equal((await ask("POST", "/api-keys", { name: "shop", scopes: ["full"] })).status, 422);
});

test("addresses are suppressed and released by id", async () => {
  const { ask } = createApi();
  const added = await ask("POST", "/suppressions", { address: " gone@example.com " });
  assert.deepEqual([added.status, added.json.address, added.json.messageId], [201, "gone@example.com", null]);
  assert.equal((await ask("GET", "/suppressions?address=gone@example.com")).json.items.length, 1);
  assert.equal((await ask("GET", "/suppressions?address=no")).status, 422);
  assert.equal((await ask("POST", "/suppressions", { address: "no" })).json.errors[0].field, "/address");
  assert.equal((await ask("DELETE", "/suppressions/9")).status, 204);
  assert.equal((await ask("DELETE", "/suppressions/8")).status, 404);
});

test("the queue is counted by destination", async () => {
  const { ask } = createApi();
  assert.deepEqual((await ask("GET", "/queue")).json, {
    waiting: 2,
    deferred: 1,
    oldestAcceptedAt: "2026-03-01T08:00:00.500Z",
    destinations: [
      { domain: "example.com", waiting: 2, deferred: 1, nextAttemptAt: null, explanation: null },
    ],
  });
});

test("the status tells of the own queue, and of the machines to who runs them only", async () => {
  const { ask, memory } = createApi();
  const { json } = await ask("GET", "/status");
  const at = "2026-03-01T08:00:00.500Z";
  assert.deepEqual(json.queue, { waiting: 2, deferred: 1, oldestAcceptedAt: at });
  const [{ why, ...destination }] = json.destinations;
  const counts = { domain: "example.com", waiting: 2, deferred: 1, connections: 3 };
  assert.deepEqual(destination, { ...counts, nextAttemptAt: at, pausedUntil: at });
  assert.equal(why.code, "server_trouble");
  assert.match(why.text, /trouble of its own/);
  assert.deepEqual([json.warmUp, json.nodes, json.today], [null, null, { accepted: 5, quota: null }]);
  memory.isOperator = true;
  const own = (await ask("GET", "/status")).json;
  assert.deepEqual(own.nodes, [{ name: "a/0", delivers: true, seenAt: at, isAlive: true }]);
  assert.equal(own.warmUp[0].limit, 50);
});

test("what is held is told by classes, with the way to its proof", async () => {
  const { ask } = createApi();
  const { classes, promisesUrl } = (await ask("GET", "/holdings")).json;
  assert.equal(promisesUrl, "http://127.0.0.1:8080/promises");
  const lookedAt = "2026-03-01T08:00:00.500Z";
  assert.deepEqual(classes[0].lastPurge, { lookedAt, outcome: "done", at: null, removed: 0 });
  assert.deepEqual([classes[0].code, classes[0].oldest, classes[0].sealed], ["content", lookedAt, true]);
});

test("what cannot be read is a problem too", async () => {
  const { ask, memory } = createApi();
  assert.deepEqual((await ask("GET", "/messages/%zz")).json.code, "malformed_path");
  memory.failure = Object.assign(new Error("from the framework"), { statusCode: 400 });
  const refused = await ask("GET", "/queue");
  assert.deepEqual([refused.status, refused.json.code], [400, "malformed_request"]);
});

test("a defect is a problem with an id, and nothing of its inside", async () => {
  const { ask, memory, lines } = createApi();
  memory.failure = new TypeError("person@example.com broke it");
  const answer = await ask("GET", "/queue");
  assert.deepEqual([answer.status, answer.json.code], [500, "defect"]);
  const errors = lines.filter((line) => line.level === "error");
  assert.deepEqual(
    errors.map(({ event, fields }) => [event, fields.requestId, fields.route]),
    [["http.defect", answer.json.requestId, "/api/v1/queue"]],
  );
  assert.doesNotMatch(JSON.stringify([answer.json, errors]), /person@/);
});
