import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { type TestContext, test } from "node:test";
import { openWorld, type World } from "../../../tests/support/world.ts";
import { sql } from "../../base/database.ts";
import { createLog } from "../../base/log.ts";
import { claim, inboxRoute, joinAsNode, laneOf, takeLanes } from "../../core/delivery/index.ts";
import { Journal } from "./journal.ts";
import { recoverWithJournal } from "./recovery.ts";

interface StateRow {
  state: string;
  wasUnknown: boolean;
}

/** Three messages that a process has claimed when it dies. */
async function claimed(
  t: TestContext,
): Promise<{ world: World; nodeId: number; folder: string; epoch: bigint }> {
  const world = await openWorld(t);
  const { accountId } = await world.account();
  await world.approve(accountId, "shop.example");
  for (const name of ["a", "b", "c"]) {
    await world.send(accountId, { from: "news@shop.example", to: [`${name}@dest.example`] });
  }
  const now = new Date(world.clock.real());
  const { nodeId, epoch } = await world.database.write({ role: "delivery" }, async (tx) => {
    const id = await joinAsNode(tx, { name: "test/0", delivers: true }, now);
    const lanes = await takeLanes(tx, id, now, 64);
    const lane = laneOf("dest.example");
    assert.notEqual(lane, laneOf(inboxRoute), "the example needs a lane of its own");
    const held = lanes.find((each) => each.lane === lane);
    assert.ok(held);
    const request = {
      ...held,
      nodeId: id,
      route: "dest.example",
      band: 0 as const,
      now: world.clock.now(),
      limit: 10,
    };
    assert.equal((await claim(tx, request)).length, 3);
    return { nodeId: id, epoch: held.epoch };
  });
  const folder = mkdtempSync(path.join(tmpdir(), "facteur-recovery-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return { world, nodeId, folder, epoch };
}

async function recover({ world, nodeId, folder }: Awaited<ReturnType<typeof claimed>>): Promise<StateRow[]> {
  const { keyring, ids, clock, database } = world;
  const verdicts = { keyring, ids, clock, random: () => 0.5 };
  await recoverWithJournal({ database, verdicts, log: createLog({ level: "silent" }) }, nodeId, folder);
  return database.read({ role: "operator" }, (reader) =>
    reader.rows<StateRow>(sql`select m.state, m.was_unknown as "wasUnknown" from message m order by m.id`),
  );
}

test("with an empty journal nothing was begun: all rows are due again, without a mark", async (t) => {
  const left = await claimed(t);
  new Journal(left.folder); // the process died before it noted anything
  const rows = await recover(left);
  assert.deepEqual(
    rows.map(({ state, wasUnknown }) => [state, wasUnknown]),
    Array.from({ length: 3 }, () => ["queued", false]),
  );
});

test("a message with an intent and no outcome is unknown and tried again; the others are due as before", async (t) => {
  const left = await claimed(t);
  const journal = new Journal(left.folder);
  const first = await left.world.database.read({ role: "operator" }, (reader) =>
    reader.row<{ lane: number; id: bigint }>(sql`select d.lane, d.id from delivery d order by d.id limit 1`),
  );
  assert.ok(first);
  await journal.intend({ lane: first.lane, id: first.id, nodeId: left.nodeId, epoch: left.epoch });
  const rows = await recover(left);
  assert.deepEqual(
    rows.map(({ state, wasUnknown }) => [state, wasUnknown]),
    [
      ["deferred", true],
      ["queued", false],
      ["queued", false],
    ],
  );
});

test("when the journal itself is lost, every claimed message may have been sent", async (t) => {
  const rows = await recover(await claimed(t));
  assert.ok(rows.every(({ state, wasUnknown }) => state === "deferred" && wasUnknown));
});
