import assert from "node:assert/strict";
import { after, test } from "node:test";
import { openWorld } from "../../../tests/support/world.ts";
import { sql } from "../../base/database.ts";
import { createLog } from "../../base/log.ts";
import {
  type DestinationState,
  destinationStates,
  joinAsNode,
  touchNode,
} from "../../core/delivery/index.ts";
import { DestinationReport } from "./destination-report.ts";

const world = await openWorld({ after });
const { database, clock } = world;
const log = createLog({ level: "silent" });
const real = () => new Date(clock.real());

async function node(name: string): Promise<number> {
  return database.write({ role: "delivery" }, (tx) => joinAsNode(tx, { name, delivers: true }, real()));
}

function stateOf(route: string, change: Partial<DestinationState> = {}): DestinationState {
  return { route, pausedUntil: null, connections: 1, reason: null, ...change };
}

const known = (routes: string[]) =>
  database.read({ role: "request", accountId: 1n }, (reader) => destinationStates(reader, routes, real()));

/** How often the rows of a node were written, as PostgreSQL counts it. */
async function versions(route: string): Promise<string | undefined> {
  const row = await database.read({ role: "operator" }, (reader) =>
    reader.row<{ version: string }>(sql`
      select s.xmin::text as version from destination_state s where s.route = ${route}`),
  );
  return row?.version;
}

test("what changes is told to every node, and what stays is not written again", async () => {
  let now: DestinationState[] = [];
  const report = new DestinationReport({ database, log, nodeId: await node("a/0"), look: () => now });
  const pausedUntil = new Date(clock.now().getTime() + 30_000);
  now = [stateOf("one.example"), stateOf("two.example", { pausedUntil, connections: 0, reason: 12 })];
  await report.tell();
  const sorted = (states: DestinationState[]) => states.toSorted((a, b) => (a.route < b.route ? -1 : 1));
  assert.deepEqual(sorted(await known(["one.example", "two.example", "three.example"])), now);
  const version = await versions("two.example");
  now = [stateOf("one.example", { connections: 2 }), ...now.slice(1)];
  await report.tell();
  assert.equal((await known(["one.example"]))[0]?.connections, 2);
  assert.equal(await versions("two.example"), version);
  now = [];
  await report.tell();
  assert.deepEqual(await known(["one.example", "two.example"]), []);
});

test("nodes are added up, and one that is not heard of counts for nothing", async () => {
  const [first, second] = [await node("b/0"), await node("b/1")];
  const later = new Date(clock.now().getTime() + 60_000);
  const tell = (nodeId: number, state: DestinationState) =>
    new DestinationReport({ database, log, nodeId, look: () => [state] }).tell();
  await tell(first, stateOf("shared.example", { connections: 2 }));
  await tell(second, stateOf("shared.example", { pausedUntil: later, connections: 3, reason: 10 }));
  assert.deepEqual(await known(["shared.example"]), [
    stateOf("shared.example", { pausedUntil: later, connections: 5, reason: 10 }),
  ]);
  clock.advance(15_000);
  await database.write({ role: "delivery" }, (tx) => touchNode(tx, first, real()));
  clock.advance(15_000);
  assert.deepEqual(await known(["shared.example"]), [stateOf("shared.example", { connections: 2 })]);
});

test("a node that starts forgets what it told before, one that stops takes it back, and neither tells too much", async () => {
  const nodeId = await node("c/0");
  const many = Array.from({ length: 600 }, (_, index) => stateOf(`d${index}.example`));
  const routes = many.map(({ route }) => route);
  const options = { database, log, nodeId, look: () => many };
  await new DestinationReport(options).tell();
  assert.equal((await known(routes)).length, 500);
  const restarted = new DestinationReport({ ...options, look: () => [] });
  await restarted.start();
  assert.deepEqual(await known(routes), []);
  await restarted.stop();
});

test("a database that is away does not hold delivery up, and what changed is told later", async () => {
  let isAway = true;
  const failing = new Proxy(database, {
    get(target, name) {
      const member = Reflect.get(target, name, target);
      if (typeof member !== "function") return member;
      return name === "write" && isAway
        ? async () => {
            throw new Error("It is away.");
          }
        : member.bind(target);
    },
  });
  const look = () => [stateOf("late.example")];
  const report = new DestinationReport({ database: failing, log, nodeId: await node("d/0"), look });
  await report.tell();
  isAway = false;
  await report.tell();
  assert.equal((await known(["late.example"])).length, 1);
});
