import assert from "node:assert/strict";
import { after, test } from "node:test";
import { openWorld } from "../../../tests/support/world.ts";
import { sql } from "../../base/database.ts";
import { type ConsentDecision, recordConsents } from "../consent/index.ts";
import type { TrackingMode } from "./mode.ts";
import { writePolicy } from "./policy-store.ts";
import type { ReadingToken } from "./reading-token.ts";
import { recordReadings } from "./record-readings.ts";

const world = await openWorld({ after });
const { accountId } = await world.account();
const { database, keyring, ids, clock } = world;
const lookup = keyring.lookup(accountId, "ada@example.com");
const messageId = ids.next(clock.now());

const target = "https://shop.example/sale?utm=1";
const click: ReadingToken = {
  ...{ accountId, campaignId: null, kind: "clicked", position: 1, target },
  reader: { messageId, lookup },
};
const opening: ReadingToken = { accountId, campaignId: null, kind: "opened", reader: { messageId, lookup } };
const shared: ReadingToken = { ...click, reader: null };

let deliveredMsAgo = 86_400_000;
const deliveredAt = async () => new Map([[messageId, new Date(clock.now().getTime() - deliveredMsAgo)]]);

function record(tokens: ReadingToken[], limit: TrackingMode = "identified"): Promise<number> {
  const readings = tokens.map((token) => ({ token, verdict: "people" as const, country: "FR" }));
  return database.write({ role: "delivery" }, (tx) =>
    recordReadings(tx, { keyring, ids, now: clock.now(), limit, deliveredAt }, readings),
  );
}

function decide(decision: ConsentDecision, purposes: ("opens" | "clicks")[]): Promise<void> {
  clock.advance(1000);
  const proof = { address: "ada@example.com", how: "form", wording: "I agree.", version: "" };
  const made = {
    lookup,
    purposes,
    decision,
    decidedAt: clock.now(),
    proof,
    source: "api",
    sourceId: null,
  } as const;
  return database.write({ role: "request", accountId }, (tx) =>
    recordConsents(tx, { keyring, ids, now: clock.now() }, { accountId, actor: { kind: "operator" } }, [
      made,
    ]),
  );
}

const set = (mode: TrackingMode) =>
  database.write({ role: "request", accountId }, (tx) =>
    writePolicy(tx, accountId, { mode, opensByDefault: false, clicksByDefault: false }, clock.now()),
  );

async function lastVerdict(): Promise<[string, string | null] | undefined> {
  const row = await database.read({ role: "operator" }, (db) =>
    db.row<{ verdict: string; country: string | null }>(
      sql`select e.verdict, e.country from event e order by e.id desc limit 1`,
    ),
  );
  return row && [row.verdict, row.country];
}

async function last(): Promise<{ messageId: bigint | null; url: string } | undefined> {
  const row = await database.read({ role: "operator" }, (db) =>
    db.row<{ id: bigint; messageId: bigint | null; sealed: Buffer }>(sql`
      select e.id, e.message_id as "messageId", e.sealed from event e where e.kind = 'clicked' order by e.id desc limit 1`),
  );
  if (row === undefined) return undefined;
  const words = keyring.openIdentity({ table: "event", accountId, id: row.id }, row.sealed).toString();
  return { messageId: row.messageId, url: (JSON.parse(words) as { url: string }).url };
}

test("a link of one reader's own records nothing before there is consent, and a shared one counts", async () => {
  await set("identified");
  assert.equal(await record([click, opening]), 0);
  assert.equal(await record([shared]), 1);
  assert.deepEqual(await last(), { messageId: null, url: "https://shop.example/sale" });
});

test("with consent it names the message, for the purpose that was agreed to and no other", async () => {
  await decide("given", ["clicks"]);
  assert.equal(await record([opening]), 0);
  assert.equal(await record([click]), 1);
  assert.deepEqual(await last(), { messageId, url: target });
});

test("where the account, or the operator, wants to know less by now, the reader is not named, or not counted", async () => {
  await set("anonymous");
  assert.equal(await record([click]), 1);
  assert.deepEqual(await last(), { messageId: null, url: "https://shop.example/sale" });
  await set("off");
  assert.equal(await record([click, shared]), 0);
  await set("identified");
  assert.equal(await record([click, shared], "off"), 0);
  assert.equal(await record([click], "anonymous"), 1);
  assert.equal((await last())?.messageId, null);
});

test("a click right behind the delivery is a machine's, and one that comes later a person's", async () => {
  deliveredMsAgo = 500;
  await record([click]);
  assert.deepEqual(await lastVerdict(), ["machine", null]);
  deliveredMsAgo = 60_000;
  await record([click]);
  assert.deepEqual(await lastVerdict(), ["people", "FR"]);
});

test("after a withdrawal the old link and the old picture record nothing at all", async () => {
  await decide("given", ["opens"]);
  assert.equal(await record([click, opening]), 2);
  await decide("withdrawn", ["opens", "clicks"]);
  for (const limit of ["identified", "anonymous"] as const)
    assert.equal(await record([click, opening], limit), 0);
});
