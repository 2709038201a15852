import { type Sql, sql } from "../../base/database.ts";

/** How much waits, and since when. */
export interface QueueFigures {
  /** Waits for its time: a retry, a message for later, a destination's pause. */
  waiting: number;
  /** Its time has come, and nobody has taken it. */
  due: number;
  /** Claimed by a process. */
  underWay: number;
  /** When the longest due one was due; null when none is. */
  oldestDueAt: Date | null;
}

/** Rows of the queue that are looked at for its figures: 200,000 take some 40 ms, and whoever has more knows enough. */
const queueCountedMax = 200_000;

/** Counts the queue, up to a number of rows. */
export async function selectQueueFigures(reader: Sql, now: Date): Promise<QueueFigures> {
  const row = await reader.row<{
    waiting: bigint;
    due: bigint;
    underWay: bigint;
    oldestDueAt: Date | null;
  }>(sql`
    select count(*) filter (where d.claimed_by is not null) as "underWay",
      count(*) filter (where d.claimed_by is null and d.due_at <= ${now}) as due,
      count(*) filter (where d.claimed_by is null and d.due_at > ${now}) as waiting,
      min(d.due_at) filter (where d.claimed_by is null and d.due_at <= ${now}) as "oldestDueAt"
    from (select q.claimed_by, q.due_at from delivery q limit ${queueCountedMax}) d`);
  return {
    waiting: Number(row?.waiting ?? 0n),
    due: Number(row?.due ?? 0n),
    underWay: Number(row?.underWay ?? 0n),
    oldestDueAt: row?.oldestDueAt ?? null,
  };
}
