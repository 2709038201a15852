import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { erasureOf } from "../../src/app-closing.ts";
import { exporter } from "../../src/app-export.ts";
import { allHoldings } from "../../src/app-holdings.ts";
import { Acceptance, type AcceptRules, StandardRules } from "../../src/core/messages/index.ts";
import { appendEvidence } from "../../src/core/policy/chain.ts";
import {
  coreProbes,
  ensureFirstPolicy,
  type Finding,
  type ProbeContext,
  readRegister,
} from "../../src/core/policy/index.ts";
import { ensurePartitions, eraseDueAccounts } from "../../src/core/retention/index.ts";
import type { Cleanup } from "../support/database.ts";
import { openWorld, type World } from "../support/world.ts";

/** A world with everything the probes of core look at. */
export interface ProbedWorld extends World {
  context: ProbeContext & { acceptanceWith(rules: Partial<AcceptRules>): Acceptance };
  /** Runs a probe and answers what it found. */
  probe(name: string): Promise<Finding>;
  /** Runs a probe and adds what it found to the evidence. */
  record(name: string): Promise<void>;
}

export async function openProbedWorld(t: Cleanup): Promise<ProbedWorld> {
  const world = await openWorld(t);
  const { database, keyring, clock, ids, figures, senders } = world;
  await database.write({ role: "operator" }, (tx) => ensureFirstPolicy(tx, readRegister(), clock.now()));
  const dataFolder = mkdtempSync(path.join(tmpdir(), "facteur-probes-"));
  t.after(async () => rmSync(dataFolder, { recursive: true, force: true }));
  writeFileSync(path.join(dataFolder, "service.log"), "without a canary");
  const acceptanceWith = (rules: Partial<AcceptRules>) => {
    const usual = new StandardRules({ database, keyring, senders });
    const resolveTemplate = usual.resolveTemplate.bind(usual);
    const mayHaveReports = usual.mayHaveReports.bind(usual);
    return new Acceptance({
      database,
      keyring,
      clock,
      ids,
      figures,
      rules: { senderRight: usual.senderRight.bind(usual), resolveTemplate, mayHaveReports, ...rules },
      dayQuotaDefault: 100_000,
      onQueued: () => {},
      ensurePartitions: () => ensurePartitions({ database, clock }).then(() => undefined),
    });
  };
  const erasure = erasureOf({ database, keyring, dataFolder }, async () => null);
  const own = {
    dataFolder,
    isDatabaseHere: false,
    holdings: allHoldings,
    acceptanceWith,
    exportAccount: exporter(world),
    eraseDue: (now: Date) => eraseDueAccounts(erasure, now),
  };
  const context = { ...world, acceptance: acceptanceWith({}), ...own };
  const probe = async (name: string) => {
    const found = coreProbes(context).find((each) => each.name === name);
    if (found === undefined) throw new Error(`There is no probe ${name}.`);
    return found.run(new AbortController().signal);
  };
  const record = async (name: string) => {
    const finding = await probe(name);
    await database.write({ role: "retention" }, (tx) =>
      appendEvidence(tx, { ids, now: clock.now(), figures }, name, finding),
    );
  };
  return { ...world, context, probe, record };
}
