import { type Sql, sql } from "../../base/database.ts";
import type { holdExplanations, QueuePlace } from "./queue.ts";

/** When messages of an account are due, and why where they are held back: by primary key, since the queue is not indexed by account. Messages that have
 *  left the queue are left out. */
export async function dueTimes(
  reader: Sql,
  accountId: bigint,
  places: QueuePlace[],
): Promise<{ id: bigint; dueAt: Date; hold: keyof typeof holdExplanations | null }[]> {
  if (places.length === 0) return [];
  const lanes = places.flatMap((place) => place.lanes);
  const ids = places.flatMap((place) => place.lanes.map(() => place.id));
  return reader.rows(sql`
    select d.id, d.due_at as "dueAt", d.hold from unnest(${lanes}::int[], ${ids}::bigint[]) as f (lane, id)
    join delivery d on d.lane = f.lane and d.id = f.id
    where d.account_id = ${accountId}`);
}
