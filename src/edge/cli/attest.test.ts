import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { test } from "node:test";
import { codeOf, contextOf, run } from "../../../tests/support/commands.ts";
import { sql } from "../../base/database.ts";
import { attest, lookAtPromises, readRegister } from "../../core/policy/index.ts";

const entries = readRegister();
const day = (now: Date, days: number) =>
  new Date(now.getTime() + days * 86_400_000).toISOString().slice(0, 10);

test("what no code can prove is stated until a day, shown as that, and never as kept", async (t) => {
  const context = await contextOf(t);
  const { database, clock, figures } = context;
  const { accountId } = (await run(context, "account create --email privacy@operator.example")).json as {
    accountId: string;
  };
  const operators = { ...context, systemAccountId: async () => BigInt(accountId) };
  const folder = mkdtempSync(path.join(tmpdir(), "facteur-attest-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const file = path.join(folder, "review.txt");
  writeFileSync(file, "Rights were reviewed; three people have keys.\n");

  const stateOf = async (id: string, atMs = 0) => {
    const later = { now: () => new Date(clock.now().getTime() + atMs), real: () => clock.real() };
    const { promises } = await lookAtPromises({ database, clock: later, figures }, entries);
    return promises.find(({ entry }) => entry.id === id)?.state;
  };
  assert.equal(await stateOf("P115"), "not yet");
  const until = day(clock.now(), 60);
  const stated = (await run(operators, `promises attest P115 --by DPO --file ${file} --until ${until}`)).json;
  assert.equal((stated as { statement: string }).statement, "Rights were reviewed; three people have keys.");
  assert.match((stated as { documentHash: string }).documentHash, /^[0-9a-f]{64}$/);
  assert.equal(await stateOf("P115"), "attested");
  assert.equal(await stateOf("P115", 61 * 86_400_000), "lapsed");
  const entry = await database.read({ role: "operator" }, (reader) =>
    reader.row(
      sql`select a.action from audit a where a.subject_id = 115 and a.account_id = ${BigInt(accountId)}`,
    ),
  );
  assert.deepEqual(entry, { action: "promise.attested" });
  await run(operators, "promises withdraw P115 --by DPO");
  assert.equal(await stateOf("P115"), "lapsed");
  assert.equal(await codeOf(context, "promises withdraw P115 --by DPO"), "not_attested");
});

test("nothing is stated that evidence has to show, without an end, without words, or with somebody's address", async (t) => {
  const context = await contextOf(t);
  const now = context.clock.now();
  const attestLine = (id: string, days: number) =>
    `promises attest ${id} --by DPO --text Yes. --until ${day(now, days)}`;
  assert.equal(await codeOf(context, attestLine("P106", 30)), "not_attestable");
  assert.equal(await codeOf(context, attestLine("P129", 30)), "unknown_promise");
  assert.equal(await codeOf(context, "promises check --only P129"), "unknown_promise");
  assert.equal(await codeOf(context, attestLine("P115", 91)), "invalid_date");
  assert.equal(await codeOf(context, attestLine("P115", -1)), "invalid_date");
  assert.equal(
    await codeOf(context, "promises attest P115 --by DPO --text Yes. --until soon"),
    "invalid_date",
  );
  assert.equal(
    await codeOf(context, `promises attest P115 --by DPO --until ${day(now, 30)}`),
    "invalid_statement",
  );
  assert.equal(
    await codeOf(context, `promises attest P115 --by a@b.example --text Yes. --until ${day(now, 30)}`),
    "invalid_statement",
  );
  assert.equal(
    await codeOf(context, `promises attest P115 --by DPO --file /nowhere --until ${day(now, 30)}`),
    "invalid_statement",
  );
});

test("a statement stays as it was written, and one that was changed shows", async (t) => {
  const { database, ids, clock } = await contextOf(t);
  const now = clock.now();
  const wish = {
    promise: "P49",
    until: new Date(now.getTime() + 86_400_000),
    author: "DPO",
    documentHash: null,
  };
  await database.write({ role: "operator" }, (tx) =>
    attest(tx, { entries, ids, now }, { ...wish, statement: "Yes." }),
  );
  const changing = database.write({ role: "operator" }, (tx) =>
    tx.run(sql`update attestation set statement = 'No.' where promise = 'P49'`),
  );
  await assert.rejects(changing, /stays as it was written/);
});
