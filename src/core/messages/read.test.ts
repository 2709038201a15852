import assert from "node:assert/strict";
import { after, test } from "node:test";
import { openWorld } from "../../../tests/support/world.ts";
import { sql } from "../../base/database.ts";
import { dateOf } from "../../base/ids.ts";
import { messageReasons } from "../delivery/index.ts";
import { recordEvents } from "../events/index.ts";
import { contactIdOf, type MessageState } from "./message.ts";
import { destinationIdOf, listMessages, type MessageCriteria, readHistory, readMessage } from "./read.ts";

const firstPage = { offset: 0, limit: 100, isNewestFirst: false, wantsRows: true, wantsTotal: true };
const hour = 3_600_000;

const world = await openWorld({ after });
const { accountId } = await world.account("One");
const { accountId: otherId } = await world.account("Two");
await world.approve(accountId, "shop.example");
await world.approve(accountId, "news.example");
await world.approve(otherId, "shop.example");
const ids = await sendAll();

async function sendAll(): Promise<{ ann: bigint; bob: bigint; cleo: bigint; dan: bigint }> {
  const [ann = 0n] = await world.send(accountId, {
    from: "hello@shop.example",
    to: ["Ann@Recipients.example"],
    customId: "order-1",
    content: { subject: "Your order", customCampaign: "spring" },
  });
  world.clock.advance(hour);
  const [bob = 0n, cleo = 0n] = await world.send(accountId, {
    from: "hello@shop.example",
    to: ["bob@recipients.example"],
    cc: ["cleo@elsewhere.example"],
  });
  world.clock.advance(hour);
  const [dan = 0n] = await world.send(accountId, {
    from: "press@news.example",
    to: ["dan@recipients.example"],
  });
  await world.send(otherId, {
    from: "hello@shop.example",
    to: ["ann@recipients.example"],
    customId: "order-1",
  });
  return { ann, bob, cleo, dan };
}

async function list(criteria: MessageCriteria, page: Partial<typeof firstPage> = {}) {
  return world.database.read({ role: "request", accountId }, async (reader) => {
    const context = { keyring: world.keyring, accountId, now: world.clock.now() };
    await world.keyring.load(reader, [accountId]);
    return listMessages(reader, context, criteria, { ...firstPage, ...page, wantsIdentity: true });
  });
}

async function found(criteria: MessageCriteria): Promise<bigint[]> {
  return (await list(criteria)).messages.map((message) => message.id);
}

async function put(id: bigint, state: MessageState, reason: number | null): Promise<void> {
  await world.database.write({ role: "operator" }, (tx) =>
    tx.run(
      sql`update message set state = ${state}, reason = ${reason} where account_id = ${accountId} and id = ${id}`,
    ),
  );
}

test("without criteria, everything the account has is listed in order of acceptance", async () => {
  assert.deepEqual(await found({}), [ids.ann, ids.bob, ids.cleo, ids.dan]);
  const newest = await list({}, { isNewestFirst: true, limit: 2, offset: 1 });
  assert.deepEqual(
    newest.messages.map((message) => message.id),
    [ids.cleo, ids.bob],
  );
  assert.equal(newest.total, 4);
});

test("only what is wanted is read: the number, or the rows", async () => {
  assert.deepEqual(await list({}, { wantsRows: false }), { messages: [], total: 4 });
  assert.equal((await list({}, { wantsTotal: false })).total, 0);
});

test("times bound the list, the first instant included and the last one not", async () => {
  const second = dateOf(ids.bob);
  assert.deepEqual(await found({ since: second }), [ids.bob, ids.cleo, ids.dan]);
  assert.deepEqual(await found({ until: second }), [ids.ann]);
  assert.deepEqual(await found({ since: new Date(0), beforeId: ids.cleo }), [ids.ann, ids.bob]);
  assert.deepEqual(await found({ beforeId: 2n ** 64n }), [ids.ann, ids.bob, ids.cleo, ids.dan]);
  assert.deepEqual(await found({ since: dateOf(ids.dan), until: dateOf(ids.ann) }), []);
});

test("a message is found by its recipient, however the address is written", async () => {
  assert.deepEqual(await found({ recipient: " ANN@recipients.EXAMPLE " }), [ids.ann]);
  assert.deepEqual(await found({ recipient: "nobody@recipients.example" }), []);
  assert.deepEqual(await found({ recipient: "not an address" }), []);
});

test("a message is found by the number of its contact and of its destination", async () => {
  const contactId = contactIdOf(world.keyring.lookup(accountId, "bob@recipients.example"));
  assert.deepEqual(await found({ contactId }), [ids.bob]);
  assert.deepEqual(await found({ contactId: -1n }), []);
  assert.deepEqual(await found({ contactId: 2n ** 62n }), []);
  assert.deepEqual(await found({ destinationId: destinationIdOf("elsewhere.example") }), [ids.cleo]);
  assert.deepEqual(await found({ destinationId: 1n }), []);
});

test("a message is found by the sender's own id and by its campaign", async () => {
  assert.deepEqual(await found({ customId: "order-1" }), [ids.ann]);
  assert.deepEqual(await found({ customId: "order-2" }), []);
  assert.deepEqual(await found({ campaignName: "spring" }), [ids.ann]);
  assert.deepEqual(await found({ campaignName: "autumn" }), []);
  const { messages } = await list({ campaignName: "spring" });
  const campaignId = messages[0]?.campaignId ?? 0n;
  assert.deepEqual(await found({ campaignId }), [ids.ann]);
  assert.deepEqual(await found({ campaignId: campaignId + 1n, campaignName: "spring" }), []);
});

test("a message is found by the domain and number of its sender", async () => {
  assert.deepEqual(await found({ senderDomain: "News.example" }), [ids.dan]);
  assert.deepEqual(await found({ senderDomain: "other.example" }), []);
  const senderId = (await list({ senderDomain: "news.example" })).messages[0]?.senderId ?? 0n;
  assert.deepEqual(await found({ senderId }), [ids.dan]);
  assert.deepEqual(await found({ senderId, senderDomain: "shop.example" }), []);
  assert.deepEqual(await found({ senderAddress: "nobody@news.example" }), []);
});

test("bounces are told apart by whether the address itself is at fault", async () => {
  await put(ids.ann, "bounced", messageReasons.userUnknown);
  await put(ids.bob, "bounced", messageReasons.quotaExceeded);
  await put(ids.cleo, "bounced", null);
  assert.deepEqual(await found({ standings: ["bounced_hard"] }), [ids.ann]);
  assert.deepEqual(await found({ standings: ["bounced_soft"] }), [ids.bob, ids.cleo]);
  assert.deepEqual(await found({ standings: ["bounced", "queued"] }), [ids.ann, ids.bob, ids.cleo, ids.dan]);
  assert.deepEqual(await found({ standings: [] }), []);
  assert.deepEqual(await found({ reason: messageReasons.quotaExceeded }), [ids.bob]);
  assert.deepEqual(await found({ reason: 1e18 }), []);
});

test("names and addresses are opened only when they are asked for", async () => {
  const read = async (wantsIdentity: boolean) =>
    world.database.read({ role: "request", accountId }, (reader) =>
      readMessage(reader, { keyring: world.keyring, accountId }, ids.ann, wantsIdentity),
    );
  assert.equal((await read(false))?.identity, null);
  assert.equal((await read(true))?.identity?.address, "Ann@recipients.example");
  assert.equal((await read(true))?.identity?.subject, "Your order");
});

test("another account's messages do not exist, whatever is asked", async () => {
  const scope = { role: "request", accountId: otherId } as const;
  const { keyring, clock } = world;
  const asOther = { keyring, accountId: otherId, now: clock.now() };
  const page = { ...firstPage, wantsIdentity: true };
  await world.database.read(scope, async (reader) => {
    assert.equal((await listMessages(reader, asOther, {}, page)).total, 1);
    assert.equal(await readMessage(reader, asOther, ids.ann, true), null);
    // Even a query that names the wrong account finds nothing.
    const mistaken = { ...asOther, accountId };
    assert.deepEqual(await listMessages(reader, mistaken, {}, page), { messages: [], total: 0 });
    assert.deepEqual(await readHistory(reader, mistaken, ids.dan), []);
  });
});

test("the history opens what the remote server said", async () => {
  const eventId = world.ids.next(world.clock.now());
  const words = JSON.stringify({ text: "550 no such user", detail: null, host: "mx.recipients.example" });
  const sealed = world.keyring.sealIdentity({ table: "event", accountId, id: eventId }, words);
  const plain = { accountId, messageId: ids.dan, replyCode: null, enhanced: null };
  await world.database.write({ role: "delivery" }, (tx) =>
    recordEvents(tx, [
      { ...plain, id: eventId, kind: "bounced", reason: 1, replyCode: 550, enhanced: "5.1.1", sealed },
      { ...plain, id: world.ids.next(world.clock.now()), kind: "blocked", reason: 14, sealed: null },
    ]),
  );
  const history = await world.database.read({ role: "request", accountId }, (reader) =>
    readHistory(reader, { keyring: world.keyring, accountId }, ids.dan),
  );
  assert.deepEqual(history[0], {
    id: eventId,
    at: world.clock.now(),
    kind: "bounced",
    reason: 1,
    replyCode: 550,
    enhanced: "5.1.1",
    text: "550 no such user",
    detail: null,
    host: "mx.recipients.example",
    verdict: null,
    url: null,
  });
  assert.equal(history[1]?.text, null);
});
