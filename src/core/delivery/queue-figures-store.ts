import { type Sql, sql } from "../../base/database.ts";
import { frontMirror, laneCount } from "./lanes.ts";

/** How much waits, and since when. */
export interface QueueFigures {
  /** Waits for its time: a retry, a message for later, a destination's pause. */
  waiting: number;
  /** Its time has come, and nobody has taken it. */
  due: number;
  /** Claimed by a process. */
  underWay: number;
  /** When the one was due, or accepted for the front of its queue, that has been due longest; null when none is. */
  oldestDueAt: Date | null;
}

/** Rows of the queue that are looked at for its figures: 200,000 take some 40 ms, and whoever has more knows enough. */
const queueCountedMax = 200_000;

/** Routes whose oldest row is looked for, by five descents of an index each: with 5,000 of 8,000 routes and 300,000 rows the
 *  figures took 150 to 480 ms on two busy cores. Of more routes, those that come first in each lane. */
const queueRoutesMax = 5_000;

/** Counts the queue, up to a number of rows; the oldest is that of all. */
export async function selectQueueFigures(
  reader: Sql,
  now: Date,
  countedMax = queueCountedMax,
): Promise<QueueFigures> {
  const row = await reader.row<{ waiting: bigint; due: bigint; underWay: bigint }>(sql`
    select count(*) filter (where d.claimed_by is not null) as "underWay",
      count(*) filter (where d.claimed_by is null and d.due_at <= ${now}) as due,
      count(*) filter (where d.claimed_by is null and d.due_at > ${now}) as waiting
    from (select q.claimed_by, q.due_at from delivery q limit ${countedMax}) d`);
  return {
    waiting: Number(row?.waiting ?? 0n),
    due: Number(row?.due ?? 0n),
    underWay: Number(row?.underWay ?? 0n),
    oldestDueAt: await selectOldestDue(reader, now),
  };
}

// By delivery_due, as `dueRoutes` goes: its cost grows with the routes and not with the rows. What goes to the front of its
// queue stands there mirrored, the oldest last (see `placeInQueue`).
async function selectOldestDue(reader: Sql, now: Date): Promise<Date | null> {
  const row = await reader.row<{ at: Date | null }>(sql`
    with recursive walk as (
      select l.lane, (select d.route from delivery d
        where d.lane = l.lane and d.claimed_by is null order by d.route limit 1) as route
      from generate_series(0, ${laneCount - 1}::int) as l (lane)
      union all
      select w.lane, (select d.route from delivery d
        where d.lane = w.lane and d.claimed_by is null and d.route > w.route order by d.route limit 1)
      from walk w where w.route is not null),
    looked as materialized (
      select w.lane, w.route, b.band
      from (select v.lane, v.route from walk v where v.route is not null limit ${queueRoutesMax}) w
        cross join (values (0), (1)) as b (band))
    select min(least(
      (select d.due_at from delivery d
        where d.lane = w.lane and d.route = w.route and d.band = w.band and d.claimed_by is null
          and d.due_at >= ${frontMirror} and d.due_at <= ${now} order by d.due_at limit 1),
      (select ${frontMirror}::timestamptz + (${frontMirror}::timestamptz - d.due_at) from delivery d
        where d.lane = w.lane and d.route = w.route and d.band = w.band and d.claimed_by is null
          and d.due_at < ${frontMirror} order by d.due_at desc limit 1))) as at
    from looked w`);
  return row?.at ?? null;
}
