import assert from "node:assert/strict";
import { after, test } from "node:test";
import { openWorld } from "../../../tests/support/world.ts";
import { sql } from "../../base/database.ts";
import { Refusal } from "../../base/errors.ts";
import type { ConsentDecision, ConsentPurpose } from "./consent.ts";
import { consentsInForce, type DecisionMade, openProof, recordConsents } from "./record.ts";
import { listConsents } from "./store.ts";

const world = await openWorld({ after });
const { accountId } = await world.account();
const other = (await world.account("Other")).accountId;
const hour = 3_600_000;
const actor = { kind: "key", id: 5n } as const;

const target = (address: string, of = accountId) => ({
  accountId: of,
  lookup: world.keyring.lookup(of, address),
});

function decision(
  address: string,
  decided: ConsentDecision,
  { hoursAgo = 1, purposes = ["opens"] as ConsentPurpose[], wording = "I agree.", how = "form" } = {},
): DecisionMade {
  return {
    lookup: target(address).lookup,
    purposes,
    decision: decided,
    decidedAt: new Date(world.clock.now().getTime() - hoursAgo * hour),
    source: "api",
    sourceId: null,
    proof: { address, how, wording, version: "3" },
  };
}

function record(...decisions: DecisionMade[]): Promise<void> {
  const { keyring, ids, clock } = world;
  return world.database.write({ role: "request", accountId }, (tx) =>
    recordConsents(tx, { keyring, ids, now: clock.now() }, { accountId, actor }, decisions),
  );
}

async function hasConsent(address: string, purpose: ConsentPurpose, of = accountId): Promise<boolean> {
  const wanted = target(address, of);
  const inForce = await world.database.read({ role: "delivery" }, (db) => consentsInForce(db, [wanted]));
  return inForce.has(wanted, purpose);
}

test("nobody has agreed to anything unless it is recorded, each purpose and account for itself", async () => {
  assert.equal(await hasConsent("ada@example.com", "opens"), false);
  await record(decision("ada@example.com", "given"));
  assert.equal(await hasConsent("ada@example.com", "opens"), true);
  assert.equal(await hasConsent("ada@example.com", "clicks"), false);
  assert.equal(await hasConsent("ada@example.com", "opens", other), false);
  const none = await world.database.read({ role: "delivery" }, (db) => consentsInForce(db, []));
  assert.equal(none.has(target("ada@example.com"), "opens"), false);
});

test("a withdrawal ends it, and an older consent that is brought in later revives nothing", async () => {
  await record(decision("bob@example.com", "given", { hoursAgo: 9, purposes: ["opens", "clicks"] }));
  await record(decision("bob@example.com", "withdrawn", { hoursAgo: 2, wording: "" }));
  await record(decision("bob@example.com", "given", { hoursAgo: 5 }));
  assert.equal(await hasConsent("bob@example.com", "opens"), false);
  assert.equal(await hasConsent("bob@example.com", "clicks"), true);
  await record(decision("bob@example.com", "given", { hoursAgo: 1 }));
  assert.equal(await hasConsent("bob@example.com", "opens"), true);
});

test("of two decisions at one instant the withdrawal counts, in whichever order they come", async () => {
  const both = [decision("cy@example.com", "withdrawn"), decision("cy@example.com", "given")];
  await record(...both);
  await record(...both.toReversed());
  assert.equal(await hasConsent("cy@example.com", "opens"), false);
});

test("the history names proof, time and who has brought it, sealed, the last one first", async () => {
  await record(decision("eve@example.com", "given", { hoursAgo: 3, wording: "Ja, gern." }));
  await record(decision("eve@example.com", "withdrawn", { hoursAgo: 0, wording: "" }));
  const { lookup } = target("eve@example.com");
  const page = { beforeId: null, limit: 10, lookup, purpose: null };
  const rows = await world.database.read({ role: "request", accountId }, (db) =>
    listConsents(db, accountId, page),
  );
  assert.deepEqual(
    rows.map((row) => [row.decision, row.actor, row.source]),
    [
      ["withdrawn", "key/5", "api"],
      ["given", "key/5", "api"],
    ],
  );
  const given = rows[1] ?? assert.fail();
  assert.ok(!given.sealed.includes("eve@example.com"));
  const proof = { address: "eve@example.com", how: "form", wording: "Ja, gern.", version: "3" };
  assert.deepEqual(openProof(world.keyring, given), proof);
});

test("a consent without its text or its place, or of the future, is refused, and nothing of the request stands", async () => {
  const bad = [
    decision("dan@example.com", "given", { wording: " " }),
    decision("dan@example.com", "given", { how: "" }),
    decision("dan@example.com", "given", { hoursAgo: -1 }),
    decision("dan@example.com", "withdrawn", { hoursAgo: -1 }),
  ];
  for (const each of bad) {
    await assert.rejects(
      record(decision("dan@example.com", "given"), each),
      (error) => error instanceof Refusal && error.code === "invalid",
    );
  }
  assert.equal(await hasConsent("dan@example.com", "opens"), false);
});

test("no role of the service can change or remove a decision", async () => {
  const change = sql`update consent set decision = 'given'`;
  const remove = sql`delete from consent`;
  for (const statement of [change, remove]) {
    await assert.rejects(
      world.database.write({ role: "request", accountId }, (tx) => tx.run(statement)),
      /permission denied/,
    );
    await assert.rejects(
      world.database.write({ role: "delivery" }, (tx) => tx.run(statement)),
      /permission denied/,
    );
  }
});
