import assert from "node:assert/strict";
import { after, test } from "node:test";
import { startConsumer } from "../../../../tests/support/webhook-consumer.ts";
import { sql } from "../../../base/database.ts";
import { Refusal } from "../../../base/errors.ts";
import { dateOf } from "../../../base/ids.ts";
import { recordEvents } from "../../../core/events/index.ts";
import type { Principal } from "../principal.ts";
import { apiServices } from "./api.ts";
import { openServiceWorld } from "./testing/service-world.ts";
import { callbackServices } from "./webhooks.ts";

const world = await openServiceWorld({ after });
const { context, database, clock, ids } = world;
const services = apiServices(context);
const callbacks = callbackServices(context);
const strict = apiServices({ ...context, allowsPrivateWebhooks: false });

function refused(code: string) {
  return (error: unknown) => error instanceof Refusal && error.code === code;
}

interface Row {
  id: bigint;
  url: bigint;
  position: bigint;
  since: Record<string, bigint>;
  retries: bigint;
}

/** How far the webhooks of an account are, in the order in which they were made. */
async function streams({ accountId }: Principal): Promise<Row[]> {
  return database.read({ role: "operator" }, (reader) =>
    reader.rows<Row>(sql`
      select w.id, w.log_position as position,
        (select jsonb_object_agg(e.event_type, e.since_position) from webhook_event e
          where e.account_id = w.account_id and e.webhook_id = w.id) as since,
        (select count(*) from webhook_retry r where r.account_id = w.account_id and r.webhook_id = w.id) as retries
      from webhook w where w.account_id = ${accountId} order by w.id`),
  );
}

async function happen({ accountId }: Principal, kind: "sent" | "bounced"): Promise<bigint> {
  const id = ids.next(clock.now());
  const bare = { reason: null, replyCode: null, enhanced: null, sealed: null };
  await database.write({ role: "delivery" }, (tx) =>
    recordEvents(tx, [{ accountId, id, messageId: id, kind, ...bare }]),
  );
  const row = await database.read({ role: "operator" }, (reader) =>
    reader.row<{ position: bigint }>(sql`select e.log_position as position from event e where e.id = ${id}`),
  );
  return row?.position ?? 0n;
}

/** Says that everything up to a position was taken. */
async function take({ accountId }: Principal, webhookId: bigint, position: bigint): Promise<void> {
  await database.write({ role: "operator" }, (tx) =>
    tx.run(sql`
      update webhook set log_position = ${position} where account_id = ${accountId} and id = ${webhookId}`),
  );
}

const wish = {
  eventType: "sent",
  isBackup: false,
  isGrouped: false,
  url: "https://shop.example/events",
} as const;

test("a callback is made, read, changed and removed; nothing of its URL is readable in the database", async () => {
  const principal = await world.principal();
  const url = "https://user:p%40ss@shop.example/events";
  const made = await callbacks.createCallback(principal, { ...wish, url });
  assert.ok(made.kind === "created");
  assert.deepEqual(await callbacks.listCallbacks(principal), [
    { ...wish, url, id: made.callback.id, isAlive: true },
  ]);
  const dump = await world.dump(["webhook", "webhook_event"]);
  assert.ok(!/shop\.example|p%40ss|user/.test(dump));
  const { id } = made.callback;
  const changed = await callbacks.updateCallback(principal, id, { isGrouped: true });
  assert.ok(changed.kind === "changed" && changed.value.isGrouped);
  assert.deepEqual(await callbacks.updateCallback(principal, id, { isGrouped: true }), { kind: "unchanged" });
  assert.equal(await callbacks.removeCallback(principal, id), true);
  assert.equal(await callbacks.removeCallback(principal, id), false);
  assert.deepEqual(await streams(principal), []);
  assert.deepEqual(
    (await world.audit(principal.accountId)).map(({ action }) => action),
    ["webhook.created", "webhook.changed", "webhook.removed"],
  );
});

test("a type has one URL and one backup; other accounts do not matter", async () => {
  const [principal, other] = [await world.principal(), await world.principal("Other")];
  await callbacks.createCallback(principal, wish);
  assert.deepEqual(await callbacks.createCallback(principal, { ...wish, url: "https://b.example/" }), {
    kind: "exists",
  });
  const backup = await callbacks.createCallback(principal, { ...wish, isBackup: true });
  assert.ok(backup.kind === "created");
  assert.deepEqual(await callbacks.updateCallback(principal, backup.callback.id, { isBackup: false }), {
    kind: "exists",
  });
  assert.ok((await callbacks.createCallback(other, wish)).kind === "created");
  assert.deepEqual(await callbacks.updateCallback(other, backup.callback.id, { isGrouped: true }), {
    kind: "unknown",
  });
});

test("types of one URL share a stream; a type that moves to another URL takes along what it has not told", async () => {
  const principal = await world.principal();
  const sent = await callbacks.createCallback(principal, wish);
  const bounce = await callbacks.createCallback(principal, { ...wish, eventType: "bounce" });
  assert.ok(sent.kind === "created" && bounce.kind === "created");
  const [shared] = await streams(principal);
  assert.equal((await streams(principal)).length, 1);
  const position = await happen(principal, "sent");
  // The stream was not told of it yet when its bounces move: they go on from where the stream is.
  await callbacks.updateCallback(principal, bounce.callback.id, { url: "https://b.example/" });
  const [a, b] = await streams(principal);
  assert.ok(a && b && shared);
  assert.equal(b.position, shared.position);
  assert.ok(b.position < position);
  // Now the first is ahead, and its type joins the second: that one goes back, and its own type is told nothing again.
  await take(principal, a.id, position - 1n);
  await take(principal, b.id, position + 5n);
  await callbacks.updateCallback(principal, sent.callback.id, { url: "https://b.example/" });
  const [only, ...none] = await streams(principal);
  assert.deepEqual(none, []);
  assert.equal(only?.position, position - 1n);
  assert.equal(BigInt(only?.since.bounce ?? 0), position + 5n);
  assert.ok(BigInt(only?.since.sent ?? 0) < position);
});

test("a type that joins a stream behind its own is not told again what it was told", async () => {
  const principal = await world.principal();
  const sent = await callbacks.createCallback(principal, wish);
  await callbacks.createCallback(principal, { ...wish, eventType: "bounce", url: "https://b.example/" });
  assert.ok(sent.kind === "created");
  const [a] = await streams(principal);
  const position = await happen(principal, "sent");
  await take(principal, a?.id ?? 0n, position);
  await callbacks.updateCallback(principal, sent.callback.id, { url: "https://b.example/" });
  const [only] = await streams(principal);
  assert.ok(only && only.position < position);
  assert.equal(BigInt(only.since.sent ?? 0), position);
});

test("what a webhook had to try again moves with its type", async () => {
  const principal = await world.principal();
  const { accountId } = principal;
  const sent = await callbacks.createCallback(principal, wish);
  await callbacks.createCallback(principal, { ...wish, eventType: "bounce" });
  assert.ok(sent.kind === "created");
  const [stream] = await streams(principal);
  for (const kind of ["sent", "bounced"] as const) {
    const position = await happen(principal, kind);
    await database.write({ role: "operator" }, (tx) =>
      tx.run(sql`
        insert into webhook_retry (account_id, webhook_id, log_position, lane, attempts, failed_at, due_at)
        values (${accountId}, ${stream?.id ?? 0n}, ${position}, 1, 1, ${clock.now()}, ${clock.now()})`),
    );
  }
  await callbacks.updateCallback(principal, sent.callback.id, { url: "https://b.example/" });
  assert.deepEqual(
    (await streams(principal)).map(({ retries }) => retries),
    [1n, 1n],
  );
});

test("a dead webhook is tried again when its URL is saved, from where it stopped, a week back at most", async () => {
  const principal = await world.principal();
  const made = await callbacks.createCallback(principal, wish);
  assert.ok(made.kind === "created");
  const [stream] = await streams(principal);
  const old = await happen(principal, "sent");
  clock.advance(8 * 86_400_000);
  await world.ensurePartitions();
  const recent = await happen(principal, "sent");
  await callbacks.updateCallback(principal, made.callback.id, { isAlive: false });
  assert.equal((await callbacks.listCallbacks(principal))[0]?.isAlive, false);
  const saved = await callbacks.updateCallback(principal, made.callback.id, { url: wish.url });
  assert.ok(saved.kind === "changed" && saved.value.isAlive);
  const [after] = await streams(principal);
  assert.ok(stream && after && after.position >= old && after.position < recent);
});

test("URLs that cannot be right are refused with what is wrong with them", async () => {
  const principal = await world.principal();
  const wrong = [
    ["example.org/events", /is not a URL/],
    ["ftp://example.org/", /begins neither/],
    [`https://example.org/${"a".repeat(2048)}`, /longer/],
    ["https://us%er:x@example.org/", /% in its user/],
    ["http://example.org:0/", /port 0/],
  ] as const;
  for (const [url, words] of wrong) {
    await assert.rejects(services.addWebhook(principal, { url, kinds: ["sent"] }), (error: Refusal) => {
      assert.equal(error.code, "invalid_url");
      assert.match(error.message, words);
      return true;
    });
  }
  for (const url of ["http://localhost/", "http://10.0.0.1/", "http://[::1]/", "http://db.internal/"]) {
    await assert.rejects(strict.addWebhook(principal, { url, kinds: ["sent"] }), refused("invalid_url"));
  }
});

test("our own webhooks are listed without their credentials, beside those of Mailjet's API", async () => {
  const principal = await world.principal();
  const url = "https://user:secret@shop.example/hook";
  const { webhook, secret } = await services.addWebhook(principal, { url, kinds: ["sent", "clicked"] });
  assert.match(secret, /^whsec_[A-Za-z0-9+/]{43}=$/);
  await callbacks.createCallback(principal, wish);
  const [own, mailjets] = await services.listWebhooks(principal);
  assert.deepEqual(own, webhook);
  assert.equal(own?.url, "https://shop.example/hook");
  assert.deepEqual([own?.hasCredentials, own?.isSigned, own?.events], [true, true, ["sent", "clicked"]]);
  assert.deepEqual([mailjets?.format, mailjets?.isSigned, mailjets?.events], ["mailjet", false, ["sent"]]);
  await assert.rejects(services.addWebhook(principal, { url, kinds: ["sent"] }), refused("already_exists"));
  const id = own?.id ?? 0n;
  const changed = await services.changeWebhook(principal, id, {
    kinds: ["clicked", "bounced"],
    state: "dead",
  });
  assert.deepEqual([changed.events.toSorted(), changed.state], [["bounced", "clicked"], "dead"]);
  assert.equal((await services.changeWebhook(principal, id, { state: "alive" })).state, "alive");
  await assert.rejects(
    services.changeWebhook(principal, mailjets?.id ?? 0n, { state: "dead" }),
    refused("not_found"),
  );
  assert.equal(await services.removeWebhook(principal, mailjets?.id ?? 0n), false);
  assert.equal(await services.removeWebhook(principal, id), true);
  const other = await world.principal("Other");
  await assert.rejects(services.renewSecret(other, mailjets?.id ?? 0n), refused("not_found"));
});

test("an account has twenty webhooks of its own at most", async () => {
  const principal = await world.principal();
  for (let n = 0; n < 20; n++) {
    await services.addWebhook(principal, { url: `https://shop.example/${n}`, kinds: ["sent"] });
  }
  const more = { url: "https://shop.example/more", kinds: ["sent"] as const };
  await assert.rejects(services.addWebhook(principal, { ...more, kinds: ["sent"] }), refused("too_many"));
});

test("a test posts an event that has not happened and shows the answer", async (t) => {
  const consumer = await startConsumer(t);
  consumer.answer = () => ({ status: 418, body: "I am a teapot" });
  const principal = await world.principal();
  const { webhook } = await services.addWebhook(principal, {
    url: consumer.url,
    kinds: ["bounced", "clicked"],
  });
  const outcome = await services.testWebhook(principal, webhook.id, null);
  assert.deepEqual([outcome.verdict, outcome.status, outcome.answer], ["rejected", 418, "I am a teapot"]);
  const [request] = consumer.received;
  assert.match(String(request?.headers["webhook-signature"]), /^v1,/);
  assert.equal(request?.events[0]?.type, "message.bounced");
  await services.testWebhook(principal, webhook.id, "clicked");
  assert.equal(consumer.received[1]?.events[0]?.type, "message.clicked");
  await assert.rejects(services.testWebhook(principal, webhook.id, "sent"), refused("invalid"));
  const made = await callbacks.createCallback(principal, { ...wish, url: consumer.url, isGrouped: true });
  assert.ok(made.kind === "created");
  const tested = await callbacks.testCallback(principal, made.callback.id);
  assert.deepEqual(tested, { status: 418, answer: "I am a teapot", isTaken: false });
  assert.equal(consumer.received[2]?.events[0]?.event, "sent");
  assert.equal(await callbacks.testCallback(principal, 1n), null);
});

test("a replay is asked for within what is kept, and three at once at most", async () => {
  const principal = await world.principal();
  const { webhook } = await services.addWebhook(principal, { url: "https://a.example/", kinds: ["sent"] });
  const since = new Date(clock.now().getTime() - 3_600_000);
  await assert.rejects(
    services.replay(principal, webhook.id, { since: clock.now(), until: since }),
    refused("invalid"),
  );
  const replay = await services.replay(principal, webhook.id, { since, until: null });
  assert.deepEqual(
    [replay.since, replay.until, replay.endedAt],
    [since, dateOf(ids.next(clock.now())), null],
  );
  for (let n = 0; n < 2; n++) await services.replay(principal, webhook.id, { since, until: null });
  await assert.rejects(services.replay(principal, webhook.id, { since, until: null }), refused("too_many"));
  const longAgo = new Date("1800-01-01T00:00:00Z");
  const early = await services.addWebhook(principal, { url: "https://b.example/", kinds: ["sent"] });
  assert.equal(
    (await services.replay(principal, early.webhook.id, { since: longAgo, until: null })).endedAt,
    null,
  );
  const page = await services.listReplays(principal, webhook.id, { beforeId: null, limit: 2 });
  assert.equal(page.length, 2);
  await assert.rejects(
    services.listReplays(principal, 1n, { beforeId: null, limit: 2 }),
    refused("not_found"),
  );
});
