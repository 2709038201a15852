import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { openWorld } from "../../../tests/support/world.ts";
import type { Database } from "../../base/database.ts";
import { laneOf, takeLanes } from "../../core/delivery/index.ts";
import { Claims, type Place } from "./claims.ts";
import { HeldClaims } from "./held-claims.ts";
import { DeliveryTally } from "./tally.ts";

const nodeId = 1;

/** A queue with one message for each address, and claims that count their transactions. */
async function openClaims(t: TestContext, addresses: string[]) {
  const world = await openWorld(t);
  const { accountId } = await world.account();
  await world.approve(accountId, "shop.example");
  for (const address of addresses) await world.send(accountId, { from: "a@shop.example", to: [address] });
  const { database, clock } = world;
  const lanes = await database.write({ role: "delivery" }, (tx) => takeLanes(tx, nodeId, clock.now(), 64));
  const epochs = new Map(lanes.map(({ lane, epoch }) => [lane, epoch]));
  let transactions = 0;
  const counting = {
    write: (...args: Parameters<Database["write"]>) => {
      transactions++;
      return database.write(...args);
    },
  } as Database;
  const held = new HeldClaims();
  const claims = new Claims({ database: counting, clock, nodeId, held, tally: new DeliveryTally() });
  const placeOf = (route: string): Place => ({
    lane: laneOf(route),
    epoch: epochs.get(laneOf(route)) ?? 0n,
    route,
  });
  return { claims, placeOf, transactions: () => transactions };
}

/** Domains whose mail lies in one lane. */
function domainsOfOneLane(count: number): string[] {
  const lane = laneOf("d0.example");
  const names = Array.from({ length: 100 * count }, (_, index) => `d${index}.example`);
  return names.filter((name) => laneOf(name) === lane).slice(0, count);
}

test("what is asked for in one turn is claimed in one transaction a lane, and each gets its own", async (t) => {
  const domains = domainsOfOneLane(12);
  const addresses = domains.flatMap((domain) => [`ada@${domain}`, `bob@${domain}`]);
  const { claims, placeOf, transactions } = await openClaims(t, addresses);
  const claimed = await Promise.all(domains.map((domain) => claims.take(placeOf(domain), 10)));
  assert.equal(transactions(), 1);
  assert.deepEqual(
    claimed.map((rows) => rows.map(({ route }) => route)),
    domains.map((domain) => [domain, domain]),
  );
  assert.ok(claimed.flat().every(({ claim, lane }) => claim.nodeId === nodeId && claim.lane === lane));
});

test("a route gets no more than it asked for, and the rest with its next claim", async (t) => {
  const { claims, placeOf } = await openClaims(t, ["a@d0.example", "b@d0.example", "c@d0.example"]);
  const place = placeOf("d0.example");
  const counts = [];
  for (const limit of [2, 2, 2]) counts.push((await claims.take(place, limit)).length);
  assert.deepEqual(counts, [2, 1, 0]);
});

test("a claim under an epoch that is over takes nothing, and those of others in the same turn are not held up", async (t) => {
  const { claims, placeOf } = await openClaims(t, ["a@d0.example"]);
  const place = placeOf("d0.example");
  const [old, fresh] = await Promise.all([
    claims.take({ ...place, epoch: place.epoch - 1n }, 5),
    claims.take(place, 5),
  ]);
  assert.deepEqual([old.length, fresh.length], [0, 1]);
});
