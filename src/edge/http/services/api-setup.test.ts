import assert from "node:assert/strict";
import { after, test } from "node:test";
import { Refusal } from "../../../base/errors.ts";
import { Authenticator } from "../../../core/accounts/index.ts";
import { allPermissions } from "../principal.ts";
import { apiServices } from "./api.ts";
import { openServiceWorld } from "./testing/service-world.ts";

// Domains, senders and keys of our own API, as the dashboard changes them.

const world = await openServiceWorld({ after });
const { context, clock, database, keyring } = world;
const services = apiServices(context);

function refused(code: string) {
  return (error: unknown) => error instanceof Refusal && error.code === code;
}

const addressesOf = (list: { address: string }[]) => list.map(({ address }) => address);

test("a domain that was given up sends nothing more, and is verified anew when it comes back", async () => {
  const principal = await world.principal();
  const { accountId } = principal;
  await world.approve(accountId, "shop.example");
  const before = (await services.listDomains(principal))[0]?.report.dkim.expected;
  assert.ok((await context.senders.signers(accountId, "shop.example"))?.length);
  const stranger = await world.principal();
  assert.equal(await services.removeDomain(stranger, "shop.example"), false);
  assert.equal(await services.removeDomain(principal, "Shop.example."), true);
  assert.equal(await services.removeDomain(principal, "shop.example"), false);
  assert.deepEqual(await services.listDomains(principal), []);
  assert.equal(await context.senders.signers(accountId, "shop.example"), null);
  await assert.rejects(
    world.send(accountId, { from: "hello@shop.example", to: ["ann@example.net"] }),
    refused("sender_not_allowed"),
  );
  const again = await services.addDomain(principal, { name: "shop.example", withEd25519: false });
  assert.equal(again.state, "pending");
  assert.notDeepEqual(again.report.dkim.expected, before);
  await assert.rejects(services.removeDomain(principal, "not a domain"), refused("invalid_domain"));
});

test("with its domain goes the right to every address in it, and not an address that was confirmed", async () => {
  const principal = await world.principal();
  await world.approve(principal.accountId, "shop.example");
  for (const address of ["*@shop.example", "news@shop.example"])
    assert.equal((await services.addSender(principal, { address, name: "" })).state, "active");
  await services.removeDomain(principal, "shop.example");
  const left = await services.listSenders(principal);
  assert.deepEqual(
    left.map(({ address, state }) => [address, state]),
    [
      ["*@shop.example", "inactive"],
      ["news@shop.example", "active"],
    ],
  );
});

test("a sender elsewhere waits for its owner, is asked again, and comes back after its removal", async () => {
  const principal = await world.principal();
  const wish = { address: " News@third.example", name: "News" };
  const added = await services.addSender(principal, wish);
  assert.deepEqual(
    [added.address, added.state, added.isDomainWide],
    ["news@third.example", "inactive", false],
  );
  assert.deepEqual(await services.addSender(principal, { ...wish, name: "Other" }), {
    ...added,
    confirmationEndsAt: (await services.listSenders(principal))[0]?.confirmationEndsAt ?? null,
  });
  const waits = (await services.listSenders(principal))[0];
  assert.ok((waits?.confirmationEndsAt ?? new Date(0)) > clock.now());
  clock.advance(3_600_000);
  const asked = await services.confirmSender(principal, added.id);
  assert.ok((asked?.confirmationEndsAt ?? new Date(0)) > (waits?.confirmationEndsAt ?? clock.now()));
  assert.equal(await services.removeSender(principal, added.id), true);
  assert.equal(await services.removeSender(principal, added.id), false);
  assert.deepEqual(await services.listSenders(principal), []);
  assert.equal(await services.confirmSender(principal, added.id), null);
  const back = await services.addSender(principal, wish);
  assert.deepEqual([back.id, back.state], [added.id, "inactive"]);
  await assert.rejects(services.addSender(principal, { address: "nobody", name: "" }), refused("invalid"));
});

test("another account sees, asks and removes none of these senders", async () => {
  const [principal, stranger] = [await world.principal(), await world.principal()];
  const { id } = await services.addSender(principal, { address: "news@third.example", name: "" });
  assert.deepEqual(await services.listSenders(stranger), []);
  assert.equal(await services.confirmSender(stranger, id), null);
  assert.equal(await services.removeSender(stranger, id), false);
  assert.deepEqual(addressesOf(await services.listSenders(principal)), ["news@third.example"]);
});

test("a key pair is renamed, and switched off and on everywhere within seconds", async () => {
  const principal = await world.principal();
  const { key, secretKey } = await services.createKey(principal, { name: "Shop", scopes: ["send"] });
  const authenticator = new Authenticator(database, keyring, clock);
  const signIn = async () => {
    clock.advance(2001);
    return (await authenticator.authenticate(key.publicKey, secretKey)).kind;
  };
  assert.equal(await signIn(), "authenticated");
  const off = await services.changeKey(principal, key.id, { name: "Old shop", isActive: false });
  assert.deepEqual(off, { ...key, name: "Old shop", isActive: false });
  assert.equal(await signIn(), "suspended");
  await services.changeKey(principal, key.id, { isActive: true });
  assert.equal(await signIn(), "authenticated");
  const listed = (await services.listKeys(principal)).find(({ id }) => id === key.id);
  assert.deepEqual([listed?.name, listed?.isActive], ["Old shop", true]);
  await services.changeKey(principal, key.id, { name: "Old shop" });
  const actions = (await world.audit(principal.accountId)).map(({ action }) => action);
  assert.deepEqual(actions, ["api_key.created", "api_key.changed", "api_key.changed"], "and not of nothing");
});

test("the primary pair stays on, others' and revoked pairs are not there, and no pair gives what it lacks", async () => {
  const [principal, stranger] = [await world.principal(), await world.principal()];
  const { key } = await services.createKey(principal, { name: "Shop", scopes: ["send"] });
  assert.equal(await services.changeKey(principal, principal.keyId, { isActive: false }), "primary");
  const renamed = await services.changeKey(principal, principal.keyId, { name: "Main" });
  assert.equal(typeof renamed === "object" && renamed.name, "Main");
  assert.equal(await services.changeKey(stranger, key.id, { name: "Mine" }), "unknown");
  await services.changeKey(principal, key.id, { isActive: false });
  const actor = { kind: "key", id: 1n, isPrimary: false } as const;
  const manager = { ...principal, actor, permissions: new Set(["read", "manage"] as const) };
  await assert.rejects(services.changeKey(manager, key.id, { isActive: true }), refused("forbidden"));
  const session = { ...principal, actor: { kind: "session", id: 1n } as const, permissions: allPermissions };
  const on = await services.changeKey(session, key.id, { isActive: true });
  assert.equal(typeof on === "object" && on.isActive, true);
  await services.revokeKey(principal, key.id);
  assert.equal(await services.changeKey(principal, key.id, { isActive: true }), "unknown");
});
