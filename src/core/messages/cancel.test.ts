import assert from "node:assert/strict";
import { after, test } from "node:test";
import { openWorld } from "../../../tests/support/world.ts";
import { sql } from "../../base/database.ts";
import { Refusal } from "../../base/errors.ts";
import { addSender } from "../domains/index.ts";
import { cancelMessage } from "./cancel.ts";
import { readHistory, readMessage } from "./read.ts";

const world = await openWorld({ after });
const { accountId } = await world.account();
const { accountId: otherId } = await world.account("Other");
await world.approve(accountId, "shop.example");

const { database, keyring } = world;
const scope = { role: "request", accountId } as const;

async function sendOne(from = "hello@shop.example"): Promise<bigint> {
  const [id = 0n] = await world.send(accountId, { from, to: ["ann@recipients.example"] });
  return id;
}

function cancel(id: bigint, as = accountId) {
  const context = { ids: world.ids, now: world.clock.now() };
  return database.write({ role: "request", accountId: as }, (tx) =>
    cancelMessage(tx, context, { accountId: as, id }),
  );
}

async function standing(id: bigint) {
  const context = { keyring, accountId };
  const [message, history, queued] = await database.read(scope, (reader) =>
    Promise.all([
      readMessage(reader, context, id, false),
      readHistory(reader, context, id),
      reader.rows<{ isCancelled: boolean }>(sql`
        select d.is_cancelled as "isCancelled" from delivery d where d.id = ${id}`),
    ]),
  );
  return { state: message?.state, history: history.map((entry) => entry.kind), queued };
}

test("a queued message leaves the queue and says so", async () => {
  const id = await sendOne();
  assert.equal(await cancel(id), "cancelled");
  assert.deepEqual(await standing(id), { state: "cancelled", history: ["cancelled"], queued: [] });
});

test("a message for the test inbox can be cancelled, too", async () => {
  const context = { keyring, ids: world.ids, now: world.clock.now() };
  const wish = {
    address: "me@home.example",
    name: "",
    kind: "unknown",
    isDefault: false,
    state: "active",
  } as const;
  await database.write(scope, (tx) => addSender(tx, context, accountId, wish));
  const id = await sendOne("me@home.example");
  assert.equal(await cancel(id), "cancelled");
  assert.deepEqual((await standing(id)).queued, []);
});

test("a message a node holds is only marked: the node asks before it sends", async () => {
  const id = await sendOne();
  await database.write({ role: "operator" }, (tx) =>
    tx.run(sql`update delivery set claimed_by = 1, claim_epoch = 1 where id = ${id}`),
  );
  assert.equal(await cancel(id), "underway");
  assert.deepEqual(await standing(id), { state: "queued", history: [], queued: [{ isCancelled: true }] });
});

test("what has ended cannot be cancelled", async () => {
  const id = await sendOne();
  await cancel(id);
  await assert.rejects(cancel(id), (error) => error instanceof Refusal && error.code === "too_late");
  assert.deepEqual((await standing(id)).history, ["cancelled"]);
});

test("a message of another account is unknown and stays as it is", async () => {
  const id = await sendOne();
  const isNotFound = (error: unknown) => error instanceof Refusal && error.code === "not_found";
  await assert.rejects(cancel(id, otherId), isNotFound);
  await assert.rejects(cancel(1n), isNotFound);
  assert.equal((await standing(id)).state, "queued");
});
