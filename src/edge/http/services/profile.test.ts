import assert from "node:assert/strict";
import { after, test } from "node:test";
import { sql } from "../../../base/database.ts";
import { Refusal } from "../../../base/errors.ts";
import { profileServices } from "./profile.ts";
import { openServiceWorld } from "./testing/service-world.ts";

const world = await openServiceWorld({ after });
const { context, database, keyring } = world;
const services = profileServices(context);

test("a user begins with what the account is called and where it is reached", async () => {
  const principal = await world.principal("Example Ltd");
  const user = await services.readUser(principal);
  assert.equal(user.id, principal.accountId);
  assert.equal(user.address, "owner@example.org");
  assert.equal(user.username, "Example Ltd");
  assert.equal(user.locale, "en_US");
});

test("a user changes its name, locale and zone", async () => {
  const principal = await world.principal();
  const change = { username: "Ann", locale: "fr_FR", timezone: "Europe/Paris" };
  const changed = await services.updateUser(principal, change);
  assert.deepEqual(changed, {
    kind: "changed",
    value: { ...(await services.readUser(principal)), ...change },
  });
  assert.deepEqual(await services.updateUser(principal, change), { kind: "unchanged" });
});

test("a new address is found by its hash from then on; only the main account's primary key may set it", async () => {
  const principal = await world.principal();
  const child = await world.principal("Child", principal.accountId);
  const changed = await services.updateUser(principal, { address: "New@example.org", username: "Ann" });
  assert.equal(changed.kind === "changed" && changed.value.address, "New@example.org");
  assert.equal((await services.readUser(principal)).username, "Ann");
  const lookup = keyring.rootLookup("new@example.org");
  const found = await database.read({ role: "operator" }, (reader) =>
    reader.row<{ id: bigint }>(sql`select id from account where address_lookup = ${lookup}`),
  );
  assert.equal(found?.id, principal.accountId);
  assert.deepEqual(await services.updateUser(principal, { address: "New@example.org" }), {
    kind: "unchanged",
  });
  const code = (expected: string) => (error: unknown) => error instanceof Refusal && error.code === expected;
  await assert.rejects(services.updateUser(principal, { address: "nobody" }), code("invalid_address"));
  await assert.rejects(services.updateUser(child, { address: "x@example.org" }), code("forbidden"));
});

test("a profile keeps what it is told, dates and numbers too", async () => {
  const principal = await world.principal();
  const empty = await services.readProfile(principal);
  assert.equal(empty.companyName, "");
  assert.equal(empty.birthdayAt, null);
  const change = {
    companyName: "Example Ltd",
    birthdayAt: new Date("1990-05-01T00:00:00Z"),
    estimatedVolume: 5000,
  };
  assert.deepEqual(await services.updateProfile(principal, change), {
    kind: "changed",
    value: { ...empty, ...change },
  });
  assert.deepEqual(await services.readProfile(principal), { ...empty, ...change });
  assert.deepEqual(await services.updateProfile(principal, { ...change }), { kind: "unchanged" });
  assert.equal((await services.updateProfile(principal, { birthdayAt: null })).kind, "changed");
  assert.equal((await services.readProfile(principal)).birthdayAt, null);
});

test("a profile has room for what people write, not for files", async () => {
  const principal = await world.principal();
  const isInvalid = (error: unknown) => error instanceof Refusal && error.code === "invalid";
  await assert.rejects(services.updateProfile(principal, { website: "x".repeat(100_000) }), isInvalid);
  assert.equal((await services.readProfile(principal)).website, "");
});

test("user and profile share one row and leave each other alone", async () => {
  const principal = await world.principal();
  await services.updateUser(principal, { username: "Ann" });
  await services.updateProfile(principal, { city: "Paris" });
  await services.updateUser(principal, { locale: "fr_FR" });
  assert.equal((await services.readUser(principal)).username, "Ann");
  assert.equal((await services.readProfile(principal)).city, "Paris");
});

test("each account has its own, and nothing of it can be read in the database", async () => {
  const principal = await world.principal("One");
  const other = await world.principal("Two");
  await services.updateProfile(principal, {
    companyName: "Confidential Company",
    vatNumber: "FR-CONFIDENTIAL",
  });
  await services.updateUser(principal, {
    username: "Confidential Person",
    address: "confidential@example.org",
  });
  assert.equal((await services.readProfile(other)).companyName, "");
  assert.equal((await services.readUser(other)).username, "Two");
  assert.doesNotMatch(await world.dump(["profile", "account", "audit"]), /confidential/i);
  const actions = (await world.audit(principal.accountId)).map(({ action }) => action);
  assert.deepEqual(actions, ["profile.changed", "user.changed"]);
});
