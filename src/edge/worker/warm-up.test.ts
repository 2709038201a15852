import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { startSmtpServer } from "../../../tests/support/smtp-server.ts";
import { openWorld, type World } from "../../../tests/support/world.ts";
import { sql } from "../../base/database.ts";
import { createLog } from "../../base/log.ts";
import { joinAsNode, limitsOf, type Route, Router } from "../../core/delivery/index.ts";
import { createResolver } from "../../mail/dns/resolver.ts";
import { takeSlot } from "./slots.ts";
import { DeliveryWorker } from "./worker.ts";

const log = createLog({ level: "silent" });

/** Leads each domain to the sink as if an MX record had. */
class SinkRouter extends Router {
  readonly #port: number;

  constructor({ clock }: World, port: number) {
    super({
      resolver: createResolver({ clock, servers: ["127.0.0.1:9"], validating: false }),
      clock,
      random: () => 0,
      mode: { kind: "direct" },
      fixedRoutes: [],
      chooseTls: async () => ({ kind: "refused", detail: "not asked here" }),
      ca: null,
      allowsOwnAddress: true,
    });
    this.#port = port;
  }

  override async find(domain: string): Promise<Route> {
    const target = {
      host: "sink.test",
      address: "127.0.0.1",
      port: this.#port,
      implicitTls: false,
      tls: { mode: "off" as const },
      tlsName: "off",
      auth: null,
    };
    const audience = domain.startsWith("google") ? "google" : "other";
    return { kind: "site", site: { key: domain, limits: limitsOf([]), targets: [target], audience } };
  }
}

async function startWorker(t: { after(work: () => Promise<void>): void }, world: World, port: number) {
  const folder = mkdtempSync(path.join(tmpdir(), "facteur-warm-up-"));
  t.after(async () => rmSync(folder, { recursive: true, force: true }));
  const { database, clock } = world;
  const slot = await takeSlot(folder);
  const nodeId = await database.write({ role: "delivery" }, (tx) =>
    joinAsNode(tx, { name: "test/0", delivers: true }, new Date(clock.real())),
  );
  const worker = await DeliveryWorker.start({
    ...world,
    log,
    nodeId,
    slot,
    journals: folder,
    folderId: "test",
    router: new SinkRouter(world, port),
    heloName: "sender.test",
    sourceAddresses: ["127.0.0.2"],
    warmUps: [{ address: "127.0.0.2", startedOn: "2026-11-23" }],
    returnPathDomain: null,
    ownSignersOf: async () => [],
    reportTemplateFault: () => {},
  });
  // Asynchronously disposed of before the world is closed, whose database it needs.
  return Object.assign(worker, { [Symbol.asyncDispose]: () => worker.stop() });
}

async function until(isSo: () => boolean | Promise<boolean>, what: () => unknown): Promise<void> {
  for (let waitedMs = 0; waitedMs < 15_000; waitedMs += 50) {
    if (await isSo()) return;
    await pause(50);
  }
  assert.fail(`It did not come to that: ${JSON.stringify(what())}`);
}

interface Waiting {
  count: number;
  dueAt: Date;
  hold: string | null;
}

async function waiting({ database }: World, route: string): Promise<Waiting | undefined> {
  return database.read({ role: "operator" }, (reader) =>
    reader.row<Waiting>(sql`
      select count(*)::int as count, min(d.due_at) as "dueAt", min(d.hold) as hold
      from delivery d where d.route = ${route} and d.claimed_by is null having count(*) > 0`),
  );
}

test("a new address sends each group of providers its share of the day, and what is left goes out tomorrow", async (t) => {
  const sink = await startSmtpServer();
  t.after(() => sink.close());
  const world = await openWorld(t);
  const { accountId } = await world.account();
  await world.approve(accountId, "shop.example");
  const to = (domain: string, count: number) =>
    Array.from({ length: count }, (_, index) => `r${index}@${domain}`);
  const send = (domain: string, count: number) =>
    Promise.all(
      to(domain, count).map((address) => world.send(accountId, { from: "a@shop.example", to: [address] })),
    );
  await send("google.test", 70);
  await send("small.test", 30);
  await send("tiny.test", 30);

  await using worker = await startWorker(t, world, sink.port);
  const arrived = (domain: string) =>
    sink.transactions.filter(({ to: [r = ""] }) => r.endsWith(`@${domain}`)).length;
  const counts = () => ["google.test", "small.test", "tiny.test"].map(arrived);
  await until(
    () => arrived("google.test") === 50 && arrived("small.test") + arrived("tiny.test") === 50,
    counts,
  );
  const isHeld = async (route: string) => (await waiting(world, route))?.hold === "warm_up";
  await until(
    async () => (await isHeld("google.test")) && worker.sites().every(({ ready }) => ready === 0),
    counts,
  );

  const held = await waiting(world, "google.test");
  assert.deepEqual([held?.count, held?.dueAt.toISOString()], [20, "2026-11-24T00:00:00.000Z"]);
  const site = worker.sites().find(({ key }) => key === "google.test");
  assert.match(site?.explanation ?? "", /are new to this provider .* midnight \(UTC\)/);

  world.clock.advance(86_400_000);
  worker.wake("all");
  await until(() => counts().join() === "70,30,30", counts);
  await until(async () => (await waiting(world, "google.test")) === undefined, counts);
  assert.equal(worker.sites().find(({ key }) => key === "google.test")?.explanation, null);
});
