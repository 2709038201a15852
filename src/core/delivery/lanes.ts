import { hash } from "node:crypto";

/** How many lanes the queue has. More lanes spread over more nodes; each costs its owner one look a second. */
export const laneCount = 64;

/** The route of mail that stays in the test inbox: not a domain name, so it can never collide with one. */
export const inboxRoute = "inbox:";

/** The lane of a route. All mail of a route is in one lane, so that one owner keeps the destination's limits. */
export function laneOf(route: string): number {
  const known = lanesKnown.get(route);
  if (known !== undefined) return known;
  const lane = hash("sha256", route, "buffer").readUInt32BE(0) % laneCount;
  if (lanesKnown.size >= lanesKnownMax) lanesKnown.clear();
  lanesKnown.set(route, lane);
  return lane;
}

// Most mail goes to a few domains, and a hash costs as much as all else that makes a row of the queue.
const lanesKnown = new Map<string, number>();
const lanesKnownMax = 1000;

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

/** What is due before this stands at the front of its queue, as far before it as it was accepted after it. */
export const frontMirror = new Date(mirrorMs);
