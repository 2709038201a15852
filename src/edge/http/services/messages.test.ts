import assert from "node:assert/strict";
import { after, test } from "node:test";
import { sql } from "../../../base/database.ts";
import { messageReasons } from "../../../core/delivery/index.ts";
import { type EventKind, eventKinds, recordEvents } from "../../../core/events/index.ts";
import {
  contactIdOf,
  destinationIdOf,
  type MessageState,
  messageStates,
} from "../../../core/messages/index.ts";
import { type MessageFilter, messageStatuses } from "../mailjet/resources/message-services.ts";
import type { Principal } from "../principal.ts";
import { eventKindOf, standingsOf, statusOf } from "./message-status.ts";
import { messageServices } from "./messages.ts";
import { openServiceWorld } from "./testing/service-world.ts";

const world = await openServiceWorld({ after });
const { context, clock, database, ids, keyring } = world;
const services = messageServices(context);

const page = { offset: 0, limit: 100, isNewestFirst: false, wantsRows: true, wantsTotal: true };
const nothing = { recipient: false, subject: false, customId: false };
const everything = { recipient: true, subject: true, customId: true };

async function sender(name?: string): Promise<Principal> {
  const principal = await world.principal(name);
  await world.approve(principal.accountId, "shop.example");
  return principal;
}

async function send(principal: Principal, to: string, more: object = {}): Promise<bigint> {
  const [id] = await world.send(principal.accountId, { from: "hello@shop.example", to: [to], ...more });
  return id ?? assert.fail();
}

async function put(id: bigint, state: MessageState, reason: number | null, attempts = 0): Promise<void> {
  const changedAt = clock.now();
  await database.write({ role: "operator" }, (tx) =>
    tx.run(sql`
      update message set state = ${state}, reason = ${reason}, attempts = ${attempts}, changed_at = ${changedAt}
      where id = ${id}`),
  );
}

async function happened(
  principal: Principal,
  messageId: bigint,
  kind: EventKind,
  words?: object,
): Promise<void> {
  const { accountId } = principal;
  const id = ids.next(clock.now());
  const place = { table: "event", accountId, id };
  const sealed = words === undefined ? null : keyring.sealIdentity(place, JSON.stringify(words));
  const reason = kind === "sent" ? null : messageReasons.userUnknown;
  const event = { accountId, id, messageId, kind, reason, replyCode: null, enhanced: null, sealed };
  await database.write({ role: "delivery" }, (tx) => recordEvents(tx, [event]));
}

test("a message shows what Mailjet's does, and what is sealed only when asked for", async () => {
  const principal = await sender();
  const id = await send(principal, "ann@recipients.example", {
    customId: "order-1",
    content: { subject: "Yours" },
  });
  const record = await services.readMessage(principal, id, nothing);
  const lookup = keyring.lookup(principal.accountId, "ann@recipients.example");
  assert.deepEqual(record, {
    id,
    uuid: record?.uuid,
    arrivedAt: clock.now(),
    changedAt: clock.now(),
    status: "queued",
    reason: null,
    isPermanent: false,
    attempts: 0,
    attachmentCount: 0,
    sizeBytes: record?.sizeBytes,
    hasHtml: false,
    hasText: true,
    tracksOpens: false,
    tracksClicks: false,
    campaignId: null,
    contactId: contactIdOf(lookup),
    destinationId: destinationIdOf("recipients.example"),
    senderId: record?.senderId,
    delaySeconds: 0,
    recipient: null,
    subject: null,
    customId: null,
  });
  const shown = await services.readMessage(principal, id, everything);
  assert.deepEqual(
    [shown?.recipient, shown?.subject, shown?.customId],
    ["ann@recipients.example", "Yours", "order-1"],
  );
  const part = await services.readMessage(principal, id, { ...nothing, subject: true });
  assert.deepEqual([part?.recipient, part?.subject, part?.customId], [null, "Yours", null]);
});

test("every filter reaches the store", async () => {
  const principal = await sender();
  const ann = await send(principal, "ann@recipients.example", {
    customId: "a",
    content: { customCampaign: "spring" },
  });
  clock.advance(60_000);
  const bob = await send(principal, "bob@elsewhere.example");
  await put(bob, "bounced", messageReasons.userUnknown);
  const found = async (filter: MessageFilter) =>
    (await services.listMessages(principal, filter, page, nothing)).rows.map((row) => row.id);
  const [first, second] = (await services.listMessages(principal, {}, page, nothing)).rows;
  assert.ok(first && second);
  const onlyAnn: MessageFilter[] = [
    { customId: "a" },
    { recipient: "ANN@recipients.example" },
    { contactId: first.contactId },
    { customCampaign: "spring" },
    { campaignId: first.campaignId ?? 0n },
    { destinationId: first.destinationId },
    { statuses: ["queued"] },
    { until: second.arrivedAt },
  ];
  for (const filter of onlyAnn)
    assert.deepEqual(await found(filter), [ann], JSON.stringify(Object.keys(filter)));
  const onlyBob: MessageFilter[] = [
    { since: second.arrivedAt },
    { reason: messageReasons.userUnknown },
    { statuses: ["hardbounced"] },
    { statuses: ["bounce", "sent"] },
  ];
  for (const filter of onlyBob)
    assert.deepEqual(await found(filter), [bob], JSON.stringify(Object.keys(filter)));
  const both: MessageFilter[] = [
    {},
    { origin: "transactional" },
    { senderDomain: "shop.example" },
    { senderId: first.senderId ?? 0n },
    { statuses: ["processed"] },
  ];
  for (const filter of both)
    assert.deepEqual(await found(filter), [ann, bob], JSON.stringify(Object.keys(filter)));
  const none: MessageFilter[] = [
    { origin: "marketing" },
    { contactsListId: 1n },
    { statuses: ["opened"] },
    { statuses: ["softbounced"] },
    { senderAddress: "hello@shop.example" },
  ];
  for (const filter of none) assert.deepEqual(await found(filter), [], JSON.stringify(Object.keys(filter)));
});

test("every state has a status, and a filter by that status finds it", async () => {
  for (const state of messageStates) {
    for (const reason of [null, ...Object.values(messageReasons)]) {
      const status = statusOf({ state, reason });
      const standings = standingsOf([status]);
      const isFound =
        standings.includes(state) ||
        (state === "bounced" &&
          standings.includes(status === "hardbounced" ? "bounced_hard" : "bounced_soft"));
      assert.ok(isFound, `${state} ${reason}`);
    }
  }
  for (const status of messageStatuses) assert.ok(Array.isArray(standingsOf([status])));
});

test("a bounce is hard when the address is at fault, soft otherwise; cancelled is blocked, expired soft", () => {
  assert.equal(statusOf({ state: "bounced", reason: messageReasons.noMailHost }), "hardbounced");
  assert.equal(statusOf({ state: "bounced", reason: messageReasons.quotaExceeded }), "softbounced");
  assert.equal(statusOf({ state: "bounced", reason: null }), "softbounced");
  assert.equal(statusOf({ state: "cancelled", reason: null }), "blocked");
  assert.equal(statusOf({ state: "expired", reason: messageReasons.greylisted }), "softbounced");
});

test("what was sent says after how long, and what cannot be mended says so", async () => {
  const principal = await sender();
  const sent = await send(principal, "ann@recipients.example");
  const bounced = await send(principal, "bob@recipients.example");
  clock.advance(2500);
  await put(sent, "sent", null, 1);
  await put(bounced, "bounced", messageReasons.userUnknown, 1);
  const one = await services.readMessage(principal, sent, nothing);
  assert.deepEqual(
    [one?.status, one?.delaySeconds, one?.attempts, one?.isPermanent],
    ["sent", 2.5, 1, false],
  );
  const other = await services.readMessage(principal, bounced, nothing);
  assert.deepEqual([other?.status, other?.reason, other?.isPermanent], ["hardbounced", 1, true]);
});

test("the history speaks Mailjet's words and quotes the other side", async () => {
  const principal = await sender();
  const id = await send(principal, "ann@recipients.example");
  await happened(principal, id, "deferred", { text: "450 later", detail: null, host: "mx" });
  await happened(principal, id, "unknown");
  await happened(principal, id, "bounced", {
    text: "550 no such user",
    detail: "refused at rcpt",
    host: "mx",
  });
  await happened(principal, id, "blocked", { text: null, detail: "not attempted", host: null });
  await happened(principal, id, "sent");
  const at = clock.now();
  assert.deepEqual(await services.historyOf(principal, id), [
    { at, kind: "bounced", comment: "550 no such user", state: "user unknown" },
    { at, kind: "blocked", comment: "not attempted", state: "user unknown" },
    { at, kind: "sent", comment: "", state: "" },
  ]);
  assert.deepEqual(await services.historyOf(principal, 1n), []);
  const silent = eventKinds.filter((kind) => eventKindOf(kind) === null);
  assert.deepEqual(silent, ["deferred", "unknown", "resubscribed"]);
});

test("the counters of a message are those of its only recipient", async () => {
  const principal = await sender();
  const id = await send(principal, "ann@recipients.example");
  const counters = async () => {
    const information = await services.readInformation(principal, id);
    return [information?.queuedCount, information?.sentCount, information?.endedAt];
  };
  assert.deepEqual(await counters(), [1, 0, null]);
  clock.advance(1000);
  await put(id, "deferred", messageReasons.greylisted, 1);
  assert.deepEqual(await counters(), [1, 0, clock.now()]);
  await put(id, "sent", null, 2);
  assert.deepEqual(await counters(), [0, 1, clock.now()]);
  await put(id, "blocked", messageReasons.preblocked);
  assert.deepEqual(await counters(), [0, 0, clock.now()]);
  const listed = await services.listInformation(principal, {}, page);
  assert.deepEqual(listed, { rows: [await services.readInformation(principal, id)], total: 1 });
  assert.deepEqual(await services.listInformation(principal, { contactsListId: 1n }, page), {
    rows: [],
    total: 0,
  });
});

test("another account sees nothing of a message, by any way", async () => {
  const principal = await sender("One");
  const other = await sender("Two");
  const id = await send(principal, "ann@recipients.example", { customId: "order-1" });
  await happened(principal, id, "sent");
  for (const filter of [{}, { customId: "order-1" }, { recipient: "ann@recipients.example" }]) {
    assert.deepEqual(await services.listMessages(other, filter, page, everything), { rows: [], total: 0 });
    assert.deepEqual(await services.listInformation(other, filter, page), { rows: [], total: 0 });
  }
  assert.equal(await services.readMessage(other, id, everything), null);
  assert.equal(await services.readInformation(other, id), null);
  assert.deepEqual(await services.historyOf(other, id), []);
});

test("no table shows who got what", async () => {
  const principal = await sender();
  const id = await send(principal, "verysecret@recipients.example", {
    customId: "confidential-7",
    eventPayload: "confidential payload",
    content: { subject: "Confidential", text: "confidential text", customCampaign: "confidential campaign" },
  });
  await happened(principal, id, "bounced", {
    text: "550 verysecret@recipients.example",
    detail: null,
    host: "mx",
  });
  const dump = await world.dump(["message", "event", "content", "campaign", "delivery"]);
  assert.doesNotMatch(dump, /verysecret|confidential/i);
});
