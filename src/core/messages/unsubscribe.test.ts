import assert from "node:assert/strict";
import { test } from "node:test";
import { sql } from "../../base/database.ts";
import { historyOf } from "../events/index.ts";
import { addSuppressions, listSuppressions } from "../suppressions/index.ts";
import type { ReaderOf, Regret } from "../tracking/index.ts";
import { type Loaded, MessageLoader } from "./load.ts";
import { type Accepting, openAccepting } from "./testing/acceptance.ts";
import { acceptAndClaim } from "./testing/claimed.ts";
import { submissionOf } from "./testing/contents.ts";
import { resubscribe, unsubscribe } from "./unsubscribe.ts";

const hourMs = 3_600_000;

async function openQueued(t: Parameters<typeof openAccepting>[0]) {
  const setup = await openAccepting(t);
  const held = await acceptAndClaim(setup, { submissions: [submissionOf()] });
  const [{ id: messageId } = assert.fail()] = held;
  const { accountId, keyring } = setup;
  const reader = { accountId, messageId, lookup: keyring.lookup(accountId, "ada@example.com") };
  return { setup, held, reader };
}

function leave({ database, keyring, ids, clock }: Accepting, reader: ReaderOf) {
  const scope = { role: "request", accountId: reader.accountId } as const;
  return database.write(scope, (tx) => unsubscribe(tx, { keyring, ids, now: clock.now() }, reader));
}

function comeBack({ database, keyring, ids, clock }: Accepting, regret: Regret) {
  const scope = { role: "request", accountId: regret.accountId } as const;
  return database.write(scope, (tx) => resubscribe(tx, { keyring, ids, now: clock.now() }, regret));
}

async function standing({ database, keyring, accountId }: Accepting, reader: ReaderOf) {
  return database.read({ role: "request", accountId }, async (db) => {
    const page = { beforeId: null, limit: 10, lookup: reader.lookup };
    const [row] = await listSuppressions(db, accountId, page);
    const events = await historyOf(db, accountId, reader.messageId);
    const place = { table: "suppression", accountId, id: row?.id ?? 0n };
    return {
      cause: row?.cause ?? null,
      source: row?.source ?? null,
      address: row === undefined ? null : keyring.openIdentity(place, row.sealed).toString(),
      events: events.map(({ kind }) => kind),
    };
  });
}

async function regretOf(setup: Accepting, reader: ReaderOf): Promise<Regret> {
  const outcome = await leave(setup, reader);
  return (outcome.kind === "unsubscribed" && outcome.regret) || assert.fail(outcome.kind);
}

const run = ({ database }: Accepting, text: string) =>
  database.write({ role: "operator" }, (tx) => tx.run(sql.script(text)));

test("who leaves is suppressed with their address, and the message tells of it, once", async (t) => {
  const { setup, reader } = await openQueued(t);
  await regretOf(setup, reader);
  assert.deepEqual(await leave(setup, reader), { kind: "already" });
  assert.deepEqual(await standing(setup, reader), {
    cause: "unsubscribe",
    source: "reader",
    address: "ada@example.com",
    events: ["unsubscribed"],
  });
});

test("what is queued for who leaves is stopped before its attempt, and nothing more is queued", async (t) => {
  const { setup, held, reader } = await openQueued(t);
  await leave(setup, reader);
  const loaded: Loaded[] = await setup.database.read({ role: "delivery" }, (db) =>
    new MessageLoader(setup.keyring, setup.links).load(db, held),
  );
  assert.deepEqual(
    loaded.map((each) => each.kind === "suppressed" && each.cause),
    ["unsubscribe"],
  );
  await setup.accept({ submissions: [submissionOf({ to: [{ address: "Ada@Example.com", name: "" }] })] });
  const [counts] = await setup.rows(sql`
    select (select count(*) from delivery) as queued, (select count(*) from message where state = 'blocked') as blocked`);
  assert.deepEqual([counts?.queued, counts?.blocked], [1n, 1n]);
});

test("a link works when its message is long gone, without an address and without an event", async (t) => {
  const { setup, reader } = await openQueued(t);
  await run(setup, "delete from message");
  await regretOf(setup, reader);
  const found = await standing(setup, reader);
  assert.deepEqual([found.cause, found.address, found.events], ["unsubscribe", "", []]);
});

test("a link of an account whose key is destroyed does nothing and fails at nothing", async (t) => {
  const { setup, reader } = await openQueued(t);
  await run(setup, "delete from account_key");
  setup.keyring.forget(setup.accountId);
  assert.deepEqual(await leave(setup, reader), { kind: "closed" });
});

test("leaving is written over a bounce, and cannot be taken back then", async (t) => {
  const { setup, reader } = await openQueued(t);
  const { ids, clock, database, keyring, accountId } = setup;
  const id = ids.next(clock.now());
  const sealed = keyring.sealIdentity({ table: "suppression", accountId, id }, "ada@example.com");
  const bounce = { cause: "bounce", source: "delivery", sourceId: null } as const;
  await database.write({ role: "delivery" }, (tx) =>
    addSuppressions(tx, [
      { accountId, lookup: reader.lookup, id, ...bounce, sealed, createdAt: clock.now() },
    ]),
  );
  assert.deepEqual(await leave(setup, reader), { kind: "unsubscribed", regret: null });
  assert.equal((await standing(setup, reader)).cause, "unsubscribe");
});

test("leaving can be taken back for a day, with an entry in the audit", async (t) => {
  const { setup, reader } = await openQueued(t);
  const regret = await regretOf(setup, reader);
  setup.clock.advance(23 * hourMs);
  assert.equal(await comeBack(setup, regret), true);
  assert.equal(await comeBack(setup, regret), false);
  const found = await standing(setup, reader);
  assert.deepEqual([found.cause, found.events], [null, ["unsubscribed", "resubscribed"]]);
  const [entry] = await setup.rows(sql`select actor, action from audit where action like 'suppression%'`);
  assert.deepEqual(entry, { actor: "link", action: "suppression.removed" });
  const later = await regretOf(setup, reader);
  setup.clock.advance(25 * hourMs);
  assert.equal(await comeBack(setup, later), false);
  assert.equal((await standing(setup, reader)).cause, "unsubscribe");
});

test("taking back does not undo a later unsubscription, nor one of another reader", async (t) => {
  const { setup, reader } = await openQueued(t);
  const first = await regretOf(setup, reader);
  await comeBack(setup, first);
  await regretOf(setup, reader);
  assert.equal(await comeBack(setup, first), false);
  const other = { ...first, lookup: setup.keyring.lookup(setup.accountId, "bob@example.com") };
  assert.equal(await comeBack(setup, other), false);
  assert.equal((await standing(setup, reader)).cause, "unsubscribe");
});

test("who leaves twice at once leaves once", async (t) => {
  const { setup, reader } = await openQueued(t);
  const outcomes = await Promise.all(Array.from({ length: 6 }, () => leave(setup, reader)));
  assert.deepEqual(outcomes.map(({ kind }) => kind).sort(), [
    ...Array.from({ length: 5 }, () => "already"),
    "unsubscribed",
  ]);
  assert.deepEqual((await standing(setup, reader)).events, ["unsubscribed"]);
});
