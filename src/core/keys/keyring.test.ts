import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, type TestContext, test } from "node:test";
import { testDatabase } from "../../../tests/support/database.ts";
import { type Query, type Sql, sql, type Transaction } from "../../base/database.ts";
import { IdSource, idAt } from "../../base/ids.ts";
import { openChains } from "./handover.ts";
import { Keyring } from "./keyring.ts";
import { dayOf, hourOf } from "./ratchet.ts";

const { database } = await testDatabase({ after });
const operator = { role: "operator" } as const;
const rootKey = Buffer.alloc(32, 9);
const start = new Date("2026-11-23T10:30:00Z");
const first = hourOf(start);
const ids = new IdSource(0);
const hourMs = 3_600_000;

function folderIn(t: TestContext): string {
  const folder = mkdtempSync(path.join(tmpdir(), "facteur-keyring-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

const chainsIn = (folder: string) => openChains(folder, { content: first, accounts: dayOf(start) });

function keyringOf(t: TestContext, folder = folderIn(t)): Keyring {
  return new Keyring(rootKey, chainsIn(folder));
}

async function accountIn(keyring: Keyring): Promise<bigint> {
  const accountId = ids.next(start);
  await database.write(operator, (tx) => keyring.create(tx, accountId, start));
  return accountId;
}

async function load(keyring: Keyring, accountIds: Iterable<bigint>): Promise<void> {
  await database.read({ role: "accept" }, (reader) => keyring.load(reader, accountIds));
}

test("another process opens what was sealed, once it has loaded the account", async (t) => {
  const folder = folderIn(t);
  const one = keyringOf(t, folder);
  const accountId = await accountIn(one);
  const place = { table: "message", accountId, id: ids.next(start) };
  const sealed = one.sealIdentity(place, "jane@example.org");
  const other = keyringOf(t, folder);
  assert.equal(other.has(accountId), false);
  await load(other, [accountId]);
  assert.equal(other.has(accountId), true);
  assert.equal(other.openIdentity(place, sealed).toString(), "jane@example.org");
  assert.deepEqual(other.lookup(accountId, "jane@example.org"), one.lookup(accountId, "jane@example.org"));
});

test("an account's key lies in the database only under the root key", async (t) => {
  const keyring = keyringOf(t);
  const accountId = await accountIn(keyring);
  const other = new Keyring(Buffer.alloc(32, 8), chainsIn(folderIn(t)));
  await assert.rejects(load(other, [accountId]));
  assert.notDeepEqual(other.rootCheck(), keyring.rootCheck());
});

test("a key row copied to another account does not open there", async (t) => {
  const folder = folderIn(t);
  const keyring = keyringOf(t, folder);
  const [one, two] = [await accountIn(keyring), await accountIn(keyring)];
  await database.write(operator, (tx) =>
    tx.run(sql`
      update account_key set sealed_key = (select k.sealed_key from account_key k where k.account_id = ${one})
      where account_id = ${two}`),
  );
  await assert.rejects(load(keyringOf(t, folder), [two]));
});

test("accounts differ in identity, lookup and content, and so do the three keys of one", async (t) => {
  const keyring = keyringOf(t);
  const [one, two] = [await accountIn(keyring), await accountIn(keyring)];
  assert.notDeepEqual(keyring.lookup(one, "jane@example.org"), keyring.lookup(two, "jane@example.org"));
  const id = ids.next(start);
  const sealed = keyring.sealIdentity({ table: "content", accountId: one, id }, "x");
  assert.throws(() => keyring.openIdentity({ table: "content", accountId: two, id }, sealed));
  assert.throws(() => keyring.openContent({ table: "content", accountId: one, id }, sealed));
});

test("a lookup is 16 bytes, the same each time, and says nothing of its value", async (t) => {
  const keyring = keyringOf(t);
  const accountId = await accountIn(keyring);
  const found = keyring.lookup(accountId, "jane@example.org");
  assert.equal(found.length, 16);
  assert.deepEqual(keyring.lookup(accountId, "jane@example.org"), found);
  assert.notDeepEqual(keyring.lookup(accountId, "john@example.org"), found);
  assert.equal(keyring.rootLookup("jane@example.org").length, 16);
  assert.notDeepEqual(keyring.rootLookup("jane@example.org"), found);
  assert.notDeepEqual(keyring.rootHash("a", "b"), keyring.rootHash("b", "a"));
});

test("content opens within its hours and answers null once its hour is destroyed", async (t) => {
  const keyring = keyringOf(t);
  const accountId = await accountIn(keyring);
  const early = { table: "content", accountId, id: ids.next(start) };
  const late = { table: "content", accountId, id: idAt(new Date(start.getTime() + hourMs)) };
  const sealed = [
    keyring.sealContent(early, Buffer.from("a")),
    keyring.sealContent(late, Buffer.from("b")),
  ] as const;
  assert.equal(keyring.openContent(early, sealed[0])?.toString(), "a");
  assert.equal(keyring.destroyContentBefore(first + 1), true);
  assert.equal(keyring.openContent(early, sealed[0]), null);
  assert.equal(keyring.openContent(late, sealed[1])?.toString(), "b");
  assert.equal(keyring.firstContentHour, first + 1);
  assert.throws(() => keyring.sealContent(early, Buffer.from("a")), /has been destroyed/);
});

test("a process that follows the folder forgets the hours another one has destroyed", async (t) => {
  const folder = folderIn(t);
  const one = keyringOf(t, folder);
  const other = keyringOf(t, folder);
  const accountId = await accountIn(one);
  await load(other, [accountId]);
  const place = { table: "content", accountId, id: ids.next(start) };
  const sealed = one.sealContent(place, Buffer.from("a"));
  assert.equal(other.openContent(place, sealed)?.toString(), "a");
  one.destroyContentBefore(first + 1);
  other.followRatchet();
  assert.equal(other.openContent(place, sealed), null);
});

test("content keys kept in memory go even when the file of the ratchet cannot be read", async (t) => {
  const folder = folderIn(t);
  const keyring = keyringOf(t, folder);
  const accountId = await accountIn(keyring);
  const place = { table: "content", accountId, id: ids.next(start) };
  const sealed = keyring.sealContent(place, Buffer.from("a"));
  rmSync(path.join(folder, "content.keys"));
  chainsIn(folder);
  assert.throws(() => keyring.destroyContentBefore(first + 1), /other keys/);
  assert.equal(keyring.openContent(place, sealed), null);
});

test("an account whose key row is gone is left out, and its content and identity are lost", async (t) => {
  const folder = folderIn(t);
  const keyring = keyringOf(t, folder);
  const accountId = await accountIn(keyring);
  const place = { table: "message", accountId, id: ids.next(start) };
  const identity = keyring.sealIdentity(place, "x");
  const content = keyring.sealContent(place, Buffer.from("x"));
  await database.write(operator, (tx) =>
    tx.run(sql`delete from account_key where account_id = ${accountId}`),
  );
  const later = keyringOf(t, folder);
  await load(later, [accountId]);
  keyring.forget(accountId);
  for (const each of [later, keyring]) {
    assert.equal(each.has(accountId), false);
    assert.throws(() => each.openIdentity(place, identity), /not loaded or were destroyed/);
    assert.throws(() => each.openContent(place, content), /not loaded or were destroyed/);
  }
});

test("accounts that are in memory are not asked for again; any iterable will do", async (t) => {
  const folder = folderIn(t);
  const one = keyringOf(t, folder);
  const accountIds = [await accountIn(one), await accountIn(one)];
  const keyring = keyringOf(t, folder);
  await load(keyring, new Set(accountIds).values());
  const silent = { rows: () => Promise.reject(new Error("asked")) } as unknown as Sql;
  await keyring.load(silent, accountIds);
  await keyring.load(silent, []);
  await assert.rejects(keyring.load(silent, [1n]), /asked/);
});

const cachedMax = 20_000;

test("of too many accounts those unused for the longest time are forgotten, never one that is asked for", async (t) => {
  const folder = folderIn(t);
  const maker = keyringOf(t, folder);
  const rows = new Map<bigint, Buffer>();
  const notes = {
    run: async ({ values }: Query) => rows.set(values[0] as bigint, values[1] as Buffer).size,
  } as unknown as Transaction;
  const accountIds = Array.from({ length: cachedMax + 10 }, (_, index) => BigInt(index + 1));
  for (const accountId of accountIds) await maker.create(notes, accountId, start);
  const reader = {
    rows: async ({ values }: Query) =>
      (values[0] as bigint[]).map((accountId) => ({
        accountId,
        sealedKey: rows.get(accountId),
        sealedOn: dayOf(start),
      })),
  } as unknown as Sql;
  const keyring = keyringOf(t, folder);
  await keyring.load(reader, accountIds.slice(0, cachedMax));
  assert.ok(keyring.lookup(1n, "x"));
  await keyring.load(reader, accountIds.slice(cachedMax - 5));
  assert.equal(keyring.has(1n), true, "used a moment ago");
  assert.equal(keyring.has(2n), false, "unused for the longest time");
  assert.ok(accountIds.slice(cachedMax - 5).every((accountId) => keyring.has(accountId)));
  assert.equal(accountIds.filter((accountId) => keyring.has(accountId)).length, cachedMax);
});

test("accounts whose key was destroyed unheard are forgotten, and the others can be used at every moment", async (t) => {
  const folder = folderIn(t);
  const keyring = keyringOf(t, folder);
  const [kept, gone] = [await accountIn(keyring), await accountIn(keyring)];
  await database.write(operator, (tx) => tx.run(sql`delete from account_key where account_id = ${gone}`));
  const forgetting = database.read({ role: "delivery" }, (reader) => keyring.forgetDestroyed(reader));
  assert.equal(keyring.has(kept), true);
  await forgetting;
  assert.equal(keyring.has(kept), true);
  assert.equal(keyring.has(gone), false);
});
