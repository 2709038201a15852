import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { type TestContext, test } from "node:test";
import { testDatabase } from "../../../tests/support/database.ts";
import { claimInstallation, clockOffsetMs, raiseClockOffset } from "./installation.ts";
import { Keyring } from "./keyring.ts";
import { ContentRatchet } from "./ratchet.ts";

function fileIn(t: TestContext): string {
  const folder = mkdtempSync(path.join(tmpdir(), "facteur-installation-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return path.join(folder, "content.keys");
}

function keyringOf(rootByte: number, file: string): Keyring {
  return new Keyring(Buffer.alloc(32, rootByte), ContentRatchet.load(file, 0));
}

test("the first start binds the database to its keys, and later starts with the same keys go on", async (t) => {
  const { database } = await testDatabase(t);
  const file = fileIn(t);
  await claimInstallation(database, keyringOf(1, file));
  const later = keyringOf(1, file);
  later.destroyContentBefore(10);
  await claimInstallation(database, later);
});

test("another root key is refused as wrong_root_key", async (t) => {
  const { database } = await testDatabase(t);
  const file = fileIn(t);
  await claimInstallation(database, keyringOf(1, file));
  await assert.rejects(claimInstallation(database, keyringOf(2, file)), { code: "wrong_root_key" });
});

test("other content keys are refused as wrong_content_keys", async (t) => {
  const { database } = await testDatabase(t);
  await claimInstallation(database, keyringOf(1, fileIn(t)));
  await assert.rejects(claimInstallation(database, keyringOf(1, fileIn(t))), { code: "wrong_content_keys" });
});

test("of two first starts with different keys one is refused, and the refused keys leave nothing behind", async (t) => {
  const { database } = await testDatabase(t);
  const keyrings = [keyringOf(1, fileIn(t)), keyringOf(2, fileIn(t))];
  const ends = await Promise.allSettled(keyrings.map((keyring) => claimInstallation(database, keyring)));
  assert.deepEqual(ends.map(({ status }) => status).sort(), ["fulfilled", "rejected"]);
  const winner = keyrings[ends.findIndex(({ status }) => status === "fulfilled")] as Keyring;
  await claimInstallation(database, winner);
});

test("the clock of an installation only moves forward", async (t) => {
  const { database } = await testDatabase(t);
  assert.equal(await clockOffsetMs(database), 0);
  await claimInstallation(database, keyringOf(1, fileIn(t)));
  await raiseClockOffset(database, 500);
  await raiseClockOffset(database, 300);
  assert.equal(await clockOffsetMs(database), 500);
});
