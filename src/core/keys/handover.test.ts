import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { test } from "node:test";
import { testDatabase } from "../../../tests/support/database.ts";
import { sql } from "../../base/database.ts";
import { answerHandovers, chainFiles, exportStates, obtainChains } from "./handover.ts";
import { claimInstallation, Keyring, Ratchet } from "./index.ts";

const rootKey = Buffer.alloc(32, 5);
const now = () => new Date("2026-11-23T12:00:00Z");

function folder(t: { after(work: () => void): void }): string {
  const made = mkdtempSync(path.join(tmpdir(), "facteur-handover-"));
  t.after(() => rmSync(made, { recursive: true, force: true }));
  return made;
}

const first = { content: 100, accounts: 4 };

test("a second data folder gets the chains of keys from a running node, and the database never holds them", async (t) => {
  const { database } = await testDatabase(t);
  const [here, there] = [folder(t), folder(t)];
  const chains = await obtainChains(database, rootKey, { folder: here, first, now });
  await claimInstallation(database, new Keyring(rootKey, chains));
  const asking = obtainChains(database, rootKey, { folder: there, first, now });
  let answered = 0;
  while (answered === 0)
    answered = await answerHandovers(database, rootKey, () => exportStates(chains), now());
  const answers = await database.read({ role: "operator" }, (reader) =>
    reader.rows<{ answer: Buffer }>(sql`select h.answer from key_handover h`),
  );
  const secrets = [chains.content, chains.accounts].map(
    (chain) => chain.secretOf(chain.first) ?? Buffer.alloc(0),
  );
  for (const { answer } of answers)
    for (const secret of secrets) assert.equal(answer.includes(secret), false);
  const second = await asking;
  for (const name of ["content", "accounts"] as const) {
    assert.deepEqual(second[name].secretOf(123), chains[name].secretOf(123));
    assert.deepEqual(second[name].id, chains[name].id);
    assert.equal(Ratchet.exists(path.join(there, chainFiles[name])), true);
  }
  assert.notDeepEqual(chains.content.secretOf(200), chains.accounts.secretOf(200));
});

test("a node that has lost one of its chains gets that one back and keeps the other", async (t) => {
  const { database } = await testDatabase(t);
  const here = folder(t);
  const chains = await obtainChains(database, rootKey, { folder: here, first, now });
  await claimInstallation(database, new Keyring(rootKey, chains));
  const answering = { isDone: false };
  const answer = async () => {
    while (!answering.isDone) await answerHandovers(database, rootKey, () => exportStates(chains), now());
  };
  rmSync(path.join(here, chainFiles.accounts));
  const answers = answer();
  const again = await obtainChains(database, rootKey, { folder: here, first, now });
  answering.isDone = true;
  await answers;
  assert.deepEqual(again.accounts.id, chains.accounts.id);
  assert.deepEqual(again.content.id, chains.content.id);
});

test("a node with another root key is given nothing", async (t) => {
  const { database } = await testDatabase(t);
  const chains = await obtainChains(database, rootKey, { folder: folder(t), first, now });
  await claimInstallation(database, new Keyring(rootKey, chains));
  const wish = { folder: folder(t), first, now, patienceMs: 600 };
  const refused = assert.rejects(obtainChains(database, Buffer.alloc(32, 6), wish), { code: "keys_missing" });
  assert.equal(await answerHandovers(database, rootKey, () => exportStates(chains), now()), 0);
  await refused;
});
