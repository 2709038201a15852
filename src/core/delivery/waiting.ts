import { type Sql, sql } from "../../base/database.ts";
import { type MeaningCode, meaningOfReason, meaningTexts } from "./event-meaning.ts";
import { holdExplanations, type QueuePlace } from "./queue.ts";

/** A message in the queue, as far as it says when it is tried. */
export interface DueTime {
  id: bigint;
  dueAt: Date;
  hold: keyof typeof holdExplanations | null;
  /** A node has it in hand. */
  isClaimed: boolean;
}

/** When messages of an account are due, and why where they are held back: by primary key, since the queue is not indexed
 *  by account. Messages that have left the queue are left out. */
export async function dueTimes(reader: Sql, accountId: bigint, places: QueuePlace[]): Promise<DueTime[]> {
  if (places.length === 0) return [];
  const lanes = places.flatMap((place) => place.lanes);
  const ids = places.flatMap((place) => place.lanes.map(() => place.id));
  return reader.rows(sql`
    select d.id, d.due_at as "dueAt", d.hold, d.claimed_by is not null as "isClaimed"
    from unnest(${lanes}::int[], ${ids}::bigint[]) as f (lane, id)
    join delivery d on d.lane = f.lane and d.id = f.id
    where d.account_id = ${accountId}`);
}

/** Why a message waits where nothing was said about it, in words for whoever has sent it. */
export const waitTexts = {
  due: "It is its turn, and it goes out as soon as its destination takes it.",
  under_way: "It is in hand at this moment.",
  destination_paused:
    "Its destination has refused others of its mail a moment ago and is left alone for a while.",
  ...holdExplanations,
} as const;

export type WaitCode = keyof typeof waitTexts | MeaningCode;

/** Every reason to wait, for the description of the API: its own, and what the last attempt came to. */
export const waitCodes: readonly WaitCode[] = [
  ...(Object.keys(waitTexts) as (keyof typeof waitTexts)[]),
  ...(Object.keys(meaningTexts) as MeaningCode[]),
];

/** When a message is tried next, and why not now. */
export interface Wait {
  nextAttemptAt: Date;
  why: WaitCode;
}

/** @param reason why the last attempt failed, by Mailjet's numbers; null when there was none */
export function waitOf({ dueAt, hold, isClaimed }: DueTime, reason: number | null, now: Date): Wait {
  if (isClaimed) return { nextAttemptAt: now, why: "under_way" };
  // A place at the front of the queue is kept as a time long past.
  if (dueAt <= now) return { nextAttemptAt: now, why: "due" };
  if (hold !== null) return { nextAttemptAt: dueAt, why: hold };
  return { nextAttemptAt: dueAt, why: reason === null ? "destination_paused" : meaningOfReason(reason) };
}

/** The words of a reason to wait. */
export function waitText(code: WaitCode): string {
  return code in waitTexts ? waitTexts[code as keyof typeof waitTexts] : meaningTexts[code as MeaningCode];
}
