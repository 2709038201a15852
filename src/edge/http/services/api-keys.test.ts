import assert from "node:assert/strict";
import { after, test } from "node:test";
import { sql } from "../../../base/database.ts";
import { Refusal } from "../../../base/errors.ts";
import { Authenticator, subAccountsMax } from "../../../core/accounts/index.ts";
import { keyServices } from "./api-keys.ts";
import { keyAccessServices } from "./key-access.ts";
import { openServiceWorld } from "./testing/service-world.ts";

const world = await openServiceWorld({ after });
const { context, database, keyring, clock } = world;
const services = keyServices(context);
const accesses = keyAccessServices(context, services);

function refused(code: string) {
  return (error: unknown) => error instanceof Refusal && error.code === code;
}

// A new one remembers nothing.
async function signIn(publicKey: string, secret: string) {
  return (await new Authenticator(database, keyring, clock).authenticate(publicKey, secret)).kind;
}

test("a sub-account's key works at once, and its secret is shown once", async () => {
  const main = await world.principal();
  const { key, secret } = await services.createSubAccountKey(main, " Shop ", true);
  assert.equal(key.name, "Shop");
  assert.equal(key.isMaster, false);
  assert.equal(key.trackHost, "mail.operator.example");
  assert.equal(await signIn(key.publicKey, secret), "authenticated");
  const listed = await services.listApiKeys(main);
  assert.deepEqual(
    listed.map(({ name, isMaster }) => [name, isMaster]),
    [
      ["Primary", true],
      ["Shop", false],
    ],
  );
  assert.deepEqual(listed[1], key);
});

test("a sub-account may be opened asleep, woken and put to sleep again", async () => {
  const main = await world.principal();
  const { key, secret } = await services.createSubAccountKey(main, "Asleep", false);
  assert.equal(await signIn(key.publicKey, secret), "suspended");
  const woken = await services.updateApiKey(main, key.id, { isActive: true });
  assert.deepEqual(woken, { kind: "changed", value: { ...key, isActive: true } });
  assert.equal(await signIn(key.publicKey, secret), "authenticated");
  assert.deepEqual(await services.updateApiKey(main, key.id, { isActive: true }), { kind: "unchanged" });
  await services.updateApiKey(main, key.id, { isActive: false });
  assert.equal(await signIn(key.publicKey, secret), "suspended");
});

test("a key changes its name", async () => {
  const main = await world.principal();
  const { key } = await services.createSubAccountKey(main, "Before", true);
  await services.updateApiKey(main, key.id, { name: "After" });
  await services.updateApiKey(main, main.keyId, { name: "Main" });
  assert.deepEqual(
    (await services.listApiKeys(main)).map(({ name }) => name),
    ["Main", "After"],
  );
  assert.deepEqual(await services.updateApiKey(main, 1n, { name: "Nobody" }), { kind: "unknown" });
});

test("the main account cannot lock itself out, and a key has a name", async () => {
  const main = await world.principal();
  await assert.rejects(services.updateApiKey(main, main.keyId, { isActive: false }), refused("primary_key"));
  await assert.rejects(services.createSubAccountKey(main, " ", true), refused("invalid"));
  await assert.rejects(services.createSubAccountKey(main, "x".repeat(201), true), refused("invalid"));
  await assert.rejects(services.updateApiKey(main, main.keyId, { name: "" }), refused("invalid"));
});

test("only the main account's primary key sees and makes sub-accounts; nobody sees another's", async () => {
  const main = await world.principal("Main");
  const other = await world.principal("Other");
  const child = await world.principal("Child", main.accountId);
  const scoped = { ...main, actor: { kind: "key" as const, id: main.keyId, isPrimary: false } };
  assert.deepEqual(
    (await services.listApiKeys(child)).map(({ id }) => id),
    [child.keyId],
  );
  assert.deepEqual(
    (await services.listApiKeys(scoped)).map(({ id }) => id),
    [main.keyId],
  );
  assert.deepEqual(
    (await services.listApiKeys(main)).map(({ id }) => id),
    [main.keyId, child.keyId],
  );
  for (const principal of [child, scoped]) {
    await assert.rejects(services.createSubAccountKey(principal, "Mine", true), refused("forbidden"));
    await assert.rejects(
      services.updateApiKey(principal, child.keyId, { name: "Mine" }),
      refused("forbidden"),
    );
  }
  assert.deepEqual(await services.updateApiKey(other, child.keyId, { isActive: false }), { kind: "unknown" });
  assert.deepEqual(await services.updateApiKey(other, main.keyId, { isActive: false }), { kind: "unknown" });
  assert.deepEqual(
    (await services.listApiKeys(other)).map(({ id }) => id),
    [other.keyId],
  );
});

test("shares of a key are granted, changed and revoked by the main account", async () => {
  const main = await world.principal();
  const grant = { keyId: main.keyId, userId: 77n, areas: "stats", customName: "Agency", isActive: true };
  const made = await accesses.grantKeyAccess(main, grant);
  const nothing = { realUserId: null, subAccountId: null, lastActivityAt: null };
  assert.deepEqual(made, { ...grant, ...nothing, id: made.id, createdAt: clock.now() });
  assert.deepEqual(await accesses.listKeyAccesses(main), [made]);
  const change = { areas: "", isActive: false };
  const changed = await accesses.updateKeyAccess(main, made.id, change);
  assert.deepEqual(changed, { kind: "changed", value: { ...made, ...change } });
  assert.deepEqual(await accesses.updateKeyAccess(main, made.id, change), { kind: "unchanged" });
  assert.equal(await accesses.revokeKeyAccess(main, made.id), true);
  assert.equal(await accesses.revokeKeyAccess(main, made.id), false);
  assert.deepEqual(await accesses.updateKeyAccess(main, made.id, change), { kind: "unknown" });
  await assert.rejects(accesses.grantKeyAccess(main, { ...grant, keyId: 1n }), refused("invalid"));
});

test("another account neither sees nor touches shares", async () => {
  const main = await world.principal("Main");
  const child = await world.principal("Child", main.accountId);
  const other = await world.principal("Other");
  const grant = { keyId: main.keyId, userId: 77n, areas: "", customName: "", isActive: true };
  const { id } = await accesses.grantKeyAccess(main, grant);
  assert.deepEqual(await accesses.listKeyAccesses(other), []);
  assert.deepEqual(await accesses.listKeyAccesses(child), []);
  assert.equal(await accesses.revokeKeyAccess(other, id), false);
  assert.deepEqual(await accesses.updateKeyAccess(other, id, { areas: "all" }), { kind: "unknown" });
  await assert.rejects(accesses.grantKeyAccess(other, grant), refused("invalid"));
  await assert.rejects(accesses.grantKeyAccess(child, grant), refused("forbidden"));
});

test("sub-accounts and shares are as many as their lists show", async () => {
  const main = await world.principal();
  const child = await world.principal("Child", main.accountId);
  await database.write({ role: "operator" }, (tx) =>
    tx.run(sql`
      insert into account (id, parent_id, state, address_lookup, sealed, created_at)
      select g, a.parent_id, a.state, a.address_lookup, a.sealed, a.created_at
      from account a, generate_series(1, ${subAccountsMax - 1}::int) g where a.id = ${child.accountId}`),
  );
  await assert.rejects(services.createSubAccountKey(main, "One too many", true), refused("too_many"));
  // Accounts without keys of their own, as after their destruction, are left out.
  assert.equal((await services.listApiKeys(main)).length, 2);

  const grant = { keyId: main.keyId, userId: 77n, areas: "", customName: "", isActive: true };
  const { id } = await accesses.grantKeyAccess(main, grant);
  await database.write({ role: "operator" }, (tx) =>
    tx.run(sql`
      insert into account_access (account_id, id, sealed, is_active, created_at)
      select x.account_id, g, x.sealed, x.is_active, x.created_at
      from account_access x, generate_series(1, 999) g where x.id = ${id}`),
  );
  await assert.rejects(accesses.grantKeyAccess(main, grant), refused("too_many"));
  const long = { areas: "x".repeat(1001) };
  await assert.rejects(accesses.updateKeyAccess(main, id, long), refused("invalid"));
});

test("changes are in the audit, and no table shows a name or a secret", async () => {
  const main = await world.principal("Confidential Company");
  const { key, secret } = await services.createSubAccountKey(main, "Confidential Shop", true);
  await services.updateApiKey(main, key.id, { name: "Confidential Twin" });
  const grant = { keyId: key.id, userId: 77n, areas: "", customName: "Confidential Agency", isActive: true };
  const { id } = await accesses.grantKeyAccess(main, grant);
  await accesses.updateKeyAccess(main, id, { isActive: false });
  await accesses.revokeKeyAccess(main, id);
  const actions = (await world.audit(main.accountId)).map(({ action }) => action);
  assert.deepEqual(actions, [
    "sub_account.created",
    "api_key.changed",
    "key_access.granted",
    "key_access.changed",
    "key_access.revoked",
  ]);
  const dump = await world.dump(["account", "api_key", "account_access", "audit", "account_key"]);
  assert.doesNotMatch(dump, /confidential/i);
  assert.ok(!dump.includes(secret));
});
