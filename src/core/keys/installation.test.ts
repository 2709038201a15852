import assert from "node:assert/strict";
import { copyFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { type TestContext, test } from "node:test";
import { testDatabase } from "../../../tests/support/database.ts";
import { sql } from "../../base/database.ts";
import { chainFiles, openChains } from "./handover.ts";
import { claimInstallation, clockOffsetMs, raiseClockOffset } from "./installation.ts";
import { Keyring } from "./keyring.ts";
import { dayOf } from "./ratchet.ts";

function folderIn(t: TestContext): string {
  const folder = mkdtempSync(path.join(tmpdir(), "facteur-installation-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

function keyringOf(rootByte: number, folder: string): Keyring {
  return new Keyring(Buffer.alloc(32, rootByte), openChains(folder, { content: 0, accounts: 0 }));
}

test("the first start binds the database to its keys, and later starts with the same keys go on", async (t) => {
  const { database } = await testDatabase(t);
  const folder = folderIn(t);
  await claimInstallation(database, keyringOf(1, folder));
  const later = keyringOf(1, folder);
  later.destroyContentBefore(10);
  await claimInstallation(database, later);
});

test("another root key is refused as wrong_root_key", async (t) => {
  const { database } = await testDatabase(t);
  const folder = folderIn(t);
  await claimInstallation(database, keyringOf(1, folder));
  await assert.rejects(claimInstallation(database, keyringOf(2, folder)), { code: "wrong_root_key" });
});

test("other content keys are refused as wrong_content_keys", async (t) => {
  const { database } = await testDatabase(t);
  await claimInstallation(database, keyringOf(1, folderIn(t)));
  await assert.rejects(claimInstallation(database, keyringOf(1, folderIn(t))), {
    code: "wrong_content_keys",
  });
});

test("another chain of account keys is refused as wrong_account_keys", async (t) => {
  const { database } = await testDatabase(t);
  const [folder, other] = [folderIn(t), folderIn(t)];
  await claimInstallation(database, keyringOf(1, folder));
  copyFileSync(path.join(folder, chainFiles.content), path.join(other, chainFiles.content));
  await assert.rejects(claimInstallation(database, keyringOf(1, other)), { code: "wrong_account_keys" });
});

test("a database from before there was such a chain takes the one it is offered", async (t) => {
  const { database } = await testDatabase(t);
  const folder = folderIn(t);
  await claimInstallation(database, keyringOf(1, folder));
  await database.write({ role: "operator" }, (tx) =>
    tx.run(sql`update installation set account_chain_id = null`),
  );
  await claimInstallation(database, keyringOf(1, folder));
});

test("a copy of the database whose account keys were destroyed since is refused as account_keys_destroyed", async (t) => {
  const { database } = await testDatabase(t);
  const keyring = keyringOf(1, folderIn(t));
  const then = new Date("2026-11-23T12:00:00Z");
  await claimInstallation(database, keyring);
  await database.write({ role: "operator" }, (tx) => keyring.create(tx, 1n, then));
  await claimInstallation(database, keyring);
  keyring.destroyAccountDaysBefore(dayOf(then) + 1);
  await assert.rejects(claimInstallation(database, keyring), { code: "account_keys_destroyed" });
});

test("of two first starts with different keys one is refused, and the refused keys leave nothing behind", async (t) => {
  const { database } = await testDatabase(t);
  const keyrings = [keyringOf(1, folderIn(t)), keyringOf(2, folderIn(t))];
  const ends = await Promise.allSettled(keyrings.map((keyring) => claimInstallation(database, keyring)));
  assert.deepEqual(ends.map(({ status }) => status).sort(), ["fulfilled", "rejected"]);
  const winner = keyrings[ends.findIndex(({ status }) => status === "fulfilled")] as Keyring;
  await claimInstallation(database, winner);
});

test("the clock of an installation only moves forward", async (t) => {
  const { database } = await testDatabase(t);
  assert.equal(await clockOffsetMs(database), 0);
  await claimInstallation(database, keyringOf(1, folderIn(t)));
  await raiseClockOffset(database, 500);
  await raiseClockOffset(database, 300);
  assert.equal(await clockOffsetMs(database), 500);
});
