import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { Records } from "../support/records.ts";
import { acceptedIn } from "../support/sending.ts";
import { TestService } from "../support/service.ts";
import { type SmtpServer, startSmtpServer } from "../support/smtp-server.ts";

let sink: SmtpServer;
let service: TestService;
let records: Records;

before(async () => {
  sink = await startSmtpServer();
  service = await new TestService({ env: { FACTEUR_ROUTES: `*=127.0.0.1:${sink.port}` } }).start();
  await service.command("domain", "approve", "shop.example", "--account", service.first.accountId);
  records = await Records.open(service);
});
after(async () => {
  await records?.close();
  await service?.remove();
  await sink?.close();
});

const call = (address: string, more: object = {}) => ({
  Messages: [
    { From: { Email: "news@shop.example" }, To: [{ Email: address }], Subject: "s", TextPart: "t", ...more },
  ],
});

function post(key: string, body: object, { credentials = service.first, target = "/v3.1/send" } = {}) {
  return service.request(credentials, "POST", target, { body, headers: { "Idempotency-Key": key } });
}

/** How many messages work has added. */
async function added(work: () => Promise<unknown>): Promise<number> {
  const before = await records.count("message");
  await work();
  return (await records.count("message")) - before;
}

test("a repeated call gets the first answer, to the byte, and sends nothing more", async () => {
  const first = await post("repeat", call("ada@example.net"));
  assert.equal(first.status, 200);
  assert.equal(first.headers.get("idempotency-replayed"), null);
  const count = await added(async () => {
    for (let round = 0; round < 3; round++) {
      const again = await post("repeat", call("ada@example.net"));
      assert.deepEqual([again.status, again.text], [200, first.text]);
      assert.equal(again.headers.get("idempotency-replayed"), "true");
      assert.equal(again.headers.get("content-type"), first.headers.get("content-type"));
    }
  });
  assert.equal(count, 0);
});

test("a partly wrong call is replayed as it was, and its good part is not sent again", async () => {
  const body = { Messages: [...call("ada@example.net").Messages, ...call("no address").Messages] };
  const first = await post("partly", body);
  assert.equal(first.status, 400);
  assert.equal(await added(() => post("partly", body)), 0);
  assert.equal((await post("partly", body)).text, first.text);
});

test("the same key with another body is refused and sends nothing", async () => {
  await post("mismatch", call("ada@example.net"));
  const count = await added(async () => {
    const other = await post("mismatch", call("grace@example.net"));
    assert.equal(other.status, 409, other.text);
    assert.match(other.text, /Idempotency-Key/);
  });
  assert.equal(count, 0);
});

test("a call that was refused as a whole may be corrected under the same key", async () => {
  const refused = await post("corrected", call("no address"));
  assert.equal(refused.status, 400);
  assert.equal((await post("corrected", call("ada@example.net"))).status, 200);
});

test("twenty equal calls at the same time send one message", async () => {
  let answers: Awaited<ReturnType<typeof post>>[] = [];
  const count = await added(async () => {
    answers = await Promise.all(Array.from({ length: 20 }, () => post("at once", call("once@example.net"))));
  });
  assert.equal(count, 1);
  for (const { status, text } of answers) assert.deepEqual([status, text], [200, answers[0]?.text]);
});

test("both send APIs and our own know it, and keep their keys apart by account", async () => {
  const other = await service.account("other@firm.example", "firm.example");
  const theirs = {
    Messages: [{ ...call("ada@example.net").Messages[0], From: { Email: "a@firm.example" } }],
  };
  await post("shared", call("ada@example.net"));
  assert.equal(await added(() => post("shared", theirs, { credentials: other })), 1);
  const legacy = { FromEmail: "news@shop.example", To: "ada@example.net", Subject: "s", "Text-part": "t" };
  const own = { from: { address: "news@shop.example" }, to: [{ address: "ada@example.net" }], text: "t" };
  for (const [target, body] of [
    ["/v3/send", legacy],
    ["/api/v1/messages", own],
  ] as const) {
    const first = await post(`of ${target}`, body, { target });
    assert.ok(first.status < 300, first.text);
    const count = await added(async () => {
      assert.equal((await post(`of ${target}`, body, { target })).text, first.text);
    });
    assert.equal(count, 0, target);
  }
});

test("keys that cannot be keys are refused in words", async () => {
  for (const key of ["x".repeat(300), "a\u00e9"]) {
    const answer = await post(key, call("ada@example.net"));
    assert.equal(answer.status, 400, answer.text);
    assert.match(answer.text, /Idempotency-Key/);
  }
});

test("after a crash in the middle, a repeated call sends each message once", async () => {
  const keys = Array.from({ length: 30 }, (_, index) => `crash ${index}`);
  const started = keys.map((key, index) => post(key, call(`crash${index}@example.net`)).catch(() => null));
  await pause(15);
  await records.close();
  await service.kill();
  const answered = await Promise.all(started);
  await service.start();
  records = await Records.open(service);
  for (const [index, key] of keys.entries()) {
    const again = await post(key, call(`crash${index}@example.net`));
    assert.equal(again.status, 200, again.text);
    const [sent] = acceptedIn(again.text);
    const early = answered[index] === null ? undefined : acceptedIn(answered[index]?.text ?? "")[0];
    if (early !== undefined) assert.equal(sent?.id, early.id, "the answer from before the crash holds");
  }
  const rows = await records.messages();
  await records.emptied();
  const ids = new Set(rows.map(({ id }) => id));
  assert.equal(ids.size, rows.length);
  const arrived = sink.transactions.filter(({ to: [address = ""] }) => address.startsWith("crash"));
  const unknown = (await records.messages()).filter(({ wasUnknown }) => wasUnknown).length;
  assert.ok(arrived.length - unknown <= keys.length, `${arrived.length} arrived, ${unknown} in doubt`);
  assert.equal(new Set(arrived.map(({ to }) => to[0])).size, keys.length);
});

test("a key is forgotten after 24 hours", async () => {
  const first = await post("a day", call("ada@example.net"));
  await service.command("clock", "advance", "25h");
  let again: Awaited<ReturnType<typeof post>>;
  const count = await added(async () => {
    await pause(1500);
    again = await post("a day", call("ada@example.net"));
  });
  assert.equal(count, 1);
  assert.notEqual(again!.text, first.text);
});
