import { sql } from "../../src/base/database.ts";
import { EventHorizon, follow, recordEvents } from "../../src/core/events/index.ts";
import { countNext } from "../../src/core/statistics/index.ts";
import type { ProbedWorld } from "./context.ts";
import { change, type Mutation } from "./mutation.ts";

async function writeAnEvent({ database, ids, clock }: ProbedWorld): Promise<void> {
  const id = ids.next(clock.now());
  const bare = { reason: null, replyCode: null, enhanced: null, sealed: null };
  const [account] = await database.read({ role: "operator" }, (reader) =>
    reader.rows<{ id: bigint }>(sql`select a.id from account a order by a.id limit 1`),
  );
  const event = { accountId: account?.id ?? 0n, id, messageId: id, kind: "sent" as const, ...bare };
  await database.write({ role: "delivery" }, (tx) => recordEvents(tx, [event]));
}

/** Something happens, and the statistics know of it. */
async function countAnEvent(world: ProbedWorld): Promise<void> {
  const { database, keyring, ids, clock } = world;
  await world.account();
  await writeAnEvent(world);
  const wish = { name: "statistics", nodeId: 1, epoch: null } as const;
  const following = await database.write({ role: "relay" }, (tx) => follow(tx, wish, clock.now()));
  if (following === null) throw new Error("Somebody else counts.");
  const horizon = await new EventHorizon(database).advance();
  await countNext({ database, keyring, ids, now: clock.now() }, following, horizon);
  const { outcome, detail } = await world.probe("statistics");
  if (outcome !== "kept") throw new Error(`The statistics are wrong before anything was done: ${detail}`);
}

/** Sums that are not those of the events. */
export const statisticsMutations: Mutation[] = [
  {
    name: "an event that was added twice",
    probe: "statistics",
    violate: async (world) => {
      await countAnEvent(world);
      await change("update statistic set sent = sent + 1 where timing = 'event'")(world);
    },
  },
  {
    name: "an event that was passed over",
    probe: "statistics",
    violate: async (world) => {
      await countAnEvent(world);
      await writeAnEvent(world);
      await change(
        "update follower set position = (select last_value from event_log_position_seq) where name = 'statistics'",
      )(world);
    },
  },
  {
    name: "a day that is not the sum of its hours",
    probe: "statistics",
    violate: async (world) => {
      await countAnEvent(world);
      await change("delete from statistic where resolution = 'hour'")(world);
    },
  },
];
