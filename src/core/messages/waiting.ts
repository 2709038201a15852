import type { Sql } from "../../base/database.ts";
import { dueTimes, inboxRoute, laneOf, type QueuePlace, type Wait, waitOf } from "../delivery/index.ts";
import type { Message } from "./message.ts";

/** Where a message may lie in the queue: whether its sender's domain was verified when it was accepted is known to the
 *  queue alone. */
export function placeOf({ id, domain }: Pick<Message, "id" | "domain">): QueuePlace {
  return { id, lanes: [...new Set([laneOf(domain), laneOf(inboxRoute)])] };
}

/** Is it on its way still? */
export function isWaiting({ state }: Pick<Message, "state">): boolean {
  return state === "queued" || state === "deferred";
}

/** Of messages of an account, those that wait, with when they are tried next and why not now. */
export async function waitsOf(
  reader: Sql,
  { accountId, now }: { accountId: bigint; now: Date },
  messages: readonly Message[],
): Promise<Map<bigint, Wait>> {
  const waiting = messages.filter(isWaiting);
  const reasonOf = new Map(waiting.map(({ id, reason }) => [id, reason]));
  const dues = await dueTimes(reader, accountId, waiting.map(placeOf));
  return new Map(dues.map((due) => [due.id, waitOf(due, reasonOf.get(due.id) ?? null, now)]));
}
