import { killAnything, killBoth, killNode, through } from "./moments.ts";
import { fullDisk } from "./phase-disk.ts";
import { stalls } from "./phase-stall.ts";
import type { Stage, StageOptions } from "./stage.ts";

/** A part of the run. */
export interface Phase {
  name: string;
  title: string;
  /** Its parts of the messages and kills of the whole run, in hundredths. */
  messagesShare: number;
  killsShare: number;
  layout: Pick<StageOptions, "nodes" | "folders" | "database">;
  play: (stage: Stage, kills: number) => Promise<void>;
  /** On a small disk of its own, which only root can make. */
  needsDisk?: true;
}

const alone = { nodes: 1, folders: "one", database: "embedded" } as const;
const oneFolder = { nodes: 2, folders: "one", database: "shared" } as const;
const twoFolders = { nodes: 2, folders: "each", database: "shared" } as const;

export const phases: Phase[] = [
  {
    ...{ name: "service", title: "the service is killed", messagesShare: 22, killsShare: 24 },
    layout: alone,
    play: (stage, kills) => through(stage, kills, () => killNode(stage)),
  },
  {
    ...{ name: "postgres", title: "PostgreSQL is killed", messagesShare: 14, killsShare: 14 },
    layout: alone,
    play: (stage, kills) => through(stage, kills, async () => stage.killDatabase()),
  },
  {
    ...{ name: "both", title: "both are killed at once", messagesShare: 9, killsShare: 10 },
    layout: alone,
    play: (stage, kills) => through(stage, kills, () => killBoth(stage)),
  },
  {
    ...{ name: "drops", title: "servers cut connections", messagesShare: 14, killsShare: 8 },
    layout: alone,
    play: (stage, kills) => {
      stage.sinks.isDropping = true;
      return through(stage, kills, () => killNode(stage));
    },
  },
  {
    ...{ name: "folder", title: "two nodes, one data folder", messagesShare: 18, killsShare: 22 },
    layout: oneFolder,
    play: (stage, kills) => through(stage, kills, () => killAnything(stage)),
  },
  {
    ...{ name: "machines", title: "two nodes, a data folder each", messagesShare: 11, killsShare: 12 },
    layout: twoFolders,
    play: (stage, kills) => through(stage, kills, () => killAnything(stage)),
  },
  {
    ...{ name: "stall", title: "an owner stalls and wakes up", messagesShare: 8, killsShare: 6 },
    layout: oneFolder,
    play: stalls,
  },
  {
    ...{ name: "disk", title: "the disk is full", messagesShare: 4, killsShare: 4 },
    layout: alone,
    play: fullDisk,
    needsDisk: true,
  },
];
