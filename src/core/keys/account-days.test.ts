import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { type TestContext, test } from "node:test";
import { testDatabase } from "../../../tests/support/database.ts";
import { type Database, sql } from "../../base/database.ts";
import { destroyAccountDays, resealAccountKeys } from "./account-days.ts";
import { openChains } from "./handover.ts";
import { Keyring } from "./keyring.ts";
import { dayOf } from "./ratchet.ts";
import type { AccountKeyRow } from "./store.ts";

const start = new Date("2026-11-23T10:00:00Z");
const operator = { role: "operator" } as const;
const dayMs = 86_400_000;
const daysLater = (days: number) => new Date(start.getTime() + days * dayMs);

async function open(t: TestContext) {
  const { database } = await testDatabase(t);
  const folder = mkdtempSync(path.join(tmpdir(), "facteur-days-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  // A new process: nothing is in its memory, everything comes from the files.
  const process = () =>
    new Keyring(Buffer.alloc(32, 3), openChains(folder, { content: 0, accounts: dayOf(start) }));
  return { database, keyring: process(), process };
}

function keysIn(database: Database): Promise<AccountKeyRow[]> {
  return database.read(operator, (reader) =>
    reader.rows<AccountKeyRow>(sql`
      select k.account_id as "accountId", k.sealed_key as "sealedKey", k.sealed_on as "sealedOn"
      from account_key k order by k.account_id`),
  );
}

test("a copy of an account's key goes dark with its day, while the key itself lives on under a later one", async (t) => {
  const { database, keyring, process } = await open(t);
  const place = { table: "profile", accountId: 1n, id: 1n };
  await database.write(operator, (tx) => keyring.create(tx, 1n, start));
  const sealed = keyring.sealIdentity(place, "jane");
  const [copy] = await keysIn(database);
  for (let day = 1; day <= 31; day += 1) {
    await resealAccountKeys(database, keyring, daysLater(day));
    await destroyAccountDays(database, keyring, { now: daysLater(day), keptDays: 30 });
    assert.equal(process().reseal(copy!, dayOf(start)) === null, day > 30, `a copy of ${day} days`);
  }
  const later = process();
  await database.read(operator, (reader) => later.load(reader, [1n]));
  assert.equal(later.openIdentity(place, sealed).toString(), "jane");
});

test("a day that a key still needs is never destroyed, however far the clock is", async (t) => {
  const { database, keyring, process } = await open(t);
  await database.write(operator, (tx) => keyring.create(tx, 1n, start));
  assert.equal(await destroyAccountDays(database, keyring, { now: daysLater(400), keptDays: 30 }), false);
  const later = process();
  await database.read(operator, (reader) => later.load(reader, [1n]));
  assert.equal(later.has(1n), true);
  await resealAccountKeys(database, later, daysLater(400));
  assert.equal(await destroyAccountDays(database, later, { now: daysLater(400), keptDays: 30 }), true);
  assert.equal(later.firstAccountDay, dayOf(daysLater(370)));
});

test("a clock that goes back loses no key", async (t) => {
  const { database, keyring, process } = await open(t);
  await database.write(operator, (tx) => keyring.create(tx, 1n, start));
  await resealAccountKeys(database, keyring, daysLater(1000));
  await destroyAccountDays(database, keyring, { now: daysLater(1000), keptDays: 30 });
  await database.write(operator, (tx) => keyring.create(tx, 2n, start));
  await resealAccountKeys(database, keyring, daysLater(1));
  await destroyAccountDays(database, keyring, { now: daysLater(1), keptDays: 30 });
  const later = process();
  await database.read(operator, (reader) => later.load(reader, [1n, 2n]));
  assert.ok(later.has(1n) && later.has(2n));
});

test("all keys are sealed anew, more than one batch too, and then there is nothing left to do", async (t) => {
  const { database, keyring } = await open(t);
  await database.write(operator, async (tx) => {
    for (let id = 1n; id <= 1001n; id += 1n) await keyring.create(tx, id, start);
  });
  assert.equal(await resealAccountKeys(database, keyring, daysLater(1)), 1001);
  const days = new Set((await keysIn(database)).map(({ sealedOn }) => sealedOn));
  assert.deepEqual([...days], [dayOf(daysLater(1))]);
  assert.equal(await resealAccountKeys(database, keyring, daysLater(1)), 0);
});
