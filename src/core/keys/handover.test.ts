import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { test } from "node:test";
import { testDatabase } from "../../../tests/support/database.ts";
import { sql } from "../../base/database.ts";
import { answerHandovers, obtainRatchet } from "./handover.ts";
import { ContentRatchet, claimInstallation, Keyring } from "./index.ts";

const rootKey = Buffer.alloc(32, 5);
const now = () => new Date("2026-11-23T12:00:00Z");

function folder(t: { after(work: () => void): void }): string {
  const made = mkdtempSync(path.join(tmpdir(), "facteur-handover-"));
  t.after(() => rmSync(made, { recursive: true, force: true }));
  return made;
}

test("a second data folder gets the content keys from a running node, and the database never holds them", async (t) => {
  const { database } = await testDatabase(t);
  const [here, there] = [path.join(folder(t), "content.keys"), path.join(folder(t), "content.keys")];
  const first = await obtainRatchet(database, rootKey, { file: here, firstHour: 100, now });
  await claimInstallation(database, new Keyring(rootKey, first));
  const asking = obtainRatchet(database, rootKey, { file: there, firstHour: 100, now });
  let answered = 0;
  while (answered === 0)
    answered = await answerHandovers(database, rootKey, () => first.exportState(), now());
  const answers = await database.read({ role: "operator" }, (reader) =>
    reader.rows<{ answer: Buffer }>(sql`select h.answer from key_handover h`),
  );
  const secret = first.secretOf(first.firstHour) ?? Buffer.alloc(0);
  for (const { answer } of answers) assert.equal(answer.includes(secret), false);
  const second = await asking;
  assert.deepEqual(second.secretOf(123), first.secretOf(123));
  assert.deepEqual(second.id, first.id);
  assert.equal(ContentRatchet.exists(there), true);
});

test("a node with another root key is given nothing", async (t) => {
  const { database } = await testDatabase(t);
  const here = path.join(folder(t), "content.keys");
  const first = await obtainRatchet(database, rootKey, { file: here, firstHour: 100, now });
  await claimInstallation(database, new Keyring(rootKey, first));
  const asking = obtainRatchet(database, Buffer.alloc(32, 6), {
    file: path.join(folder(t), "content.keys"),
    firstHour: 100,
    now,
    patienceMs: 600,
  });
  const refused = assert.rejects(asking, { code: "content_keys_missing" });
  assert.equal(await answerHandovers(database, rootKey, () => first.exportState(), now()), 0);
  await refused;
});
