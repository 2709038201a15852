import assert from "node:assert/strict";
import { after, test } from "node:test";
import { sql } from "../../../base/database.ts";
import { joinAsNode, takeShare, writeDestinations } from "../../../core/delivery/index.ts";
import type { Principal } from "../principal.ts";
import { statusApi } from "./api-status.ts";
import { openServiceWorld } from "./testing/service-world.ts";

const world = await openServiceWorld({ after });
const { context, clock, database } = world;
const services = statusApi(context);

async function sender(): Promise<Principal> {
  const principal = await world.principal();
  await world.approve(principal.accountId, "shop.example");
  return principal;
}

const nodeId = await database.write({ role: "delivery" }, (tx) =>
  joinAsNode(tx, { name: "here/0", delivers: true }, new Date(clock.real())),
);

test("a customer sees its own destinations, with their pauses, and nobody else's", async () => {
  const [principal, stranger] = [await sender(), await sender()];
  await world.send(principal.accountId, {
    from: "a@shop.example",
    to: ["ann@one.example", "bob@two.example"],
  });
  await world.send(stranger.accountId, { from: "a@shop.example", to: ["cleo@three.example"] });
  const pausedUntil = new Date(clock.now().getTime() + 60_000);
  const changed = ["one.example", "three.example"].map((route) => ({
    route,
    pausedUntil,
    connections: 2,
    reason: 12,
  }));
  await database.write({ role: "delivery" }, (tx) => writeDestinations(tx, nodeId, { changed, gone: [] }));
  const now = clock.now();
  const { destinations, queue, today, operator } = await services.readStatus(principal);
  const both = { waiting: 1, deferred: 0, nextAttemptAt: now };
  assert.deepEqual(destinations, [
    { domain: "one.example", ...both, pausedUntil, why: "connection_failed", connections: 2 },
    { domain: "two.example", ...both, pausedUntil: null, why: "due", connections: 0 },
  ]);
  assert.deepEqual(queue.waiting, 2);
  assert.deepEqual(today, { accepted: 2, quota: null });
  assert.equal(operator, null, "in production it is not theirs to see");
  assert.deepEqual(
    (await services.readStatus(stranger)).destinations.map(({ domain }) => domain),
    ["three.example"],
  );
});

test("a pause that is over is none, nor is one of a node that is gone", async () => {
  const principal = await sender();
  await world.send(principal.accountId, { from: "a@shop.example", to: ["ann@past.example"] });
  const pausedUntil = new Date(clock.now().getTime() + 10_000);
  const state = { route: "past.example", pausedUntil, connections: 0, reason: null };
  await database.write({ role: "delivery" }, (tx) =>
    writeDestinations(tx, nodeId, { changed: [state], gone: [] }),
  );
  const pause = async () => (await services.readStatus(principal)).destinations[0]?.pausedUntil;
  assert.deepEqual(await pause(), pausedUntil);
  clock.advance(10_000);
  assert.equal(await pause(), null);
});

test("what is left of the day is told against the account's own limit, or everybody's", async () => {
  const principal = await sender();
  const limited = statusApi({ ...context, dayQuotaDefault: 100 });
  assert.deepEqual((await limited.readStatus(principal)).today, { accepted: 0, quota: 100 });
  await database.write({ role: "operator" }, (tx) =>
    tx.run(sql`update account set day_quota = 7 where id = ${principal.accountId}`),
  );
  assert.equal((await limited.readStatus(principal)).today.quota, 7);
});

test("processes and sending addresses are shown to the operator, and in development to main accounts", async () => {
  const key = { source: "192.0.2.1", provider: "google", day: clock.now().toISOString().slice(0, 10) };
  await database.write({ role: "delivery" }, (tx) => takeShare(tx, key, { wanted: 5, cap: 50 }));
  const main = await world.principal();
  const sub = await world.principal("Sub", main.accountId);
  const warmUps = [{ address: "192.0.2.1", startedOn: key.day }];
  const installation = { ...context.installation, mode: "development" } as const;
  const development = statusApi({ ...context, warmUps, installation });
  const shown = (await development.readStatus(main)).operator;
  assert.deepEqual(shown?.warmUp, [{ ...key, sent: 5, limit: 50 }]);
  assert.deepEqual(
    shown?.nodes.map(({ name, delivers }) => [name, delivers]),
    [["here/0", true]],
  );
  assert.equal((await development.readStatus(sub)).operator, null);
  const production = statusApi({ ...context, warmUps, systemAccountId: main.accountId });
  assert.ok((await production.readStatus(main)).operator);
  assert.equal((await production.readStatus(await world.principal())).operator, null);
  const both = statusApi({ ...context, installation, systemAccountId: main.accountId });
  assert.equal((await both.readStatus(await world.principal())).operator, null);
});

test("a node that is silent is shown as such", async () => {
  const main = await world.principal();
  const own = statusApi({ ...context, systemAccountId: main.accountId });
  await database.write({ role: "delivery" }, (tx) =>
    joinAsNode(tx, { name: "here/0", delivers: true }, new Date(clock.real())),
  );
  const isAlive = async () => (await own.readStatus(main)).operator?.nodes[0]?.isAlive;
  assert.equal(await isAlive(), true);
  clock.advance(60_000);
  assert.equal(await isAlive(), false);
});
