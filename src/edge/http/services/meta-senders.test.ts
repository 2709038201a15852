import assert from "node:assert/strict";
import { after, test } from "node:test";
import { Refusal } from "../../../base/errors.ts";
import { metaSenderServices } from "./meta-senders.ts";
import { senderServices } from "./senders.ts";
import { openServiceWorld } from "./testing/service-world.ts";

const world = await openServiceWorld({ after });
const { context } = world;
const services = metaSenderServices(context);
const senders = senderServices(context);

function refused(code: string) {
  return (error: unknown) => error instanceof Refusal && error.code === code;
}

async function share(principal: Awaited<ReturnType<typeof world.principal>>, address: string) {
  const outcome = await services.createMetaSender(principal, { address, description: "For all" });
  return outcome.kind === "created" ? outcome.sender : assert.fail(outcome.kind);
}

test("a shared sender of a verified domain works in every sub-account until it is switched off", async () => {
  const main = await world.principal("Main");
  const child = await world.principal("Child", main.accountId);
  await world.approve(main.accountId, "shop.example");
  const made = await share(main, "all@shop.example");
  assert.equal(made.isEnabled, true);
  assert.deepEqual(await services.listMetaSenders(main), [made]);
  assert.equal((await context.senders.verdict(child.accountId, "all@shop.example")).kind, "allowed");
  const off = await services.updateMetaSender(main, made.id, { isEnabled: false });
  assert.deepEqual(off, { kind: "changed", value: { ...made, isEnabled: false } });
  context.senders.forget(child.accountId);
  assert.equal((await context.senders.verdict(child.accountId, "all@shop.example")).kind, "unknown");
  assert.equal((await context.senders.verdict(main.accountId, "all@shop.example")).kind, "allowed");
});

test("a shared sender that is not confirmed cannot be switched on", async () => {
  const main = await world.principal();
  const { id, isEnabled } = await share(main, "new@elsewhere.example");
  assert.equal(isEnabled, false);
  await assert.rejects(services.updateMetaSender(main, id, { isEnabled: true }), refused("sender_inactive"));
});

test("a sender the account has already becomes a shared one; what is shared exists", async () => {
  const main = await world.principal();
  await world.approve(main.accountId, "shop.example");
  const plain = { address: "ann@shop.example", name: "Ann", category: "unknown", isDefault: false } as const;
  await senders.createSender(main, plain);
  assert.deepEqual(await services.listMetaSenders(main), []);
  const { id, description } = await share(main, "ann@shop.example");
  assert.equal(description, "For all");
  assert.equal((await senders.listSenders(main))[0]?.name, "Ann");
  const again = await services.createMetaSender(main, { address: "ANN@shop.example", description: "" });
  assert.deepEqual(again, { kind: "exists" });
  const wrong = await services.createMetaSender(main, { address: "ann", description: "" });
  assert.deepEqual(wrong, { kind: "invalid-address" });
  const change = { description: "For some" };
  assert.equal((await services.updateMetaSender(main, id, change)).kind, "changed");
  assert.deepEqual(await services.updateMetaSender(main, id, change), { kind: "unchanged" });
  assert.equal((await senders.listSenders(main))[0]?.name, "Ann");
});

test("only the main account shares, and nobody sees another's", async () => {
  const main = await world.principal("Main");
  const child = await world.principal("Child", main.accountId);
  const other = await world.principal("Other");
  const { id } = await share(main, "mine@shop.example");
  const wish = { address: "x@shop.example", description: "" };
  await assert.rejects(services.createMetaSender(child, wish), refused("forbidden"));
  await assert.rejects(
    services.createMetaSender(
      { ...main, actor: { kind: "key" as const, id: main.keyId, isPrimary: false } },
      wish,
    ),
    refused("forbidden"),
  );
  await assert.rejects(services.updateMetaSender(child, id, { isEnabled: false }), refused("forbidden"));
  assert.deepEqual(await services.listMetaSenders(child), []);
  assert.deepEqual(await services.listMetaSenders(other), []);
  assert.deepEqual(await services.updateMetaSender(other, id, { description: "Mine" }), { kind: "unknown" });
});
