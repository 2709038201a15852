import assert from "node:assert/strict";
import { after, test } from "node:test";
import { selectDomain } from "../../../core/domains/index.ts";
import type { Principal } from "../principal.ts";
import { domainServices } from "./domains.ts";
import { senderServices } from "./senders.ts";
import { openServiceWorld } from "./testing/service-world.ts";

const world = await openServiceWorld({ after });
const { context, clock, database, zone } = world;
const services = domainServices(context);
const senders = senderServices(context);

async function add(principal: Principal, address: string) {
  const wish = { address, name: "", category: "unknown", isDefault: false } as const;
  await senders.createSender(principal, wish);
}

async function row(principal: Principal, name: string) {
  const { accountId } = principal;
  const found = await database.read({ role: "operator" }, (reader) =>
    selectDomain(reader, accountId, { name }),
  );
  return found ?? assert.fail("There is no such domain.");
}

test("a domain shows the records to publish, as Mailjet writes them", async () => {
  const principal = await world.principal();
  await add(principal, "ann@shop.example");
  const [domain] = await services.listDomains(principal);
  const stored = await row(principal, "shop.example");
  assert.deepEqual(domain, {
    id: stored.id,
    domain: "shop.example",
    dkimRecordName: `${stored.selector}._domainkey.shop.example.`,
    dkimRecordValue: stored.rsaPublic,
    dkimStatus: "Not checked",
    spfRecordValue: "v=spf1 include:spf.operator.example ~all",
    spfStatus: "Not checked",
    ownershipToken: stored.ownershipToken,
    ownershipRecordName: `facteur._${stored.ownershipToken.slice(0, 8)}.shop.example.`,
    isCheckInProgress: false,
    lastCheckAt: null,
    hasActiveSender: false,
  });
  await world.approve(principal.accountId, "shop.example");
  assert.equal((await services.listDomains(principal))[0]?.hasActiveSender, true);
});

test("a check says what is missing, and verifies the domain when its key is published", async () => {
  const principal = await world.principal();
  await add(principal, "ann@check.example");
  const { id, selector, rsaPublic } = await row(principal, "check.example");
  const missing = await services.checkDomain(principal, id);
  assert.equal(missing?.dkimStatus, "Error");
  assert.equal(missing?.spfStatus, "Not found");
  assert.match(missing?.dkimErrors[0] ?? "", /Publish this TXT record/);
  assert.equal((await context.senders.verdict(principal.accountId, "bob@check.example")).kind, "unknown");

  zone[`${selector}._domainkey.check.example`] = { txt: [rsaPublic] };
  zone["check.example"] = { txt: ["v=spf1 include:spf.operator.example -all"] };
  zone["spf.operator.example"] = { txt: ["v=spf1 ip4:192.0.2.1 -all"] };
  assert.deepEqual(await services.checkDomain(principal, id), {
    dkimStatus: "OK",
    dkimErrors: [],
    dkimRecordCurrentValue: rsaPublic,
    spfStatus: "OK",
    spfErrors: [],
    spfRecordsCurrentValues: ["v=spf1 include:spf.operator.example -all"],
  });
  assert.deepEqual((await services.listDomains(principal))[0]?.lastCheckAt, clock.now());
  assert.equal((await context.senders.verdict(principal.accountId, "bob@check.example")).kind, "allowed");
  const actions = (await world.audit(principal.accountId)).map(({ action }) => action);
  assert.deepEqual(actions, ["sender.created", "domain.verified"]);
});

test("a return path is listed once its record is there", async () => {
  const principal = await world.principal();
  await add(principal, "ann@path.example");
  assert.deepEqual(await services.listReturnPaths(principal), []);
  zone["bounce.path.example"] = { cname: "bounce.operator.example" };
  await services.checkDomain(principal, (await row(principal, "path.example")).id);
  assert.deepEqual(await services.listReturnPaths(principal), [
    { applicationId: String(principal.accountId), domain: "bounce.path.example" },
  ]);
});

test("another account's domains do not exist", async () => {
  const principal = await world.principal("One");
  const other = await world.principal("Two");
  await add(principal, "ann@own.example");
  const { id } = await row(principal, "own.example");
  assert.deepEqual(await services.listDomains(other), []);
  assert.equal(await services.checkDomain(other, id), null);
  assert.equal(await services.checkDomain(principal, 1n), null);
  assert.deepEqual(await services.listReturnPaths(other), []);
});
