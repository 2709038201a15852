import { setTimeout as pause } from "node:timers/promises";
import { eventually, killNode, through } from "./moments.ts";
import type { Stage } from "./stage.ts";

// A lease ends after 20 seconds; a transaction that the stalled node left open holds its lanes for up to a minute more.
const takeoverMsMax = 120_000;
const claimsMsMax = 20_000;
const answerMsMax = 90_000;
// Longer than a node may be silent before others answer for its messages (a quarter of an hour).
const silentMinutes = 20;
// Shorter than that, and long enough that the successor has something to do.
const sleepMs = 3000;
// The successor tries again what the stalled node may have sent; 15 seconds later.
const retryAfter = "1m";

// What a silent node held is due again 15 seconds after it was taken over, and nobody claims it before.
const restMs = 14_000n;
const timeShift = 21n; // of an id: src/base/ids.ts

type Length = "short" | "long" | "very long";

/** An owner of lanes stands still, its successor goes on, and the owner wakes up: before anybody has touched what it
 *  held, just after the successor has answered for that, or when all of it has its end. In between nodes are killed. */
export async function stalls(stage: Stage, kills: number): Promise<void> {
  const lengths: Length[] = ["long", "very long", "short"];
  let turn = 0;
  await through(stage, kills, async () => {
    const length = turn % 2 === 0 ? lengths[(turn / 2) % lengths.length] : undefined;
    turn++;
    if (length === undefined) await killNode(stage);
    else await stall(stage, length);
  });
}

async function stall(stage: Stage, length: Length): Promise<void> {
  for (const node of stage.nodes) await node.restart;
  const owner = stage.random.pick(stage.nodes);
  const nodeId = await owner.nodeId();
  await eventually(async () => (await stage.books.claimedBy(nodeId)).length > 0, claimsMsMax, 5);
  owner.signal("SIGSTOP");
  stage.stalls++;
  try {
    if (!(await eventually(() => haveMoved(stage, nodeId), takeoverMsMax)))
      stage.troubles.push("the lanes of a stalled node did not move on");
    if (length === "short") await pause(sleepMs);
    else await answerFor(stage, nodeId, length === "very long");
  } finally {
    owner.signal("SIGCONT");
  }
}

async function haveMoved({ books }: Stage, nodeId: number): Promise<boolean> {
  const lanes = await books.lanes();
  return !lanes.has(nodeId) && !lanes.has(null);
}

// The successor answers for what the node held while the node stands still.
async function answerFor(stage: Stage, nodeId: number, toTheEnd: boolean): Promise<void> {
  const { books } = stage;
  const held = await books.claimedBy(nodeId);
  stage.unknownExplained += held.length;
  await books.silence(nodeId, silentMinutes);
  if (!(await eventually(async () => (await books.claimedBy(nodeId)).length === 0, answerMsMax)))
    stage.troubles.push("nobody has answered for what a silent node held");
  const taken = await books.eventsOf(held);
  const lastId = taken.reduce((last, { id }) => (id > last ? id : last), 0n);
  if (toTheEnd) {
    await stage.advanceClock(retryAfter);
    if (!(await eventually(async () => (await books.queuedAmong(held)) === 0, answerMsMax)))
      stage.troubles.push("what a silent node held did not come to its end");
  }
  stage.takeovers.push({
    nodeId,
    messageIds: new Set(held),
    knownEventIds: new Set((await books.eventsOf(held)).map(({ id }) => id)),
    anewFromEventId: toTheEnd ? null : lastId + (restMs << timeShift),
  });
}
