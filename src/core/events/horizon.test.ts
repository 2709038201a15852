import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { openWorld, type World } from "../../../tests/support/world.ts";
import { sql } from "../../base/database.ts";
import type { RecordedEvent } from "./event.ts";
import { EventHorizon } from "./horizon.ts";
import { lastPosition, selectAccountsWithNews, selectLog } from "./log-store.ts";
import { recordEvents } from "./store.ts";

function eventOf(world: World, accountId: bigint) {
  const id = world.ids.next(world.clock.now());
  const bare = { reason: null, replyCode: null, enhanced: null, sealed: null };
  return { accountId, id, messageId: id, kind: "sent" as const, ...bare };
}

/** A transaction that has written its event and stays open until it is told how to end. */
async function lingering(world: World, accountId: bigint) {
  const event = eventOf(world, accountId);
  const written = Promise.withResolvers<void>();
  const end = Promise.withResolvers<"commit" | "rollback">();
  const done = world.database
    .write({ role: "delivery" }, async (tx) => {
      await recordEvents(tx, [event]);
      written.resolve();
      if ((await end.promise) === "rollback") throw new Error("rolled back");
    })
    .catch(() => {});
  await written.promise;
  return {
    event,
    finish: async (how: "commit" | "rollback") => {
      end.resolve(how);
      await done;
    },
  };
}

function read(world: World, accountId: bigint, after: bigint, until: bigint): Promise<RecordedEvent[]> {
  const range = { after, until, kinds: null, messageId: null, ids: null, limit: 1000 };
  return world.database.read({ role: "relay" }, (reader) => selectLog(reader, accountId, range));
}

test("what was written by a transaction that ends late is not passed over", async (t) => {
  const world = await openWorld(t);
  const { accountId } = await world.account();
  const late = await lingering(world, accountId);
  await world.database.write({ role: "delivery" }, (tx) => recordEvents(tx, [eventOf(world, accountId)]));
  const horizon = new EventHorizon(world.database);
  const before = await horizon.advance();
  assert.deepEqual(await read(world, accountId, 0n, before), [], "the later event waits for the earlier one");
  await late.finish("commit");
  const after = await horizon.advance();
  const events = await read(world, accountId, before, after);
  assert.equal(events.length, 2);
  assert.equal(events[0]?.id, late.event.id);
});

test("a transaction that is undone, and one that writes no event, hold nothing up for good", async (t) => {
  const world = await openWorld(t);
  const { accountId } = await world.account();
  const undone = await lingering(world, accountId);
  await world.database.write({ role: "delivery" }, (tx) => recordEvents(tx, [eventOf(world, accountId)]));
  await undone.finish("rollback");
  // Long, with a transaction number, and without an interest in events.
  const other = Promise.withResolvers<void>();
  const elsewhere = world.database.write({ role: "operator" }, async (tx) => {
    await tx.run(sql`update account set day_quota = 5 where id = ${accountId}`);
    await other.promise;
  });
  const horizon = new EventHorizon(world.database);
  assert.equal((await read(world, accountId, 0n, await horizon.advance())).length, 1);
  other.resolve();
  await elsewhere;
});

test("a reader that goes on from the horizon sees every event once, whoever writes meanwhile and however long it takes", async (t) => {
  const world = await openWorld(t);
  const { accountId } = await world.account();
  const written = new Set<bigint>();
  const seen: RecordedEvent[] = [];
  let isWriting = true;
  const writer = async (index: number) => {
    for (let round = 0; round < 12; round++) {
      const events = [eventOf(world, accountId), eventOf(world, accountId)];
      const isUndone = (index + round) % 5 === 0;
      const work = world.database.write({ role: "delivery" }, async (tx) => {
        await recordEvents(tx, events.slice(0, 1));
        await pause(Math.random() * 20);
        await recordEvents(tx, events.slice(1));
        if (isUndone) throw new Error("rolled back");
      });
      await work.then(
        () => {
          for (const { id } of events) written.add(id);
        },
        () => {},
      );
    }
  };
  const follow = async () => {
    const horizon = new EventHorizon(world.database);
    let after = 0n;
    for (;;) {
      const isLast = !isWriting;
      const until = await horizon.advance();
      seen.push(...(await read(world, accountId, after, until)));
      after = until;
      if (isLast) return;
    }
  };
  const following = follow();
  await Promise.all([0, 1, 2, 3].map(writer));
  isWriting = false;
  await following;
  assert.deepEqual(new Set(seen.map(({ id }) => id)), written);
  assert.equal(seen.length, written.size, "none twice");
  const positions = seen.map(({ logPosition }) => logPosition);
  assert.deepEqual(
    positions,
    positions.toSorted((a, b) => (a < b ? -1 : 1)),
    "in one order",
  );
});

test("who has news is told for a part of the log, and the log shows each account its own", async (t) => {
  const world = await openWorld(t);
  const [one, other] = [await world.account("One"), await world.account("Other")];
  const write = (accountId: bigint) =>
    world.database.write({ role: "delivery" }, (tx) => recordEvents(tx, [eventOf(world, accountId)]));
  await write(one.accountId);
  const middle = await world.database.read({ role: "relay" }, lastPosition);
  await write(other.accountId);
  const until = await new EventHorizon(world.database).advance();
  const news = (after: bigint) =>
    world.database.read({ role: "relay" }, (reader) => selectAccountsWithNews(reader, after, until));
  assert.deepEqual(await news(middle), [other.accountId]);
  assert.equal((await news(0n)).length, 2);
  const own = await world.database.read({ role: "request", accountId: one.accountId }, (reader) =>
    selectLog(reader, other.accountId, {
      ...{ after: 0n, until, kinds: null, messageId: null, ids: null, limit: 10 },
    }),
  );
  assert.deepEqual(own, []);
});
