import { setTimeout as pause } from "node:timers/promises";
import type { Random } from "./random.ts";
import type { Stage } from "./stage.ts";

// How long a kill waits for its moment; then there is nothing left to wait for.
const momentMsMax = 20_000;

/** Lets the clients hand in a portion for each kill, and kills in its middle, wherever that is. */
export async function through(stage: Stage, kills: number, kill: () => Promise<void>): Promise<void> {
  const { clients } = stage;
  const running = clients.run();
  const random = stage.random.fork("moments");
  try {
    for (let number = 1; number <= kills; number++) {
      clients.release(number / (kills + 1));
      await moment(stage, random, kills);
      await kill();
    }
  } finally {
    clients.release(1);
    await running;
    await stage.settle();
  }
}

// A moment within the portion: when so much is handed in, or so much has arrived.
async function moment({ clients, sinks }: Stage, random: Random, kills: number): Promise<void> {
  const wanted = (clients.messages / (kills + 1)) * random.next();
  const count = random.chance(0.5) ? () => clients.done : () => sinks.arrived;
  const from = count();
  await eventually(async () => count() - from >= wanted, momentMsMax, 2);
  await pause(random.between(0, 40));
}

/** Waits until something holds; answers false when it does not within the time. */
export async function eventually(
  holds: () => Promise<boolean>,
  msMax: number,
  everyMs = 200,
): Promise<boolean> {
  const until = performance.now() + msMax;
  while (!(await holds())) {
    if (performance.now() > until) return false;
    await pause(everyMs);
  }
  return true;
}

export async function killNode(stage: Stage): Promise<void> {
  const node = stage.random.pick(stage.nodes);
  if (stage.random.chance(0.2)) await stage.killWhileStarting(node, stage.random.between(100, 2000));
  else await stage.killNode(node, restOf(stage));
  await node.restart;
}

export async function killBoth(stage: Stage): Promise<void> {
  const node = stage.random.pick(stage.nodes);
  const isServerFirst = stage.random.chance(0.5);
  if (isServerFirst) stage.killDatabase();
  await stage.killNode(node, restOf(stage));
  if (!isServerFirst) stage.killDatabase();
  await node.restart;
}

/** A node or the database. A node that stays away for a while leaves its mail to the other one. */
export async function killAnything(stage: Stage): Promise<void> {
  if (stage.random.chance(0.25)) return stage.killDatabase();
  const node = stage.random.pick(stage.nodes);
  if (stage.random.chance(0.15)) return stage.killWhileStarting(node, stage.random.between(100, 2000));
  return stage.killNode(node, stage.random.chance(0.25) ? 12_000 : restOf(stage));
}

function restOf({ random }: Stage): number {
  return random.between(0, 300);
}
