import assert from "node:assert/strict";
import { after, test } from "node:test";
import { openWorld } from "../../../tests/support/world.ts";
import { SenderBook } from "./book.ts";
import { addSender, type SenderWish } from "./sender.ts";
import { type SenderChange, updateSender } from "./sender-store.ts";
import { selectDomain } from "./store.ts";

const world = await openWorld({ after });
const { database, keyring, ids, clock } = world;

// A new book knows nothing yet: no test waits for an answer to grow old.
function book(): SenderBook {
  return new SenderBook(database, keyring, clock);
}

async function add(accountId: bigint, address: string, more: Partial<SenderWish> = {}): Promise<bigint> {
  const wish = { address, name: "", kind: "unknown", isDefault: false, ...more } as const;
  const { sender } = await database.write({ role: "request", accountId }, async (tx) => {
    await keyring.load(tx, [accountId]);
    return addSender(tx, { keyring, ids, now: clock.now() }, accountId, wish);
  });
  return sender.id;
}

async function change(accountId: bigint, id: bigint, wish: Partial<SenderChange>): Promise<void> {
  const full = { sealed: null, kind: null, isDefault: null, isMeta: null, state: null, ...wish };
  await database.write({ role: "request", accountId }, (tx) => updateSender(tx, { accountId, id }, full));
}

test("an unknown address, an inactive and an active sender are told apart", async () => {
  const { accountId } = await world.account();
  const id = await add(accountId, "ann@shop.example");
  assert.deepEqual(await book().verdict(accountId, "bob@shop.example"), { kind: "unknown" });
  assert.deepEqual(await book().verdict(accountId, "ann@shop.example"), { kind: "inactive" });
  await change(accountId, id, { state: "active" });
  const verdict = await book().verdict(accountId, "Ann@shop.example");
  assert.deepEqual(verdict, { kind: "allowed", senderId: id, isDomainVerified: false, isBulk: false });
  assert.equal(await book().signers(accountId, "shop.example"), null);
});

test("a verified domain allows every address in it", async () => {
  const { accountId } = await world.account();
  await world.approve(accountId, "shop.example");
  const verdict = await book().verdict(accountId, "anyone@shop.example");
  assert.equal(verdict.kind === "allowed" && verdict.isDomainVerified, true);
  assert.equal((await book().signers(accountId, "shop.example"))?.length, 1);
  assert.deepEqual(await book().verdict(accountId, "anyone@elsewhere.example"), { kind: "unknown" });
});

test("deleting the domain-wide sender takes back every address but those that are senders themselves", async () => {
  const { accountId } = await world.account();
  await world.approve(accountId, "shop.example");
  const wide = await add(accountId, "*@shop.example");
  const ann = await add(accountId, "ann@shop.example");
  await change(accountId, wide, { state: "deleted" });
  assert.deepEqual(await book().verdict(accountId, "anyone@shop.example"), { kind: "unknown" });
  const verdict = await book().verdict(accountId, "ann@shop.example");
  assert.deepEqual(verdict, { kind: "allowed", senderId: ann, isDomainVerified: true, isBulk: false });
});

test("a sub-account may use what its parent shares, and nothing else of it", async () => {
  const { accountId: parent } = await world.account("Parent");
  const { accountId: child } = await world.account("Child", parent);
  const { accountId: stranger } = await world.account("Stranger");
  await world.approve(parent, "shop.example");
  await add(parent, "own@shop.example");
  assert.deepEqual(await book().verdict(child, "own@shop.example"), { kind: "unknown" });
  assert.equal(await book().signers(child, "shop.example"), null);
  const shared = await add(parent, "shared@shop.example", { description: "For all" });
  const verdict = await book().verdict(child, "shared@shop.example");
  assert.deepEqual(verdict, { kind: "allowed", senderId: shared, isDomainVerified: true, isBulk: false });
  assert.deepEqual(await book().verdict(child, "own@shop.example"), { kind: "unknown" });
  assert.deepEqual(await book().verdict(stranger, "shared@shop.example"), { kind: "unknown" });
  assert.equal(await book().signers(stranger, "shop.example"), null);
});

test("mail under a shared sender is signed with the parent's key", async () => {
  const { accountId: parent } = await world.account("Parent");
  const { accountId: child } = await world.account("Child", parent);
  await world.approve(parent, "shop.example");
  await add(parent, "*@shop.example", { description: "For all" });
  const own = await database.read({ role: "request", accountId: parent }, (reader) =>
    selectDomain(reader, parent, { name: "shop.example" }),
  );
  const signers = await book().signers(child, "shop.example");
  assert.deepEqual(
    signers?.map((signer) => signer.selector),
    [own?.selector],
  );
  const verdict = await book().verdict(child, "anyone@shop.example");
  assert.equal(verdict.kind === "allowed" && verdict.isDomainVerified, true);
});

test("a shared sender that is switched off, or of a domain that is not verified, gives little or nothing", async () => {
  const { accountId: parent } = await world.account("Parent");
  const { accountId: child } = await world.account("Child", parent);
  const wide = await add(parent, "*@shop.example", { description: "For all", state: "active" });
  const exact = await add(parent, "ann@shop.example", { description: "For all", state: "active" });
  assert.deepEqual(await book().verdict(child, "bob@shop.example"), { kind: "unknown" });
  const verdict = await book().verdict(child, "ann@shop.example");
  assert.deepEqual(verdict, { kind: "allowed", senderId: exact, isDomainVerified: false, isBulk: false });
  assert.equal(await book().signers(child, "shop.example"), null);
  await change(parent, exact, { isMeta: false });
  await change(parent, wide, { isMeta: false });
  assert.deepEqual(await book().verdict(child, "ann@shop.example"), { kind: "unknown" });
});

test("an answer is remembered until it is forgotten", async () => {
  const { accountId } = await world.account();
  const one = book();
  assert.deepEqual(await one.verdict(accountId, "ann@shop.example"), { kind: "unknown" });
  await add(accountId, "ann@shop.example");
  assert.deepEqual(await one.verdict(accountId, "ann@shop.example"), { kind: "unknown" });
  one.forget(accountId);
  assert.deepEqual(await one.verdict(accountId, "ann@shop.example"), { kind: "inactive" });
});
