import assert from "node:assert/strict";
import { after, test } from "node:test";
import { Refusal } from "../../../base/errors.ts";
import { type EventKind, recordEvents } from "../../../core/events/index.ts";
import type { EventQuery } from "../api/event-api.ts";
import type { Principal } from "../principal.ts";
import { eventApi } from "./api-events.ts";
import { openServiceWorld } from "./testing/service-world.ts";

const world = await openServiceWorld({ after });
const { context, database, clock, ids } = world;
const feed = eventApi(context);
const never = new AbortController().signal;
const everything: EventQuery = { after: null, kinds: null, from: null, limit: 100, waitSeconds: 0 };

async function happen({ accountId }: Principal, ...kinds: EventKind[]): Promise<string[]> {
  const bare = { reason: null, replyCode: null, enhanced: null, sealed: null };
  const events = kinds.map((kind) => {
    const id = ids.next(clock.now());
    return { accountId, id, messageId: id, kind, ...bare };
  });
  await database.write({ role: "delivery" }, (tx) => recordEvents(tx, events));
  return events.map(({ id }) => String(id));
}

async function readAll(principal: Principal, query: EventQuery): Promise<string[]> {
  const read: string[] = [];
  for (let next = query.after; ; ) {
    const page = await feed.readEvents(principal, { ...query, after: next }, never);
    read.push(...page.events.map(({ id }) => id));
    assert.ok(page.events.length <= query.limit);
    next = page.next;
    if (!page.hasMore) return read;
  }
}

test("pages show every event of the account once, in the order of the log, and a reader goes on from where it was", async () => {
  const [principal, other] = [await world.principal(), await world.principal("Other")];
  const happened = await happen(principal, "deferred", "sent", "bounced", "blocked", "expired");
  await happen(other, "sent");
  for (const limit of [1, 2, 5, 100]) {
    assert.deepEqual(await readAll(principal, { ...everything, limit }), happened, `pages of ${limit}`);
  }
  const { next } = await feed.readEvents(principal, everything, never);
  assert.deepEqual((await feed.readEvents(principal, { ...everything, after: next }, never)).events, []);
  const later = await happen(principal, "complained");
  assert.deepEqual(await readAll(principal, { ...everything, after: next }), later);
});

test("kinds and a time leave out the rest, however late something was written", async () => {
  const principal = await world.principal();
  const [old = ""] = await happen(principal, "sent");
  // From a journal: it happened now and is written after what follows.
  const late = { accountId: principal.accountId, id: ids.next(clock.now()), kind: "sent" as const };
  clock.advance(60_000);
  const from = clock.now();
  const [bounced = "", sent = ""] = await happen(principal, "bounced", "sent");
  const bare = { reason: null, replyCode: null, enhanced: null, sealed: null };
  await database.write({ role: "delivery" }, (tx) =>
    recordEvents(tx, [{ ...late, messageId: late.id, ...bare }]),
  );
  const kinds: EventKind[] = ["sent"];
  assert.deepEqual(await readAll(principal, { ...everything, kinds }), [old, sent, String(late.id)]);
  assert.deepEqual(await readAll(principal, { ...everything, from }), [bounced, sent]);
  assert.deepEqual(await readAll(principal, { ...everything, kinds, from, limit: 1 }), [sent]);
});

test("a reader that waits is answered when something happens, and when it has gone", async () => {
  const principal = await world.principal();
  const waiting = feed.readEvents(principal, { ...everything, waitSeconds: 25 }, never);
  const happened = await happen(principal, "sent");
  assert.deepEqual(
    (await waiting).events.map(({ id }) => id),
    happened,
  );
  const gone = new AbortController();
  const { next } = await waiting;
  const left = feed.readEvents(principal, { ...everything, after: next, waitSeconds: 25 }, gone.signal);
  gone.abort();
  assert.deepEqual((await left).events, []);
});

test("a place behind the end of the log is refused: a restored database would lose what is written next", async () => {
  const principal = await world.principal();
  const { next } = await feed.readEvents(principal, everything, never);
  await assert.rejects(
    feed.readEvents(principal, { ...everything, after: next + 1_000_000n }, never),
    (error) =>
      error instanceof Refusal && error.code === "invalid" && /restored/.test(JSON.stringify(error.details)),
  );
});
