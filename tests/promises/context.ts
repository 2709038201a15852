import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { allHoldings } from "../../src/app-promises.ts";
import { coreProbes, type Finding, type Probe, type ProbeContext } from "../../src/core/policy/index.ts";
import type { Cleanup } from "../support/database.ts";
import { openWorld, type World } from "../support/world.ts";

/** A world with everything the probes of core look at. */
export interface ProbedWorld extends World {
  context: ProbeContext;
  /** Runs a probe and answers what it found. */
  probe(name: string): Promise<Finding>;
}

export async function openProbedWorld(t: Cleanup, change: Partial<ProbeContext> = {}): Promise<ProbedWorld> {
  const world = await openWorld(t);
  const dataFolder = mkdtempSync(path.join(tmpdir(), "facteur-probes-"));
  t.after(async () => rmSync(dataFolder, { recursive: true, force: true }));
  const context = { ...world, dataFolder, isDatabaseHere: false, holdings: allHoldings, ...change };
  const probes = new Map<string, Probe>(coreProbes(context).map((probe) => [probe.name, probe]));
  return {
    ...world,
    context,
    probe: async (name) => {
      const probe = probes.get(name);
      if (probe === undefined) throw new Error(`There is no probe ${name}.`);
      return probe.run(new AbortController().signal);
    },
  };
}
