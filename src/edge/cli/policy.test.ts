import assert from "node:assert/strict";
import { test } from "node:test";
import { codeOf, contextOf, run } from "../../../tests/support/commands.ts";
import { sql } from "../../base/database.ts";
import { ensureFirstPolicy, readRegister } from "../../core/policy/index.ts";

test("the policy is drafted, published in time, and shown", async (t) => {
  const context = await contextOf(t);
  const { database, clock } = context;
  await database.write({ role: "operator" }, (tx) => ensureFirstPolicy(tx, readRegister(), clock.now()));
  const { accountId } = (await run(context, "account create --email privacy@operator.example")).json as {
    accountId: string;
  };
  const operators = { ...context, systemAccountId: async () => BigInt(accountId) };

  const draft = (await run(context, "policy draft --reason Less. --set contentDays=5,staffMax=6")).json as {
    changes: Record<string, unknown>[];
    earliest: string;
  };
  assert.deepEqual(
    draft.changes.map(({ name, before, after, isWeaker }) => [name, before, after, isWeaker]),
    [
      ["contentDays", 6, 5, false],
      ["staffMax", 5, 6, true],
    ],
  );
  const publish = "policy publish --reason Less. --set contentDays=5 --effective";
  const tomorrow = new Date(clock.now().getTime() + 86_400_000).toISOString().slice(0, 10);
  assert.equal(await codeOf(context, `${publish} ${tomorrow}`), "policy_too_early");
  assert.equal(await codeOf(context, `${publish} soon`), "invalid_date");
  assert.equal(await codeOf(context, "policy draft --reason Less. --set speed=5"), "invalid_figure");
  assert.equal(await codeOf(context, "policy draft --reason Nothing."), "policy_unchanged");

  const later = new Date(Date.parse(draft.earliest) + 2 * 86_400_000).toISOString().slice(0, 10);
  assert.equal((await run(operators, `${publish} ${later}`)).exitCode, 0);
  const { versions } = (await run(context, "policy show")).json as { versions: Record<string, unknown>[] };
  assert.deepEqual(
    versions.map(({ number, standing }) => [number, standing]),
    [
      [1, "in force"],
      [2, "announced"],
    ],
  );
  const entry = await database.read({ role: "operator" }, (reader) =>
    reader.row<{ action: string; actor: string }>(sql`
      select a.action, a.actor from audit a where a.subject_id = 2 and a.account_id = ${BigInt(accountId)}`),
  );
  assert.deepEqual(entry, { action: "policy.published", actor: "operator" });
});
