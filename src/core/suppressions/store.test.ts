import assert from "node:assert/strict";
import { test } from "node:test";
import { openWorld, type World } from "../../../tests/support/world.ts";
import {
  addSuppressions,
  findSuppressed,
  listSuppressions,
  removeSuppressionById,
  type Suppression,
  type SuppressionCause,
  suppressionCauses,
} from "./store.ts";

async function open(t: Parameters<typeof openWorld>[0]) {
  const world = await openWorld(t);
  const { accountId } = await world.account();
  return { world, accountId };
}

function suppressionOf(
  world: World,
  accountId: bigint,
  address: string,
  cause: SuppressionCause = "bounce",
): Suppression {
  const { keyring, ids, clock } = world;
  const id = ids.next(clock.now());
  const sealed = keyring.sealIdentity({ table: "suppression", accountId, id }, address);
  return {
    accountId,
    lookup: keyring.lookup(accountId, address),
    id,
    cause,
    sourceId: null,
    sealed,
    createdAt: clock.now(),
  };
}

function add(world: World, suppressions: Suppression[]): Promise<void> {
  return world.database.write({ role: "delivery" }, (tx) => addSuppressions(tx, suppressions));
}

function list(world: World, accountId: bigint, page: Partial<Parameters<typeof listSuppressions>[2]> = {}) {
  return world.database.read({ role: "request", accountId }, (reader) =>
    listSuppressions(reader, accountId, { beforeId: null, limit: 100, lookup: null, ...page }),
  );
}

test("a suppression reads back as it was written, with every cause", async (t) => {
  const { world, accountId } = await open(t);
  const added = suppressionCauses.map((cause) =>
    suppressionOf(world, accountId, `${cause}@example.com`, cause),
  );
  await add(world, added);
  assert.deepEqual(await list(world, accountId), added.toReversed());
});

test("the first cause stays, also when two come in one statement or in two at once", async (t) => {
  const { world, accountId } = await open(t);
  await add(world, [
    suppressionOf(world, accountId, "ada@example.com", "complaint"),
    suppressionOf(world, accountId, "ada@example.com", "bounce"),
  ]);
  await add(world, [suppressionOf(world, accountId, "ada@example.com", "manual")]);
  assert.deepEqual(
    (await list(world, accountId)).map(({ cause }) => cause),
    ["complaint"],
  );
  await Promise.all(
    Array.from({ length: 6 }, () =>
      add(world, [suppressionOf(world, accountId, "bob@example.com", "bounce")]),
    ),
  );
  assert.equal((await list(world, accountId)).length, 2);
});

test("of many addresses those that are suppressed are found, each account for itself", async (t) => {
  const { world, accountId } = await open(t);
  const other = (await world.account("Other")).accountId;
  await add(world, [
    suppressionOf(world, accountId, "ada@example.com"),
    suppressionOf(world, other, "bob@example.com"),
  ]);
  const targets = [accountId, other].flatMap((account) =>
    ["ada@example.com", "bob@example.com", "cy@example.com"].map((address) => ({
      accountId: account,
      lookup: world.keyring.lookup(account, address),
    })),
  );
  const found = await world.database.read({ role: "accept" }, (reader) => findSuppressed(reader, targets));
  assert.deepEqual(
    found.map(({ accountId: account, lookup }) => [account, lookup.toString("hex")]).sort(),
    [targets[0], targets[4]].map((target) => [target?.accountId, target?.lookup.toString("hex")]).sort(),
  );
  assert.deepEqual(await findSuppressed({} as Parameters<typeof findSuppressed>[0], []), []);
});

test("the list is read a page at a time, the newest first, and by address", async (t) => {
  const { world, accountId } = await open(t);
  const added = Array.from({ length: 5 }, (_, index) =>
    suppressionOf(world, accountId, `${index}@example.com`),
  );
  await add(world, added);
  const first = await list(world, accountId, { limit: 3 });
  const rest = await list(world, accountId, { limit: 3, beforeId: first.at(-1)?.id ?? null });
  assert.deepEqual([...first, ...rest], added.toReversed());
  assert.deepEqual(await list(world, accountId, { lookup: added[2]?.lookup ?? null }), [added[2]]);
});

test("a removed address may be sent to again; removing it twice says there was none", async (t) => {
  const { world, accountId } = await open(t);
  const added = suppressionOf(world, accountId, "ada@example.com");
  await add(world, [added]);
  const remove = () =>
    world.database.write({ role: "request", accountId }, (tx) =>
      removeSuppressionById(tx, accountId, added.id),
    );
  assert.deepEqual([await remove(), await remove()], [true, false]);
  assert.deepEqual(await list(world, accountId), []);
});
