import assert from "node:assert/strict";
import { after, test } from "node:test";
import { sql } from "../../../base/database.ts";
import { Refusal } from "../../../base/errors.ts";
import { decodeContent } from "../../../core/messages/frame.ts";
import type { MessageState } from "../../../core/messages/index.ts";
import { rawContentOf, rawSubmissionOf } from "../../../core/messages/testing/contents.ts";
import { firstReadableHour } from "../../../core/retention/index.ts";
import type { Principal } from "../principal.ts";
import { apiServices } from "./api.ts";
import { openServiceWorld } from "./testing/service-world.ts";

const world = await openServiceWorld({ after });
const { context, clock, database, keyring } = world;
const services = apiServices(context);
const dayMs = 86_400_000;

function refused(code: string) {
  return (error: unknown) => error instanceof Refusal && error.code === code;
}

async function sender(): Promise<Principal> {
  const principal = await world.principal();
  await world.approve(principal.accountId, "shop.example");
  return principal;
}

type Wish = Parameters<typeof world.send>[1];

async function send({ accountId }: Principal, wish: Partial<Wish> = {}): Promise<bigint> {
  const to = ["ann@recipients.example"];
  const [id] = await world.send(accountId, { from: "hello@shop.example", to, ...wish });
  return id ?? assert.fail();
}

/** Lets a message end as delivery would have it. */
async function end(principal: Principal, id: bigint, state: MessageState, reason: number | null = null) {
  await database.write({ role: "operator" }, async (tx) => {
    await tx.run(sql`delete from delivery where id = ${id}`);
    await tx.run(sql`
      update message set state = ${state}, reason = ${reason}, changed_at = ${clock.now()} where id = ${id}`);
  });
  return services.readMessage(principal, id);
}

async function dueAt(id: bigint): Promise<Date | undefined> {
  const row = await database.read({ role: "operator" }, (reader) =>
    reader.row<{ dueAt: Date }>(sql`select d.due_at as "dueAt" from delivery d where d.id = ${id}`),
  );
  return row?.dueAt;
}

async function postpone(id: bigint, state: "queued" | "deferred", change = sql`claimed_by = null`) {
  const reason = state === "queued" ? null : 13;
  const until = new Date(clock.now().getTime() + 3_600_000);
  await database.write({ role: "operator" }, async (tx) => {
    await tx.run(sql`update delivery set due_at = ${until}, ${change} where id = ${id}`);
    await tx.run(
      sql`update message set state = ${state}, reason = ${reason}, changed_at = ${clock.now()} where id = ${id}`,
    );
  });
}

/** What was stored of a message, opened. */
async function stored({ accountId }: Principal, id: bigint) {
  const row = await database.read({ role: "operator" }, (reader) =>
    reader.row<{ contentId: bigint; sealed: Buffer }>(sql`
      select c.id as "contentId", c.sealed from message m
      join content c on c.account_id = m.account_id and c.id = m.content_id where m.id = ${id}`),
  );
  const place = { table: "content", accountId, id: row?.contentId ?? 0n };
  const bytes = keyring.openContent(place, row?.sealed ?? Buffer.alloc(0));
  return decodeContent(bytes ?? assert.fail("It cannot be opened."));
}

test("a message that waits is due at once, keeps its id, and its place at the front", async () => {
  const principal = await sender();
  const id = await send(principal);
  await postpone(id, "queued");
  assert.equal((await services.readMessage(principal, id))?.message.wait?.why, "destination_paused");
  assert.deepEqual(await services.retryMessage(principal, id), { newId: null });
  assert.deepEqual(await dueAt(id), clock.now());
  const front = await send(principal, { content: { priority: 3 } });
  const place = await dueAt(front);
  await services.retryMessage(principal, front);
  assert.deepEqual(await dueAt(front), place);
});

test("a server that has just said later is left alone for a minute", async () => {
  const principal = await sender();
  const id = await send(principal);
  await postpone(id, "deferred");
  const waiting = (await services.readMessage(principal, id))?.message.wait;
  assert.equal(waiting?.why, "greylisted");
  await assert.rejects(services.retryMessage(principal, id), refused("rate_limited"));
  clock.advance(60_000);
  assert.deepEqual(await services.retryMessage(principal, id), { newId: null });
  assert.deepEqual(await dueAt(id), clock.now());
});

test("a message in a node's hands is left to it", async () => {
  const principal = await sender();
  const id = await send(principal);
  await postpone(id, "queued", sql`claimed_by = 7`);
  const before = await dueAt(id);
  assert.equal((await services.readMessage(principal, id))?.message.wait?.why, "under_way");
  assert.deepEqual(await services.retryMessage(principal, id), { newId: null });
  assert.deepEqual(await dueAt(id), before);
});

for (const state of ["bounced", "blocked", "expired", "unknown", "cancelled"] as const) {
  test(`a message that is ${state} is handed in again as a new one, once however often it is asked`, async () => {
    const principal = await sender();
    const id = await send(principal, { customId: "order 1", eventPayload: "{}" });
    const ended = await end(principal, id, state, 9);
    assert.equal(ended?.message.wait, null);
    clock.advance(60_000);
    const { newId } = await services.retryMessage(principal, id);
    assert.ok(newId !== null && newId !== id);
    assert.deepEqual(await services.retryMessage(principal, id), { newId });
    const again = await services.readMessage(principal, newId);
    assert.deepEqual([again?.message.state, again?.history], ["queued", []]);
    const { from, ...identity } = again?.message.identity ?? assert.fail();
    assert.deepEqual(identity, {
      address: "ann@recipients.example",
      name: "",
      role: "to",
      subject: "Hello",
      customId: "order 1",
      eventPayload: "{}",
    });
    assert.equal(from, "hello@shop.example");
    assert.equal(
      (await services.readMessage(principal, id))?.message.state,
      state,
      "the old one stays as it is",
    );
  });
}

test("one recipient gets it again, and To and Cc show everybody as before", async () => {
  const principal = await sender();
  const people = {
    to: ["ann@recipients.example"],
    cc: ["bob@recipients.example"],
    bcc: ["cleo@recipients.example"],
  };
  const sent = await world.send(principal.accountId, {
    from: "hello@shop.example",
    ...people,
    variables: { a: 1 },
  });
  for (const [index, id] of sent.entries()) {
    await end(principal, id, "bounced", 3);
    const { newId } = await services.retryMessage(principal, id);
    const again = (await services.readMessage(principal, newId ?? 0n))?.message.identity;
    assert.deepEqual(
      [again?.role, again?.address],
      [["to", "cc", "bcc"][index], Object.values(people)[index]?.[0]],
    );
    const { part } = await stored(principal, newId ?? 0n);
    assert.deepEqual(
      part?.to.map(({ address }) => address),
      people.to,
    );
    assert.deepEqual(
      part?.cc.map(({ address }) => address),
      people.cc,
    );
    assert.deepEqual(part?.variables, { a: 1 });
  }
  assert.equal((await services.readQueue(principal)).waiting, 3);
});

test("a message that its author has written is handed in again octet for octet, with its envelope", async () => {
  const principal = await sender();
  const { accountId } = principal;
  const text = "From: hello@shop.example\r\nSubject: Written\r\n\r\nAs it is\r\n";
  const dsn = { ret: "headers", envelopeId: "id 1", notify: ["success"] } as const;
  const content = { ...rawContentOf(text), from: { address: "hello@shop.example", name: "" } };
  const submission = rawSubmissionOf(content, {
    to: [{ address: "ann@recipients.example", name: "" }],
    envelope: { isFromNobody: true, reports: new Map([["ann@recipients.example", dsn]]) },
  });
  await services.accept({
    accountId,
    submissions: [submission],
    isSandbox: false,
    isStrict: false,
    idempotency: null,
    answerOf: () => Buffer.alloc(0),
  });
  const [first] = await services.listMessages(principal, listed);
  await end(principal, first?.id ?? 0n, "bounced", 3);
  const { newId } = await services.retryMessage(principal, first?.id ?? 0n);
  const again = (await services.readMessage(principal, newId ?? 0n))?.message.identity;
  assert.deepEqual([again?.isFromNobody, again?.dsn], [true, dsn]);
  const { content: kept } = await stored(principal, newId ?? 0n);
  assert.ok("octets" in kept && kept.octets.toString() === text);
});

const listed = {
  recipient: null,
  customId: null,
  state: null,
  from: null,
  until: null,
  beforeId: null,
  limit: 10,
};

test("what is suppressed since stays unsent, and a lost right to send is refused", async () => {
  const principal = await sender();
  const id = await send(principal);
  await end(principal, id, "bounced", 1);
  await services.addSuppression(principal, "ann@recipients.example");
  const { newId } = await services.retryMessage(principal, id);
  assert.equal((await services.readMessage(principal, newId ?? 0n))?.message.state, "blocked");
  const other = await send(principal, { to: ["bob@recipients.example"] });
  await end(principal, other, "bounced", 3);
  await database.write({ role: "operator" }, (tx) =>
    tx.run(sql`delete from domain where account_id = ${principal.accountId}`),
  );
  context.senders.forget(principal.accountId);
  await assert.rejects(services.retryMessage(principal, other), refused("sender_not_allowed"));
});

test("a campaign that goes to nobody twice is tried again where it never arrived, and not where it did", async () => {
  const principal = await sender();
  const campaign = { content: { customCampaign: "spring", deduplicatesCampaign: true } };
  const first = await send(principal, campaign);
  const second = await send(principal, campaign);
  const duplicate = await services.readMessage(principal, second);
  assert.deepEqual([duplicate?.message.state, duplicate?.message.reason], ["blocked", 15]);
  const retried = await services.retryMessage(principal, second);
  const still = await services.readMessage(principal, retried.newId ?? 0n);
  assert.deepEqual([still?.message.state, still?.message.reason], ["blocked", 15]);
  await end(principal, first, "bounced", 3);
  const { newId } = await services.retryMessage(principal, first);
  assert.equal((await services.readMessage(principal, newId ?? 0n))?.message.state, "queued");
});

test("what was delivered, is gone, or is another's cannot be tried again", async () => {
  const principal = await sender();
  const stranger = await sender();
  const sent = await send(principal);
  await end(principal, sent, "sent");
  await assert.rejects(services.retryMessage(principal, sent), refused("too_late"));
  const old = await send(principal);
  const kept = await end(principal, old, "expired");
  assert.equal(kept?.content.isReadable, true);
  await assert.rejects(services.retryMessage(stranger, old), refused("not_found"));
  await assert.rejects(services.retryMessage(principal, 1n), refused("not_found"));
  const until = kept?.content.until ?? assert.fail();
  assert.ok(until.getTime() - clock.now().getTime() <= 6 * dayMs);
  clock.advance(until.getTime() - clock.now().getTime());
  keyring.destroyContentBefore(firstReadableHour(clock.now(), context.figures));
  await world.ensurePartitions();
  const gone = await services.readMessage(principal, old);
  assert.deepEqual(gone?.content, { isReadable: false, until });
  await assert.rejects(services.retryMessage(principal, old), refused("content_gone"));
});
