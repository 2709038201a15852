import assert from "node:assert/strict";
import { after, test } from "node:test";
import { openWorld } from "../../../tests/support/world.ts";
import { sql } from "../../base/database.ts";
import { Refusal } from "../../base/errors.ts";
import type { ConsentDecision, ConsentPurpose } from "./consent.ts";
import { consentsInForce, type DecisionMade, openProof, recordConsents, recordWithdrawal } from "./record.ts";
import { listConsents, selectLatestConsents } from "./store.ts";

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
    proof: { address, how, wording, version: "3" },
  };
}

function record(...decisions: DecisionMade[]): Promise<void> {
  const { keyring, ids, clock } = world;
  return world.database.write({ role: "request", accountId }, (tx) =>
    recordConsents(tx, { keyring, ids, now: clock.now() }, { accountId, actor }, decisions),
  );
}

/** Takes back what a reader has agreed to, as the page of a mail does it. */
function withdraw(address: string): Promise<void> {
  const { keyring, ids, clock } = world;
  const proof = { address, how: "page", wording: "", version: "" };
  const wish = { ...target(address), purpose: "opens", messageId: 7n, proof } as const;
  return world.database.write({ role: "request", accountId }, (tx) =>
    recordWithdrawal(tx, { keyring, ids, now: clock.now() }, wish),
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

test("a consent that a fast clock dates ahead is taken back by the reader a moment later", async () => {
  await record(decision("flo@example.com", "given", { hoursAgo: -50 / 3600 }));
  world.clock.advance(20_000);
  await withdraw("flo@example.com");
  assert.equal(await hasConsent("flo@example.com", "opens"), false);
});

test("what a reader takes back counts, even if the clock of who wrote the consent is ahead of ours", async () => {
  await record(decision("gus@example.com", "given", { hoursAgo: 0 }));
  world.clock.advance(-5000);
  await withdraw("gus@example.com");
  assert.equal(await hasConsent("gus@example.com", "opens"), false);
  world.clock.advance(5000);
});

test("whoever takes back again and again, also at once, adds one row", async () => {
  await record(decision("hal@example.com", "given"));
  await Promise.all(Array.from({ length: 6 }, () => withdraw("hal@example.com")));
  await withdraw("hal@example.com");
  const { lookup } = target("hal@example.com");
  const page = { beforeId: null, limit: 100, lookup, purpose: null };
  const rows = await world.database.read({ role: "request", accountId }, (db) =>
    listConsents(db, accountId, page),
  );
  assert.deepEqual(
    rows.map((row) => [row.decision, row.source, row.actor, row.sourceId]),
    [
      ["withdrawn", "reader", "link", 7n],
      ["given", "api", "key/5", null],
    ],
  );
});

test("what is in force is found by one look a purpose, however long the history is", async () => {
  const [reader, sealed] = [target("ivy@example.com"), Buffer.alloc(40)];
  await world.database.write({ role: "operator" }, async (tx) => {
    await tx.run(sql`
      insert into consent (account_id, id, lookup, purpose, decision, source, actor, decided_at, sealed)
      select ${accountId}, n, ${reader.lookup}, 'opens', 'given', 'api', 'key/5',
        timestamptz '2026-01-01' + n * interval '1 second', ${sealed}
      from generate_series(1, 2000) n`);
    await tx.run(sql`analyze consent`);
  });
  const looked = await world.database.write({ role: "request", accountId }, async (tx) => {
    const [latest] = await selectLatestConsents(tx, [reader]);
    assert.equal(latest?.id, 2000n);
    return tx.rows<{ rows: number }>(sql`
      select (idx_tup_fetch + seq_tup_read)::int as rows from pg_stat_xact_user_tables where relname = 'consent'`);
  });
  assert.ok((looked[0]?.rows ?? 2000) < 100, JSON.stringify(looked));
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
