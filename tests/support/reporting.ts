import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { SystemClock } from "../../src/base/clock.ts";
import { createLog } from "../../src/base/log.ts";
import { Authenticator, type CreatedKey } from "../../src/core/accounts/index.ts";
import { joinAsNode, Router } from "../../src/core/delivery/index.ts";
import { EventHorizon, type Following, follow } from "../../src/core/events/index.ts";
import { type ReportContext, reportNext } from "../../src/core/reports/index.ts";
import { createSubmission } from "../../src/edge/smtp/submission/server.ts";
import { takeSlot } from "../../src/edge/worker/slots.ts";
import { DeliveryWorker } from "../../src/edge/worker/worker.ts";
import { createResolver } from "../../src/mail/dns/resolver.ts";
import type { Cleanup } from "./database.ts";
import { openWorld, type World } from "./world.ts";

const reporter = {
  reportingMta: "mail.facteur.example",
  sender: { address: "service@operator.example", name: "Example Mail" },
};

interface ReportChange {
  batches?: number;
  limits?: ReportContext["limits"] & object;
}

/** Submission, delivery and delivery reports in this process, on a clock that the test moves. Reports are made when the
 *  test says so. */
export interface Reporting extends World {
  accountId: bigint;
  key: CreatedKey;
  submissionPort: number;
  /** Makes the reports that are due, as the node with this number. Answers how many batches that took, or null where another
   *  node has the lease.
   *  @param change ends after so many batches, and has other limits */
  report(nodeId?: number, change?: ReportChange): Promise<number | null>;
  /** Takes the right to make reports from whoever has it: it has not been heard of. */
  takeOver(nodeId: number): Promise<void>;
  /** The messages of which something could not be read. */
  damaged: bigint[];
  /** Lets delivery look at what is due now. */
  deliver(): void;
}

/** @param ports where mail for each domain goes */
export async function openReporting(t: Cleanup, ports: Readonly<Record<string, number>>): Promise<Reporting> {
  // Undone in the reverse order: the worker needs the database to its end.
  const closers: (() => Promise<void>)[] = [];
  const later: Cleanup = { after: (work) => void closers.unshift(work) };
  t.after(async () => {
    for (const close of closers) await close();
  });
  const world = await openWorld(later);
  // Leases go by real time, which goes on by itself.
  const { real } = new SystemClock();
  world.clock.real = real;
  const log = createLog({ level: "silent" });
  const operator = await world.account("Operator");
  await world.approve(operator.accountId, "operator.example");
  const { accountId, ...key } = await world.account("Customer");
  await world.approve(accountId, "home.example");
  const worker = await startWorker(later, { world, ports, systemAccountId: operator.accountId });
  const submission = createSubmission({
    name: reporter.reportingMta,
    clock: world.clock,
    log,
    acceptance: world.acceptance,
    authenticator: new Authenticator(world.database, world.keyring, world.clock),
    waitOf: () => 0,
    certificate: null,
    refusals: { note: () => {} },
  });
  const { port } = await submission.listen({ host: "127.0.0.1", port: 0, isImplicitTls: false });
  later.after(() => submission.close());
  const followings = new Map<number, Following>();
  const lead = async (nodeId: number, realNow: Date) => {
    const wish = { name: "reports", nodeId, epoch: followings.get(nodeId)?.epoch ?? null } as const;
    const following = await world.database.write({ role: "relay" }, (tx) => follow(tx, wish, realNow));
    if (following !== null) followings.set(nodeId, following);
  };
  let takeOvers = 0;
  const damaged: bigint[] = [];
  const horizon = new EventHorizon(world.database);
  const report = async (nodeId = 1, { batches: batchesMax = Infinity, limits = {} }: ReportChange = {}) => {
    if (!followings.has(nodeId)) await lead(nodeId, new Date(world.clock.real()));
    const following = followings.get(nodeId);
    if (following === undefined) return null;
    for (let batches = 1; ; batches++) {
      const context = { ...world, ...reporter, now: world.clock.now(), limits };
      const batch = await reportNext(context, following, await horizon.advance());
      if (batch === null) return null;
      worker.wake(batch.lanes);
      damaged.push(...batch.damaged.map(({ messageId }) => messageId));
      if (batch.isLast || batches >= batchesMax) return batches;
    }
  };
  return {
    ...world,
    accountId,
    key: { accountId, ...key },
    submissionPort: port,
    report,
    damaged,
    takeOver: (nodeId) => lead(nodeId, new Date(world.clock.real() + 60_000 * ++takeOvers)),
    deliver: () => worker.wake("all"),
  };
}

interface WorkerWish {
  world: World;
  ports: Readonly<Record<string, number>>;
  systemAccountId: bigint;
}

async function startWorker(
  t: Cleanup,
  { world, ports, systemAccountId }: WorkerWish,
): Promise<DeliveryWorker> {
  const folder = mkdtempSync(path.join(tmpdir(), "facteur-reporting-"));
  const { database, clock } = world;
  const slot = await takeSlot(folder);
  const nodeId = await database.write({ role: "delivery" }, (tx) =>
    joinAsNode(tx, { name: "test/0", delivers: true }, new Date(clock.real())),
  );
  const worker = await DeliveryWorker.start({
    ...world,
    log: createLog({ level: "silent" }),
    nodeId,
    slot,
    journals: folder,
    folderId: "test",
    router: new Router({
      resolver: createResolver({ clock, servers: ["127.0.0.1:9"], validating: false }),
      clock,
      random: () => 0,
      mode: { kind: "direct" },
      fixedRoutes: Object.entries(ports).map(([domain, port]) => ({ domain, host: "127.0.0.1", port })),
      chooseTls: async () => ({ kind: "refused", detail: "not asked here" }),
      ca: null,
      allowsOwnAddress: true,
    }),
    heloName: reporter.reportingMta,
    sourceAddresses: [],
    warmUps: [],
    returnPathDomain: "bounce.facteur.example",
    ownSignersOf: async (domain) => (await world.senders.signers(systemAccountId, domain)) ?? [],
    reportTemplateFault: () => {},
  });
  t.after(async () => {
    await worker.stop();
    rmSync(folder, { recursive: true, force: true });
  });
  return worker;
}

/** Waits for what a function finds. */
export async function found<Thing>(
  look: () => Promise<Thing | undefined> | Thing | undefined,
  what: string,
): Promise<Thing> {
  for (let waitedMs = 0; waitedMs < 30_000; waitedMs += 20) {
    const thing = await look();
    if (thing !== undefined) return thing;
    await pause(20);
  }
  return assert.fail(`It did not come to that: ${what}`);
}
