import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { sql } from "../../base/database.ts";
import { messageReasons } from "../delivery/index.ts";
import type { DeliveryKind } from "../events/index.ts";
import type { ClaimedDelivery } from "./load.ts";
import { type Settlement, settle } from "./settle.ts";
import { type Accepting, openAccepting } from "./testing/acceptance.ts";
import { acceptAndClaim, claimDue, settlementFor } from "./testing/claimed.ts";
import { submissionOf } from "./testing/contents.ts";

const minuteMs = 60_000;

function write(setup: Accepting, settlements: Settlement[]): Promise<number> {
  return setup.database.write({ role: "delivery" }, (tx) => settle(tx, settlements));
}

function suppressionFor(setup: Accepting, address: string): NonNullable<Settlement["suppression"]> {
  const { keyring, ids, clock, accountId } = setup;
  const id = ids.next(clock.now());
  const sealed = keyring.sealIdentity({ table: "suppression", accountId, id }, address);
  return { lookup: keyring.lookup(accountId, address), id, sealed };
}

/** Everything that settling writes: the message, its place in the queue, its events, the suppressions. */
async function writtenOf(setup: Accepting): Promise<Record<string, unknown>[]> {
  return setup.rows(sql`
    select m.state, m.reason, m.attempts, m.was_unknown as "wasUnknown", m.changed_at as "changedAt",
      (select array_agg(e.kind order by e.id) from event e where e.message_id = m.id) as events,
      d.due_at as "dueAt", d.attempts as tries, d.is_repeat as "isRepeat", d.claimed_by as "claimedBy",
      exists (select from suppression s where s.lookup = m.lookup) as "isSuppressed"
    from message m left join delivery d on d.id = m.id order by m.id`);
}

const gone = { dueAt: null, tries: null, isRepeat: null, claimedBy: null };

test("each way a message can end is written to its state and its history, and takes it out of the queue", async (t) => {
  const setup = await openAccepting(t);
  const ends: { kind: DeliveryKind; isAttempt: boolean; wasUnknown?: boolean }[] = [
    { kind: "sent", isAttempt: true },
    { kind: "bounced", isAttempt: true },
    { kind: "blocked", isAttempt: false },
    { kind: "cancelled", isAttempt: false },
    { kind: "expired", isAttempt: true },
    { kind: "unknown", isAttempt: true, wasUnknown: true },
  ];
  const held = await acceptAndClaim(setup, { submissions: ends.map(() => submissionOf()) });
  setup.clock.advance(minuteMs);
  const settlements = ends.map(({ kind, isAttempt }, index) =>
    settlementFor(setup, held[index] as ClaimedDelivery, {
      kind,
      isAttempt,
      reason: messageReasons.policyIssue,
    }),
  );
  assert.equal(await write(setup, settlements), ends.length);
  assert.deepEqual(
    await writtenOf(setup),
    ends.map(({ kind, isAttempt, wasUnknown = false }) => ({
      ...{ state: kind, reason: messageReasons.policyIssue, attempts: isAttempt ? 1 : 0, wasUnknown },
      ...{ changedAt: setup.clock.now(), events: [kind], ...gone, isSuppressed: false },
    })),
  );
});

test("a deferred message waits in the queue for its next attempt, and one of unknown outcome as a repeat", async (t) => {
  const setup = await openAccepting(t);
  const held = await acceptAndClaim(setup, { submissions: [submissionOf(), submissionOf()] });
  const retryAt = new Date(setup.clock.now().getTime() + 5 * minuteMs);
  const kinds = ["deferred", "unknown"] as const;
  await write(
    setup,
    kinds.map((kind, index) => settlementFor(setup, held[index] as ClaimedDelivery, { kind, retryAt })),
  );
  const waiting = {
    state: "deferred",
    reason: null,
    attempts: 1,
    changedAt: setup.clock.now(),
    isSuppressed: false,
  };
  const place = { dueAt: retryAt, tries: 1, claimedBy: null };
  assert.deepEqual(await writtenOf(setup), [
    { ...waiting, wasUnknown: false, events: ["deferred"], ...place, isRepeat: false },
    { ...waiting, wasUnknown: true, events: ["unknown"], ...place, isRepeat: true },
  ]);
});

test("what became unknown once stays marked, whatever comes after", async (t) => {
  const setup = await openAccepting(t);
  const [first] = await acceptAndClaim(setup);
  await write(setup, [settlementFor(setup, first!, { kind: "unknown", retryAt: setup.clock.now() })]);
  const [second] = await claimDue(setup, 1);
  await write(setup, [settlementFor(setup, second!, { kind: "sent" })]);
  const [written] = await writtenOf(setup);
  assert.deepEqual([written?.state, written?.wasUnknown, written?.attempts], ["sent", true, 2]);
  assert.deepEqual(written?.events, ["unknown", "sent"]);
});

test("a hard bounce suppresses its address in the same transaction", async (t) => {
  const setup = await openAccepting(t);
  const [held] = await acceptAndClaim(setup);
  const suppression = suppressionFor(setup, "ada@example.com");
  const bounced = settlementFor(setup, held!, {
    kind: "bounced",
    reason: messageReasons.userUnknown,
    suppression,
  });
  await assert.rejects(
    setup.database.write({ role: "delivery" }, async (tx) => {
      await settle(tx, [bounced]);
      throw new Error("before the commit");
    }),
  );
  const [before] = await writtenOf(setup);
  assert.deepEqual(
    [before?.state, before?.events, before?.claimedBy, before?.isSuppressed],
    ["queued", null, 1, false],
    "nothing of it",
  );
  await write(setup, [bounced]);
  const [after] = await writtenOf(setup);
  assert.deepEqual(
    [after?.state, after?.events, after?.tries, after?.isSuppressed],
    ["bounced", ["bounced"], null, true],
  );
  const [row] = await setup.rows(sql`select s.cause, s.source_id from suppression s`);
  assert.deepEqual(row, { cause: "bounce", source_id: held?.id });
});

test("an address that is suppressed already keeps its first cause", async (t) => {
  const setup = await openAccepting(t);
  const held = await acceptAndClaim(setup, { submissions: [submissionOf(), submissionOf()] });
  for (const each of held) {
    const suppression = suppressionFor(setup, "ada@example.com");
    await write(setup, [settlementFor(setup, each, { kind: "bounced", suppression })]);
  }
  const rows = await setup.rows(sql`select s.source_id from suppression s`);
  assert.deepEqual(rows, [{ source_id: held[0]?.id }]);
});

test("an outcome whose claim has passed to another writes nothing at all", async (t) => {
  const setup = await openAccepting(t);
  const [old] = await acceptAndClaim(setup);
  await write(setup, [settlementFor(setup, old!, { kind: "deferred", retryAt: setup.clock.now() })]);
  const [fresh] = await claimDue(setup, 2, new Date(setup.clock.now().getTime() + minuteMs));
  assert.ok(fresh !== undefined && fresh.claim.epoch > (old as ClaimedDelivery).claim.epoch);
  const before = await writtenOf(setup);
  const suppression = suppressionFor(setup, "ada@example.com");
  const stale = [
    settlementFor(setup, old!, { kind: "bounced", suppression }),
    settlementFor(setup, old!, {
      kind: "deferred",
      retryAt: new Date(setup.clock.now().getTime() + minuteMs),
    }),
  ];
  for (const each of stale) assert.equal(await write(setup, [each]), 0);
  assert.deepEqual(await writtenOf(setup), before);
});

test("an outcome that is written a second time, from the journal, changes nothing", async (t) => {
  const setup = await openAccepting(t);
  const held = await acceptAndClaim(setup, { submissions: [submissionOf(), submissionOf()] });
  const settlements = [
    settlementFor(setup, held[0]!, { kind: "sent" }),
    settlementFor(setup, held[1]!, { kind: "deferred", retryAt: setup.clock.now() }),
  ];
  assert.equal(await write(setup, settlements), 2);
  const before = await writtenOf(setup);
  assert.equal(await write(setup, settlements), 0);
  assert.deepEqual(await writtenOf(setup), before);
});

test("of a group, those still under their claim are written and the others are not", async (t) => {
  const setup = await openAccepting(t);
  const held = await acceptAndClaim(setup, { submissions: [submissionOf(), submissionOf(), submissionOf()] });
  await write(setup, [settlementFor(setup, held[1]!)]);
  assert.equal(
    await write(
      setup,
      held.map((each) => settlementFor(setup, each, { kind: "bounced" })),
    ),
    2,
  );
  assert.deepEqual(
    (await writtenOf(setup)).map(({ state, events }) => [state, events]),
    [
      ["bounced", ["bounced"]],
      ["sent", ["sent"]],
      ["bounced", ["bounced"]],
    ],
  );
});

test("settling nothing is no trouble", async (t) => {
  assert.equal(await write(await openAccepting(t), []), 0);
});

const kind = fc.constantFrom<DeliveryKind[]>(
  "sent",
  "deferred",
  "bounced",
  "blocked",
  "cancelled",
  "expired",
  "unknown",
);

test("after any outcomes, a message waits in the queue exactly when its state is not final", async (t) => {
  const setup = await openAccepting(t);
  const outcomes = fc.array(fc.record({ kind, isRetried: fc.boolean() }), { minLength: 1, maxLength: 6 });
  await fc.assert(
    fc.asyncProperty(outcomes, async (all) => {
      const held = await acceptAndClaim(setup, { submissions: all.map(() => submissionOf()) });
      const fresh = held.slice(-all.length);
      // Far away, so that the next round does not claim it again.
      const retryAt = new Date(setup.clock.now().getTime() + 10_000 * minuteMs);
      const settlements = all.map(({ kind: each, isRetried }, index) => {
        const waits = each === "deferred" || (each === "unknown" && isRetried);
        return settlementFor(setup, fresh[index]!, { kind: each, retryAt: waits ? retryAt : null });
      });
      assert.equal(await write(setup, settlements), all.length);
      const [broken] = await setup.rows(sql`
        select count(*) from message m
        where (m.state in ('queued', 'deferred')) <> exists (select from delivery d where d.id = m.id)`);
      assert.equal(broken?.count, 0n);
    }),
    { numRuns: 15 },
  );
});
