import assert from "node:assert/strict";
import { after, test } from "node:test";
import { sql } from "../../../base/database.ts";
import { Refusal } from "../../../base/errors.ts";
import { Authenticator } from "../../../core/accounts/index.ts";
import { recordEvents } from "../../../core/events/index.ts";
import { keepInInbox } from "../../../core/messages/index.ts";
import type { Principal } from "../principal.ts";
import { apiServices } from "./api.ts";
import { type KeyPrincipal, openServiceWorld } from "./testing/service-world.ts";

const world = await openServiceWorld({ after });
const { context, clock, database, ids, keyring, zone } = world;
const services = apiServices(context);

const any = {
  recipient: null,
  customId: null,
  state: null,
  from: null,
  until: null,
  beforeId: null,
  limit: 100,
};
const firstPage = { beforeId: null, limit: 100 };

function refused(code: string) {
  return (error: unknown) => error instanceof Refusal && error.code === code;
}

async function sender(name?: string): Promise<KeyPrincipal> {
  const principal = await world.principal(name);
  await world.approve(principal.accountId, "shop.example");
  return principal;
}

async function send(principal: Principal, to: string, customId = ""): Promise<bigint> {
  const [id] = await world.send(principal.accountId, { from: "hello@shop.example", to: [to], customId });
  return id ?? assert.fail();
}

async function keep(principal: Principal, subject: string, sizeBytes = 20): Promise<bigint> {
  const { accountId } = principal;
  const source = Buffer.from(`Subject: ${subject}\r\n\r\n`.padEnd(sizeBytes, "x"));
  const envelope = { from: "bounce@shop.example", to: "ann@recipients.example" };
  const entry = { accountId, messageId: ids.next(clock.now()), envelope, subject, source };
  return database.write({ role: "delivery" }, async (tx) => {
    await keyring.load(tx, [accountId]);
    return keepInInbox(tx, { keyring }, entry);
  });
}

test("messages are found newest first, a page at a time, opened", async () => {
  const principal = await sender();
  const ann = await send(principal, "ann@recipients.example", "a");
  const bob = await send(principal, "bob@recipients.example", "b");
  const found = async (query: object) =>
    (await services.listMessages(principal, { ...any, ...query })).map(({ id }) => id);
  assert.deepEqual(await found({}), [bob, ann]);
  assert.deepEqual(await found({ limit: 1 }), [bob]);
  assert.deepEqual(await found({ beforeId: bob }), [ann]);
  assert.deepEqual(await found({ beforeId: 10n ** 19n - 1n }), [bob, ann]);
  assert.deepEqual(await found({ recipient: "Ann@recipients.example" }), [ann]);
  assert.deepEqual(await found({ customId: "b" }), [bob]);
  assert.deepEqual(await found({ state: "sent" }), []);
  const now = clock.now();
  const later = new Date(now.getTime() + 1);
  assert.deepEqual(await found({ from: now, until: later }), [bob, ann]);
  assert.deepEqual(await found({ from: later }), []);
  assert.deepEqual(await found({ until: now }), []);
  const [first] = await services.listMessages(principal, any);
  assert.equal(first?.identity?.address, "bob@recipients.example");
  assert.equal(first?.identity?.from, "hello@shop.example");
  assert.deepEqual(first?.wait, { nextAttemptAt: now, why: "due" });
});

test("a message is read with what happened to it", async () => {
  const principal = await sender();
  const { accountId } = principal;
  const id = await send(principal, "ann@recipients.example");
  const eventId = ids.next(clock.now());
  const words = { text: "450 greylisted", detail: null, host: "mx.recipients.example" };
  const sealed = keyring.sealIdentity({ table: "event", accountId, id: eventId }, JSON.stringify(words));
  const codes = { reason: 13, replyCode: 450, enhanced: "4.7.1" };
  await database.write({ role: "delivery" }, (tx) =>
    recordEvents(tx, [{ accountId, id: eventId, messageId: id, kind: "deferred", ...codes, sealed }]),
  );
  const silent = { verdict: null, url: null };
  const read = await services.readMessage(principal, id);
  assert.equal(read?.message.wasUnknown, false);
  assert.deepEqual(read?.history, [
    { id: eventId, at: clock.now(), kind: "deferred", ...codes, ...words, ...silent },
  ]);
  assert.equal(await services.readMessage(principal, 1n), null);
});

test("a message is cancelled once", async () => {
  const principal = await sender();
  const id = await send(principal, "ann@recipients.example");
  assert.equal(await services.cancelMessage(principal, id), "cancelled");
  await assert.rejects(services.cancelMessage(principal, id), refused("too_late"));
  assert.equal((await services.readMessage(principal, id))?.message.state, "cancelled");
});

test("messages are handed in", async () => {
  const principal = await sender();
  const [known] = await services.listMessages(principal, any);
  assert.equal(known, undefined);
  const request = { accountId: principal.accountId, submissions: [], isSandbox: false, isStrict: true };
  const answer = await services.accept({ ...request, idempotency: null, answerOf: () => Buffer.from("{}") });
  assert.equal(answer.kind, "answered");
});

test("the test inbox is listed, read and emptied", async () => {
  const principal = await sender();
  const first = await keep(principal, "First");
  const second = await keep(principal, "Second", 5000);
  const listed = await services.listInbox(principal, firstPage);
  assert.deepEqual(
    listed.map(({ id, subject, sizeBytes }) => [id, subject, sizeBytes]),
    [
      [second, "Second", 5000],
      [first, "First", 20],
    ],
  );
  assert.ok(!("source" in (listed[0] ?? {})));
  assert.deepEqual(
    (await services.listInbox(principal, { beforeId: second, limit: 5 })).map(({ id }) => id),
    [first],
  );
  assert.equal((await services.listInbox(principal, { beforeId: 10n ** 19n - 1n, limit: 1 })).length, 1);
  const entry = await services.readInbox(principal, second);
  assert.equal(entry?.source.length, 5000);
  assert.deepEqual(entry?.envelope, { from: "bounce@shop.example", to: "ann@recipients.example" });
  assert.equal(await services.emptyInbox(principal), 2);
  assert.deepEqual(await services.listInbox(principal, firstPage), []);
  assert.equal(await services.readInbox(principal, second), null);
});

test("a page of large messages is read in parts, in order", async () => {
  const principal = await sender();
  const kept: bigint[] = [];
  for (const subject of ["A", "B", "C", "D"]) kept.push(await keep(principal, subject, 14 * 1024 * 1024));
  const listed = await services.listInbox(principal, firstPage);
  assert.deepEqual(
    listed.map(({ id }) => id),
    kept.toReversed(),
  );
});

test("a domain is added once and shows its whole report after a look", async () => {
  const principal = await world.principal();
  const added = await services.addDomain(principal, { name: " Report.example. ", withEd25519: false });
  assert.equal(added.name, "report.example");
  assert.equal(added.state, "pending");
  assert.deepEqual(
    await services.addDomain(principal, { name: "report.example", withEd25519: false }),
    added,
  );
  await assert.rejects(
    services.addDomain(principal, { name: "nodot", withEd25519: false }),
    refused("invalid_domain"),
  );
  const first = await services.checkDomain(principal, "REPORT.example");
  const record = first?.report.ownership.expected ?? assert.fail("The report says nothing of ownership.");
  assert.equal(first?.report.ownership.status, "missing");
  zone[record.name] = { txt: [record.value] };
  const second = await services.checkDomain(principal, "report.example");
  assert.deepEqual([second?.state, second?.verifiedBy, second?.checkedAt], ["verified", "dns", clock.now()]);
  assert.deepEqual(await services.listDomains(principal), [second]);
  assert.equal(await services.checkDomain(principal, "other.example"), null);
});

test("a key pair is made with its scopes, signs in, and stops when it is revoked", async () => {
  const principal = await world.principal();
  const wish = { name: "Shop", scopes: ["send" as const] };
  const { key, secretKey } = await services.createKey(principal, wish);
  const signIn = () => new Authenticator(database, keyring, clock).authenticate(key.publicKey, secretKey);
  const signed = await signIn();
  assert.deepEqual(signed.kind === "authenticated" && signed.principal.scopes, ["send"]);
  const listed = await services.listKeys(principal);
  assert.deepEqual(
    listed.map(({ name, scopes, isPrimary }) => [name, scopes, isPrimary]),
    [
      ["Primary", ["full"], true],
      ["Shop", ["send"], false],
    ],
  );
  assert.equal(await services.revokeKey(principal, key.id), "revoked");
  assert.equal((await signIn()).kind, "unknown");
  assert.equal(await services.revokeKey(principal, key.id), "unknown");
  assert.equal(await services.revokeKey(principal, principal.keyId), "primary");
  assert.equal((await services.listKeys(principal)).length, 1);
});

test("a key cannot give what it does not have", async () => {
  const principal = await world.principal();
  const actor = { kind: "key", id: principal.keyId, isPrimary: false } as const;
  const scoped = { ...principal, actor, permissions: new Set(["read", "manage"] as const) };
  await assert.rejects(services.createKey(scoped, { name: "A", scopes: ["send"] }), refused("forbidden"));
  await assert.rejects(services.createKey(scoped, { name: "A", scopes: ["full"] }), refused("forbidden"));
  assert.ok(await services.createKey(scoped, { name: "A", scopes: ["read"] }));
});

test("an account has a limited number of key pairs", async () => {
  const principal = await world.principal();
  await database.write({ role: "operator" }, (tx) =>
    tx.run(sql`
      insert into api_key (account_id, id, public_key, secret_hash, sealed_name, scopes, is_primary, is_active, created_at)
      select k.account_id, g, k.public_key || g, k.secret_hash, k.sealed_name, k.scopes, false, true, k.created_at
      from api_key k, generate_series(1, 199) g where k.id = ${principal.keyId}`),
  );
  await assert.rejects(services.createKey(principal, { name: "A", scopes: ["send"] }), refused("too_many"));
});

test("an address is suppressed once, found however it is written, and released", async () => {
  const principal = await sender();
  const added = await services.addSuppression(principal, "Ann@recipients.example");
  assert.deepEqual([added.address, added.cause, added.sourceId], ["Ann@recipients.example", "manual", null]);
  assert.deepEqual(await services.addSuppression(principal, "ANN@recipients.example"), added);
  const other = await services.addSuppression(principal, "bob@recipients.example");
  const query = { ...firstPage, address: null };
  assert.deepEqual(await services.listSuppressions(principal, query), [other, added]);
  assert.deepEqual(await services.listSuppressions(principal, { ...query, beforeId: other.id }), [added]);
  assert.equal(
    (await services.listSuppressions(principal, { ...query, beforeId: 10n ** 19n - 1n })).length,
    2,
  );
  const named = await services.listSuppressions(principal, { ...query, address: "ann@RECIPIENTS.example" });
  assert.deepEqual(named, [added]);
  const blocked = await send(principal, "ann@recipients.example");
  assert.equal((await services.readMessage(principal, blocked))?.message.state, "blocked");
  assert.equal(await services.removeSuppression(principal, added.id), true);
  assert.equal(await services.removeSuppression(principal, added.id), false);
  const free = await send(principal, "ann@recipients.example");
  assert.equal((await services.readMessage(principal, free))?.message.state, "queued");
});

test("the queue counts what waits, by destination, and says when it is tried next", async () => {
  const principal = await sender();
  const start = clock.now();
  const ann = await send(principal, "ann@one.example");
  clock.advance(60_000);
  await send(principal, "bob@one.example");
  await send(principal, "cleo@two.example");
  const retryAt = new Date(clock.now().getTime() + 300_000);
  await database.write({ role: "operator" }, async (tx) => {
    await tx.run(sql`update message set state = 'deferred' where account_id = ${principal.accountId}`);
    await tx.run(sql`update message set state = 'queued' where id = ${ann}`);
    await tx.run(
      sql`update delivery set due_at = ${retryAt} where account_id = ${principal.accountId} and id <> ${ann}`,
    );
  });
  assert.deepEqual(await services.readQueue(principal), {
    waiting: 1,
    deferred: 2,
    oldestAcceptedAt: start,
    destinations: [
      {
        domain: "one.example",
        waiting: 1,
        deferred: 1,
        nextAttemptAt: clock.now(),
        explanation: null,
        why: "due",
      },
      {
        domain: "two.example",
        waiting: 0,
        deferred: 1,
        nextAttemptAt: retryAt,
        explanation: null,
        why: "destination_paused",
      },
    ],
  });
});

test("the queue explains what waits for tomorrow because the sending address is new", async () => {
  const principal = await sender();
  await send(principal, "ann@one.example");
  const dueAt = new Date(clock.now().getTime() + 3_600_000);
  await database.write({ role: "operator" }, (tx) =>
    tx.run(
      sql`update delivery set due_at = ${dueAt}, hold = 'warm_up' where account_id = ${principal.accountId}`,
    ),
  );
  const [held] = (await services.readQueue(principal)).destinations;
  assert.deepEqual([held?.nextAttemptAt, held?.waiting], [dueAt, 1]);
  assert.match(held?.explanation ?? "", /are new to this provider/);
  clock.advance(3_600_000);
  const [due] = (await services.readQueue(principal)).destinations;
  assert.equal(due?.explanation, null);
});

test("an empty queue says so", async () => {
  const nothing = { waiting: 0, deferred: 0, oldestAcceptedAt: null, destinations: [] };
  assert.deepEqual(await services.readQueue(await world.principal()), nothing);
});

test("a second key can be asked for at any time, and is reported on by itself", async () => {
  const principal = await world.principal();
  const one = await services.addDomain(principal, { name: "keys.example", withEd25519: false });
  assert.equal((await services.checkDomain(principal, one.name))?.report.dkimEd25519, null);
  const two = await services.addDomain(principal, { name: "keys.example", withEd25519: true });
  assert.equal(two.id, one.id);
  const report = (await services.checkDomain(principal, one.name))?.report;
  assert.equal(report?.dkimEd25519?.status, "missing");
  const [name, second] = [report?.dkim.expected?.name ?? "", report?.dkimEd25519?.expected];
  assert.equal(second?.name, name.replace("._domainkey", "e._domainkey"));
  assert.match(second?.value ?? "", /^k=ed25519; p=/);
});

test("another account sees and touches nothing, by any method", async () => {
  const principal = await sender("One");
  const other = await sender("Two");
  const id = await send(principal, "ann@recipients.example", "a");
  const inboxId = await keep(principal, "Mine");
  const suppression = await services.addSuppression(principal, "sam@recipients.example");
  const { key } = await services.createKey(principal, { name: "Mine", scopes: ["send"] });
  await services.addDomain(principal, { name: "only-mine.example", withEd25519: false });

  assert.deepEqual(await services.listMessages(other, any), []);
  assert.equal(await services.readMessage(other, id), null);
  await assert.rejects(services.cancelMessage(other, id), refused("not_found"));
  assert.deepEqual(await services.listInbox(other, firstPage), []);
  assert.equal(await services.readInbox(other, inboxId), null);
  assert.equal(await services.emptyInbox(other), 0);
  assert.deepEqual(await services.listSuppressions(other, { ...firstPage, address: null }), []);
  assert.equal(await services.removeSuppression(other, suppression.id), false);
  assert.deepEqual(
    (await services.listKeys(other)).map((each) => each.id),
    [other.keyId],
  );
  assert.equal(await services.revokeKey(other, key.id), "unknown");
  assert.deepEqual(
    (await services.listDomains(other)).map(({ name }) => name),
    ["shop.example"],
  );
  assert.equal(await services.checkDomain(other, "only-mine.example"), null);
  assert.equal((await services.readQueue(other)).waiting, 0);

  assert.equal((await services.readMessage(principal, id))?.message.state, "queued");
  assert.equal((await services.listInbox(principal, firstPage)).length, 1);
});

test("changes are in the audit, and no table shows an address, a name or a secret", async () => {
  const principal = await world.principal();
  const { key, secretKey } = await services.createKey(principal, {
    name: "Confidential Shop",
    scopes: ["send"],
  });
  await services.revokeKey(principal, key.id);
  const { id } = await services.addSuppression(principal, "confidential@recipients.example");
  await services.addSuppression(principal, "confidential@recipients.example");
  await services.removeSuppression(principal, id);
  await services.addSuppression(principal, "confidential@recipients.example");
  await services.addDomain(principal, { name: "audited.example", withEd25519: false });
  await keep(principal, "Confidential subject");
  const actions = (await world.audit(principal.accountId)).map(({ action }) => action);
  assert.deepEqual(actions, [
    "api_key.created",
    "api_key.revoked",
    "suppression.added",
    "suppression.removed",
    "suppression.added",
    "domain.added",
  ]);
  const dump = await world.dump(["api_key", "suppression", "inbox", "audit", "domain"]);
  assert.doesNotMatch(dump, /confidential/i);
  assert.ok(!dump.includes(secretKey));
});
