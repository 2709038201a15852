import { rmSync } from "node:fs";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { fillDisk } from "../support/small-disk.ts";
import { eventually, killNode, through } from "./moments.ts";
import type { Stage } from "./stage.ts";

const refusedMsMax = 30_000;
// How long the disk stays full behind the first refusal.
const fullMs = 3000;

/** The disk is full in the middle: calls are refused, the service is killed, and then there is room again. */
export async function fullDisk(stage: Stage, kills: number): Promise<void> {
  let turn = 0;
  await through(stage, kills, async () => {
    turn++;
    if (turn === Math.ceil(kills / 2)) await fillUp(stage);
    else await killNode(stage);
  });
}

async function fillUp(stage: Stage): Promise<void> {
  const { clients, folder } = stage;
  const [node] = stage.nodes;
  if (node === undefined) return;
  // An outcome that can be noted nowhere is in memory only, and dies with the process.
  stage.unknownExplained += stage.sinks.open;
  const before = clients.refused;
  const fillers: string[] = [];
  const fill = async () => {
    fillers.push(path.join(folder, `filler-${fillers.length}`));
    fillDisk(folder, fillers.at(-1) ?? "");
    return clients.refused > before;
  };
  clients.release(1);
  if (!(await eventually(fill, refusedMsMax, 50))) stage.troubles.push("a full disk refused nobody");
  await pause(fullMs);
  await fill();
  await stage.killInPlace(node);
  await node.service.start().catch(() => undefined);
  for (const filler of fillers) rmSync(filler, { force: true });
  if (!node.isRunning) stage.failedStarts += await node.start();
}
