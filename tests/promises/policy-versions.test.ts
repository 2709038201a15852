import assert from "node:assert/strict";
import { test } from "node:test";
import { sql } from "../../src/base/database.ts";
import { closeAccount, reopenAccount } from "../../src/core/accounts/index.ts";
import { record } from "../../src/core/audit/index.ts";
import {
  announcePolicy,
  figuresOf,
  publishPolicy,
  readRegister,
  selectPolicyVersions,
} from "../../src/core/policy/index.ts";
import { openProbedWorld, type ProbedWorld } from "./context.ts";

const dayMs = 86_400_000;
const operator = { role: "operator" } as const;

async function publish({ database, clock }: ProbedWorld): Promise<void> {
  const now = clock.now();
  const draft = { figures: { contentDays: 5 }, reason: { en: "Less.", fr: "Moins.", de: "Weniger." } };
  const effectiveAt = new Date(now.getTime() + 31 * dayMs);
  await database.write(operator, (tx) => publishPolicy(tx, readRegister(), draft, { now, effectiveAt }));
}

function announce({ database, keyring, clock, acceptance }: ProbedWorld): Promise<number> {
  const systemSender = { address: "privacy@operator.example", name: "Operator" };
  const publicUrl = () => "https://mail.example.org";
  const context = { database, keyring, clock, acceptance, systemSender, systemAccountId: null, publicUrl };
  return announcePolicy(context);
}

async function reopen({ database, clock, ids }: ProbedWorld, accountId: bigint): Promise<void> {
  await database.write(operator, async (tx) => {
    await reopenAccount(tx, accountId, clock.now());
    const entry = { actor: { kind: "operator" }, action: "account.reopened", subjectId: null } as const;
    await record(tx, { accountId, id: ids.next(clock.now()), ...entry });
  });
}

test("policy-versions finds nothing wrong while owners are being written to", async (t) => {
  const world = await openProbedWorld(t);
  await publish(world);
  const { outcome, detail } = await world.probe("policy-versions");
  assert.equal(outcome, "kept", detail);
});

test("who was closed during an announcement and is open again hears of it, and P124 is kept all along", async (t) => {
  const world = await openProbedWorld(t);
  const { database, clock, figures } = world;
  const { accountId } = await world.account();
  const closing = { figures: figures.at(clock.now()), now: clock.now() };
  await database.write(operator, (tx) => closeAccount(tx, closing, accountId));
  await publish(world);
  assert.equal(await announce(world), 0);
  clock.advance(3_600_000);
  await world.account("Who came later");
  await reopen(world, accountId);
  const rows = () =>
    database.read(operator, (reader) =>
      reader.rows(sql`select n.account_id as "accountId", n.version from policy_notice n`),
    );
  figures.follow(figuresOf(await database.read(operator, selectPolicyVersions)));
  const { outcome, detail } = await world.probe("policy-versions");
  assert.doesNotMatch(detail, /were not written to/);
  assert.equal(outcome, "kept", detail);
  assert.equal(await announce(world), 1);
  assert.deepEqual(await rows(), [{ accountId, version: 2 }]);
  assert.equal(await announce(world), 0);
});
