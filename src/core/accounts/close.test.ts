import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { openWorld } from "../../../tests/support/world.ts";
import { FiguresInForce } from "../../base/figures.ts";
import { Authenticator } from "./api-key.ts";
import { closeAccount, reopenAccount } from "./close.ts";
import { selectAccount } from "./store.ts";

const operator = { role: "operator" } as const;
const dayMs = 86_400_000;
const { retrievalDays } = FiguresInForce.ofRelease;

async function open(t: TestContext) {
  const world = await openWorld(t);
  const { database, keyring, clock, figures } = world;
  const owner = await world.account();
  const kindNow = async ({ publicKey, secretKey }: { publicKey: string; secretKey: string }) =>
    (await new Authenticator(database, keyring, clock).authenticate(publicKey, secretKey)).kind;
  const close = (id: bigint) =>
    database.write(operator, (tx) =>
      closeAccount(tx, { figures: figures.at(clock.now()), now: clock.now() }, id),
    );
  const reopen = (id: bigint) => database.write(operator, (tx) => reopenAccount(tx, id, clock.now()));
  const stateOf = async (id: bigint) =>
    (await database.read(operator, (reader) => selectAccount(reader, id)))?.state;
  return { ...world, owner, close, reopen, kindNow, stateOf };
}

test("a closed account is known as such until its time for reading is over, and unknown from then on", async (t) => {
  const { owner: account, close, clock, kindNow } = await open(t);
  assert.equal(await kindNow(account), "authenticated");
  const { eraseAt } = await close(account.accountId);
  assert.equal(eraseAt.getTime() - clock.now().getTime(), retrievalDays * dayMs);
  assert.equal(await kindNow(account), "closed");
  clock.advance(retrievalDays * dayMs - 1);
  assert.equal(await kindNow(account), "closed");
  clock.advance(1);
  assert.equal(await kindNow(account), "unknown");
});

test("sub-accounts are closed with their account and opened with it, and one alone leaves the others open", async (t) => {
  const { owner: account, close, reopen, stateOf, ...world } = await open(t);
  const [one, two] = [
    await world.account("one", account.accountId),
    await world.account("two", account.accountId),
  ];
  assert.deepEqual((await close(one.accountId)).accountIds, [one.accountId]);
  assert.equal(await stateOf(account.accountId), "active");
  assert.deepEqual((await close(account.accountId)).accountIds, [account.accountId, two.accountId]);
  assert.deepEqual(await reopen(account.accountId), [account.accountId, one.accountId, two.accountId]);
  assert.equal(await stateOf(two.accountId), "active");
});

test("what is closed is not closed again (already_closed), and what is open not opened (not_closed)", async (t) => {
  const { owner: account, close, reopen, clock } = await open(t);
  await assert.rejects(reopen(account.accountId), { code: "not_closed" });
  await close(account.accountId);
  await assert.rejects(close(account.accountId), { code: "already_closed" });
  clock.advance(retrievalDays * dayMs);
  await assert.rejects(reopen(account.accountId), { code: "too_late" });
  await assert.rejects(close(12345n), { code: "not_found" });
});

test("the time for reading and that of copies of the key lie within the months of the policy", () => {
  const { accountKeyDays, closeMonths } = FiguresInForce.ofRelease;
  // The shortest three months are 89 days; a day each for the steps of the chain and for a late look.
  assert.ok(retrievalDays + accountKeyDays + 2 <= closeMonths * 29.5);
});
