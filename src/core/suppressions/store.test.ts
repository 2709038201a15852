import assert from "node:assert/strict";
import { test } from "node:test";
import { openWorld, type World } from "../../../tests/support/world.ts";
import {
  addSuppressions,
  findSuppressed,
  listSuppressions,
  removeSuppressionById,
  removeUnsubscription,
} from "./store.ts";
import { type Suppression, type SuppressionCause, suppressionCauses } from "./suppression.ts";

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
    source: "delivery",
    sourceId: null,
    sealed,
    createdAt: clock.now(),
  };
}

function add(world: World, suppressions: Suppression[]) {
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

test("a reader's own wish takes the place of what was found out, and of nothing else", async (t) => {
  const { world, accountId } = await open(t);
  const causeOf = async (address: string) => {
    const lookup = world.keyring.lookup(accountId, address);
    return (await list(world, accountId, { lookup }))[0]?.cause;
  };
  const bounce = suppressionOf(world, accountId, "ada@example.com", "bounce");
  assert.equal((await add(world, [bounce])).length, 1);
  assert.deepEqual(await add(world, [suppressionOf(world, accountId, "ada@example.com", "manual")]), []);
  const raised = await add(world, [suppressionOf(world, accountId, "ada@example.com", "unsubscribe")]);
  assert.deepEqual(
    raised.map(({ id }) => id),
    [bounce.id],
  );
  assert.equal(await causeOf("ada@example.com"), "unsubscribe");
  assert.deepEqual(await add(world, [suppressionOf(world, accountId, "ada@example.com", "complaint")]), []);
  assert.equal(await causeOf("ada@example.com"), "unsubscribe");
  await add(
    world,
    (["manual", "complaint", "bounce"] as const).map((cause) =>
      suppressionOf(world, accountId, "bob@example.com", cause),
    ),
  );
  assert.equal(await causeOf("bob@example.com"), "complaint");
});

test("only the unsubscription that was meant is taken back", async (t) => {
  const { world, accountId } = await open(t);
  const unsubscribed = suppressionOf(world, accountId, "ada@example.com", "unsubscribe");
  const bounced = suppressionOf(world, accountId, "bob@example.com", "bounce");
  await add(world, [unsubscribed, bounced]);
  const takeBack = (of: Suppression, id = of.id) =>
    world.database.write({ role: "request", accountId }, (tx) => removeUnsubscription(tx, of, id));
  assert.equal(await takeBack(unsubscribed, unsubscribed.id + 1n), false);
  assert.equal(await takeBack(bounced), false);
  assert.deepEqual([await takeBack(unsubscribed), await takeBack(unsubscribed)], [true, false]);
  assert.deepEqual(
    (await list(world, accountId)).map(({ cause }) => cause),
    ["bounce"],
  );
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
