import { createHash } from "node:crypto";

/** How many lanes the queue has. More lanes spread over more nodes; each costs its owner one look a second. */
export const laneCount = 64;

/** The route of mail that stays in the test inbox: not a domain name, so it can never collide with one. */
export const inboxRoute = "inbox:";

/** The lane of a route. All mail of a route is in one lane, so that one owner keeps the destination's limits. */
export function laneOf(route: string): number {
  return createHash("sha256").update(route).digest().readUInt32BE(0) % laneCount;
}

/** Which half of a route's queue: 0 is served first. */
export type Band = 0 | 1;

/** Mailjet's priorities as a place in the queue. Priorities 1 and 3 go to the front of their band, the last one
 *  first: their `due` lies before 2000, further back the later they were accepted. */
export function placeInQueue(priority: 0 | 1 | 2 | 3, now: Date): { band: Band; dueAt: Date } {
  const band = priority >= 2 ? 0 : 1;
  const isFront = priority === 1 || priority === 3;
  return { band, dueAt: isFront ? new Date(2 * mirrorMs - now.getTime()) : now };
}

const mirrorMs = Date.UTC(2000, 0, 1);
