import assert from "node:assert/strict";
import { test } from "node:test";
import { openWorld } from "../../../tests/support/world.ts";
import { idAt } from "../../base/ids.ts";
import { messageReasons, type Outcome } from "../../core/delivery/index.ts";
import type { ClaimedDelivery, ComposeInput } from "../../core/messages/index.ts";
import {
  crashRetryMs,
  crashSettlement,
  refusalSettlement,
  settlementOf,
  type VerdictContext,
} from "./verdict.ts";

const minuteMs = 60_000;
const reply = { code: 550, enhanced: "5.1.1", text: "No such user here" };
const bounced: Outcome = {
  ...{ kind: "bounced", scope: "recipient", reason: messageReasons.userUnknown, isHard: true },
  ...{ reply, detail: "refused at rcpt" },
};
const deferred: Outcome = {
  ...{ kind: "deferred", scope: "destination", reason: messageReasons.greylisted },
  ...{ reply: { code: 450, text: "later" }, detail: "refused at rcpt" },
};
const unknown: Outcome = { kind: "unknown", detail: "connection reset after the message was sent" };

async function open(t: Parameters<typeof openWorld>[0]) {
  const world = await openWorld(t);
  const { accountId } = await world.account();
  const now = world.clock.now();
  const context: VerdictContext = { ...world, random: () => 0.5 };
  const delivery = (change: Partial<ClaimedDelivery> = {}): ClaimedDelivery => ({
    ...{ lane: 3, id: idAt(now), accountId, contentId: 1n, partId: null, route: "example.com", band: 0 },
    ...{ dueAt: now, expiresAt: new Date(now.getTime() + 5 * 24 * 60 * minuteMs), attempts: 0 },
    ...{
      isBulk: false,
      isRepeat: false,
      isReport: false,
      claim: { lane: 3, id: idAt(now), nodeId: 1, epoch: 1n },
    },
    ...change,
  });
  const lookup = world.keyring.lookup(accountId, "ada@example.com");
  const input = { accountId, lookup, identity: { address: "Ada@example.com" } } as ComposeInput;
  const wordsOf = (eventId: bigint, sealed: Buffer | null) => {
    assert.ok(sealed !== null);
    const plain = world.keyring.openIdentity({ table: "event", accountId, id: eventId }, sealed);
    return JSON.parse(plain.toString()) as unknown;
  };
  return { world, now, context, delivery, input, lookup, accountId, wordsOf };
}

test("a hard bounce suppresses the address; a soft one, or one of which the address is not known, does not", async (t) => {
  const { world, context, delivery, input, lookup, accountId } = await open(t);
  const hard = settlementOf(context, delivery(), bounced, { input, host: "mx.example.com" });
  assert.deepEqual(
    [hard.kind, hard.reason, hard.retryAt, hard.isAttempt],
    ["bounced", messageReasons.userUnknown, null, true],
  );
  assert.deepEqual([hard.replyCode, hard.enhanced], [550, "5.1.1"]);
  assert.deepEqual(hard.suppression?.lookup, lookup);
  const place = { table: "suppression", accountId, id: hard.suppression?.id ?? 0n };
  assert.equal(
    world.keyring.openIdentity(place, hard.suppression?.sealed ?? Buffer.alloc(0)).toString(),
    "Ada@example.com",
  );
  const soft = settlementOf(context, delivery(), { ...bounced, isHard: false }, { input, host: null });
  assert.equal(soft.suppression, null);
  assert.equal(settlementOf(context, delivery(), bounced, { input: null, host: null }).suppression, null);
});

test("the server's words are kept sealed, with its name and with what we say ourselves", async (t) => {
  const { context, delivery, input, wordsOf } = await open(t);
  const written = settlementOf(context, delivery(), bounced, { input, host: "mx.example.com" });
  assert.deepEqual(wordsOf(written.eventId, written.sealed), {
    text: "No such user here",
    detail: "refused at rcpt",
    host: "mx.example.com",
  });
  assert.ok(!written.sealed?.includes("No such user"));
});

test("a deferred message is due again by the schedule, counted from the attempts it had, and expires at its end", async (t) => {
  const { context, delivery, input, now } = await open(t);
  const attempt = { input, host: null };
  const first = settlementOf(context, delivery(), deferred, attempt);
  assert.deepEqual([first.kind, first.retryAt?.getTime()], ["deferred", now.getTime() + 5 * minuteMs]);
  const third = settlementOf(context, delivery({ attempts: 2 }), deferred, attempt);
  assert.equal(third.retryAt?.getTime(), now.getTime() + 30 * minuteMs);
  const last = delivery({ attempts: 9, expiresAt: new Date(now.getTime() + 60 * minuteMs) });
  const expired = settlementOf(context, last, deferred, attempt);
  assert.deepEqual(
    [expired.kind, expired.retryAt, expired.reason],
    ["expired", null, messageReasons.greylisted],
  );
});

test("an unknown outcome is tried again once; a second one, bulk mail and what expires before are held", async (t) => {
  const { context, delivery, input, now } = await open(t);
  const retryOf = (change: Partial<ClaimedDelivery>) => {
    const written = settlementOf(context, delivery(change), unknown, { input, host: null });
    assert.equal(written.kind, "unknown");
    return written.retryAt?.getTime() ?? null;
  };
  assert.equal(retryOf({}), now.getTime() + 10 * minuteMs);
  assert.equal(retryOf({ isRepeat: true }), null);
  assert.equal(retryOf({ isBulk: true }), null);
  assert.equal(retryOf({ expiresAt: new Date(now.getTime() + 10 * minuteMs) }), null);
});

test("after a crash the peer has decided long since, so the retry comes soon; a second crash is held", async (t) => {
  const { context, delivery, now, wordsOf } = await open(t);
  const first = crashSettlement(context, delivery());
  assert.deepEqual(
    [first.kind, first.isAttempt, first.retryAt?.getTime()],
    ["unknown", true, now.getTime() + crashRetryMs],
  );
  assert.match(JSON.stringify(wordsOf(first.eventId, first.sealed)), /ended before the reply/);
  assert.equal(crashSettlement(context, delivery({ isRepeat: true })).retryAt, null);
});

test("what was not attempted says so, and keeps words only when there are some", async (t) => {
  const { context, delivery, wordsOf } = await open(t);
  const cancelled = refusalSettlement(context, delivery(), "cancelled", null);
  assert.deepEqual([cancelled.kind, cancelled.isAttempt, cancelled.sealed], ["cancelled", false, null]);
  const blocked = refusalSettlement(context, delivery(), "blocked", messageReasons.templateError, "Line 3");
  assert.deepEqual(wordsOf(blocked.eventId, blocked.sealed), { text: null, detail: "Line 3", host: null });
});

test("every outcome has an event id of its own that carries the time", async (t) => {
  const { context, delivery, input, now } = await open(t);
  const ids = Array.from(
    { length: 50 },
    () => settlementOf(context, delivery(), deferred, { input, host: null }).eventId,
  );
  assert.equal(new Set(ids).size, 50);
  assert.ok(ids.every((id) => id >= idAt(now)));
});
