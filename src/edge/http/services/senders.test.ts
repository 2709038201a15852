import assert from "node:assert/strict";
import { after, test } from "node:test";
import { sql } from "../../../base/database.ts";
import { readConfirmation, selectDomain } from "../../../core/domains/index.ts";
import { MessageLoader } from "../../../core/messages/index.ts";
import { confirmSenderPage } from "../../pages/confirm-sender.ts";
import type { Principal } from "../principal.ts";
import { senderServices } from "./senders.ts";
import { openServiceWorld } from "./testing/service-world.ts";

const world = await openServiceWorld({ after });
const { context, database, keyring, clock, links, zone } = world;
const services = senderServices(context);

const plain = { name: "", category: "unknown", isDefault: false } as const;

async function create(
  principal: Principal,
  address: string,
  more: { name?: string; isDefault?: boolean } = {},
) {
  const outcome = await services.createSender(principal, { ...plain, ...more, address });
  assert.equal(outcome.kind, "created");
  return outcome.kind === "created" ? outcome.sender : assert.fail();
}

/** The mails waiting for an address: their text and the queue they are in. */
async function mailsTo(principal: Principal, address: string) {
  const { accountId } = principal;
  const lookup = keyring.lookup(accountId, address);
  return database.read({ role: "delivery" }, async (reader) => {
    const rows = await reader.rows<{ id: bigint; contentId: bigint; lane: number; route: string }>(sql`
      select d.id, d.content_id as "contentId", d.lane, d.route from delivery d
      join message m on m.account_id = d.account_id and m.id = d.id
      where m.account_id = ${accountId} and m.lookup = ${lookup} order by d.id`);
    const deliveries = rows.map((row) => ({
      ...row,
      accountId,
      partId: null,
      band: 0 as const,
      dueAt: clock.now(),
      expiresAt: clock.now(),
      attempts: 0,
      isBulk: false,
      isRepeat: false,
      isReport: false,
      claim: { lane: row.lane, id: row.id, nodeId: 1, epoch: 1n },
    }));
    const loaded = await new MessageLoader(keyring, links).load(reader, deliveries);
    return loaded.map((each, index) => {
      const content = each.kind === "ready" ? each.input.prepared.content : assert.fail(each.kind);
      assert.ok("text" in content);
      return { ...content, route: rows[index]?.route };
    });
  });
}

function linkIn(text: string | null): string {
  const [, word] = /https:\/\/mail\.operator\.example\/confirm-sender\/(\S+)/.exec(text ?? "") ?? [];
  return word ?? assert.fail("The mail has no link.");
}

function page(method: "GET" | "POST", word: string) {
  return confirmSenderPage(context, { method, word });
}

test("a new address waits, its domain is there, and its owner is asked by mail", async () => {
  const principal = await world.principal("Fish & Chips");
  const sender = await create(principal, "Ann@Shop.example", { name: "Ann" });
  assert.deepEqual(
    { ...sender, id: 0n, domainId: 0n },
    {
      id: 0n,
      address: "ann@shop.example",
      name: "Ann",
      category: "unknown",
      createdAt: clock.now(),
      domainId: 0n,
      filename: "",
      isDefault: false,
      status: "Inactive",
    },
  );
  const domain = await database.read({ role: "operator" }, (reader) =>
    selectDomain(reader, principal.accountId, { name: "shop.example" }),
  );
  assert.equal(sender.domainId, domain?.id);
  const [mail] = await mailsTo(principal, "ann@shop.example");
  assert.deepEqual(mail?.from, context.systemSender);
  assert.deepEqual(mail?.headers, [["Auto-Submitted", "auto-generated"]]);
  assert.equal(mail?.route, "inbox:");
  assert.match(mail?.text ?? "", /"Fish & Chips"/);
  const link = readConfirmation(linkIn(mail?.text ?? null));
  assert.equal(link?.accountId, principal.accountId);
  assert.equal(link?.senderId, sender.id);
});

test("the link's page asks on GET and confirms on POST", async () => {
  const principal = await world.principal("<b>Bold</b>");
  const sender = await create(principal, "bob@shop.example");
  const [mail] = await mailsTo(principal, "bob@shop.example");
  const word = linkIn(mail?.text ?? null);
  for (let look = 0; look < 2; look += 1) {
    const asked = await page("GET", word);
    assert.equal(asked.status, 200);
    assert.match(asked.body, /bob@shop\.example/);
    assert.match(asked.body, /&lt;b&gt;Bold&lt;\/b&gt;/);
    assert.match(asked.body, /<form method="post">/);
  }
  assert.deepEqual(await services.validateSender(principal, sender.id), {
    kind: "asked",
    method: "ActivationEmail",
  });
  const confirmed = await page("POST", word);
  assert.equal(confirmed.status, 200);
  assert.deepEqual(
    (await services.listSenders(principal)).map(({ status }) => status),
    ["Active"],
  );
  assert.deepEqual(await services.validateSender(principal, sender.id), { kind: "already-active" });
  assert.equal((await context.senders.verdict(principal.accountId, "bob@shop.example")).kind, "allowed");
  const [, last] = await world.audit(principal.accountId);
  assert.deepEqual(last, { actor: "link", action: "sender.confirmed", subjectId: sender.id });
  for (const method of ["GET", "POST"] as const) assert.equal((await page(method, word)).status, 404);
});

test("a link that is none gets a page that says so, and every page may load nothing", async () => {
  for (const word of ["", "x", "1.1.x", `1.1.${"a".repeat(43)}`, "%00", "'; drop table sender; --"]) {
    for (const method of ["GET", "POST"] as const) {
      const { status, headers, body } = await page(method, word);
      assert.equal(status, 404, word);
      assert.match(
        headers["content-security-policy"] ?? "",
        /^default-src 'none'; style-src 'sha256-[^']+';/,
      );
      assert.match(body, /<html lang="en">/);
      assert.doesNotMatch(body, /<script|<img|https?:/);
    }
  }
});

test("asking again soon sends no second mail; later it does, and the first link is of no use", async () => {
  const principal = await world.principal();
  const { id } = await create(principal, "cleo@shop.example");
  const asked = { kind: "asked", method: "ActivationEmail" } as const;
  assert.deepEqual(await services.validateSender(principal, id), asked);
  assert.equal((await mailsTo(principal, "cleo@shop.example")).length, 1);
  clock.advance(11 * 60_000);
  assert.deepEqual(await services.validateSender(principal, id), asked);
  const [first, second] = await mailsTo(principal, "cleo@shop.example");
  assert.equal((await page("POST", linkIn(first?.text ?? null))).status, 404);
  assert.equal((await page("POST", linkIn(second?.text ?? null))).status, 200);
});

test("a sender of a verified domain needs nobody's confirmation", async () => {
  const principal = await world.principal();
  await world.approve(principal.accountId, "shop.example");
  assert.equal((await create(principal, "dan@shop.example")).status, "Active");
  assert.equal((await mailsTo(principal, "dan@shop.example")).length, 0);
});

test("a whole domain is validated by its DNS", async () => {
  const principal = await world.principal();
  const { id, filename, status } = await create(principal, "*@dns.example");
  assert.match(filename, /^[0-9a-f]{32}\.txt$/);
  assert.equal(status, "Inactive");
  const failed = await services.validateSender(principal, id);
  assert.equal(failed.kind, "failed");
  assert.match(failed.kind === "failed" ? failed.dnsError : "", /Publish this TXT record at facteur\._/);
  const domain = await database.read({ role: "operator" }, (reader) =>
    selectDomain(reader, principal.accountId, { name: "dns.example" }),
  );
  const token = domain?.ownershipToken ?? "";
  zone[`facteur._${token.slice(0, 8)}.dns.example`] = { txt: [token] };
  assert.deepEqual(await services.validateSender(principal, id), { kind: "asked", method: "DNS" });
  assert.deepEqual(await services.validateSender(principal, id), { kind: "already-active" });
  const verdict = await context.senders.verdict(principal.accountId, "anyone@dns.example");
  assert.equal(verdict.kind === "allowed" && verdict.isDomainVerified, true);
});

test("what exists and what is no address is told apart", async () => {
  const principal = await world.principal();
  await create(principal, "eve@shop.example");
  const again = await services.createSender(principal, { ...plain, address: "EVE@shop.example" });
  assert.deepEqual(again, { kind: "exists", status: "Inactive" });
  for (const address of ["eve", "*@", "*@nodot", "a@b@c", ""]) {
    assert.deepEqual(await services.createSender(principal, { ...plain, address }), {
      kind: "invalid-address",
    });
  }
});

test("a sender changes its name, its kind and whether it is the default", async () => {
  const principal = await world.principal();
  const first = await create(principal, "fay@shop.example", { isDefault: true });
  const second = await create(principal, "gus@shop.example");
  const change = { name: "Gus", category: "bulk", isDefault: true } as const;
  const changed = await services.updateSender(principal, second.id, change);
  assert.deepEqual(changed, { kind: "changed", value: { ...second, ...change } });
  assert.deepEqual(await services.updateSender(principal, second.id, change), { kind: "unchanged" });
  assert.deepEqual(await services.updateSender(principal, 1n, change), { kind: "unknown" });
  const listed = await services.listSenders(principal);
  assert.deepEqual(listed, [
    { ...first, isDefault: false },
    { ...second, ...change },
  ]);
});

test("a deleted sender may not be sent from, stays known, and comes back by validation", async () => {
  const principal = await world.principal();
  await world.approve(principal.accountId, "shop.example");
  const wide = await create(principal, "*@shop.example");
  assert.equal(await services.removeSender(principal, wide.id), true);
  assert.equal(await services.removeSender(principal, wide.id), false);
  assert.equal(await services.removeSender(principal, 1n), false);
  assert.equal((await context.senders.verdict(principal.accountId, "any@shop.example")).kind, "unknown");
  assert.deepEqual(
    (await services.listSenders(principal)).map(({ status }) => status),
    ["Deleted"],
  );
  const again = await services.createSender(principal, { ...plain, address: "*@shop.example" });
  assert.deepEqual(again, { kind: "exists", status: "Deleted" });
  assert.deepEqual(await services.validateSender(principal, wide.id), { kind: "asked", method: "DNS" });
  assert.equal((await context.senders.verdict(principal.accountId, "any@shop.example")).kind, "allowed");
});

test("the link of a deleted address is of no use; asked for again, the address waits as a new one", async () => {
  const principal = await world.principal();
  const { id } = await create(principal, "hal@shop.example");
  const [mail] = await mailsTo(principal, "hal@shop.example");
  await services.removeSender(principal, id);
  assert.equal((await page("POST", linkIn(mail?.text ?? null))).status, 404);
  assert.deepEqual(await services.validateSender(principal, id), {
    kind: "asked",
    method: "ActivationEmail",
  });
  assert.deepEqual(
    (await services.listSenders(principal)).map(({ status }) => status),
    ["Inactive"],
  );
});

test("another account neither sees nor touches a sender", async () => {
  const principal = await world.principal("One");
  const other = await world.principal("Two");
  const { id } = await create(principal, "ivy@shop.example");
  assert.deepEqual(await services.listSenders(other), []);
  assert.deepEqual(await services.updateSender(other, id, { name: "Mine" }), { kind: "unknown" });
  assert.equal(await services.removeSender(other, id), false);
  assert.deepEqual(await services.validateSender(other, id), { kind: "unknown" });
  assert.equal((await services.listSenders(principal))[0]?.name, "");
  assert.equal((await create(other, "ivy@shop.example")).status, "Inactive");
});

test("every change of a sender is in the audit, and no table shows an address or a name", async () => {
  const principal = await world.principal("Confidential Company");
  const { id } = await create(principal, "verysecret@shop.example", { name: "Confidential Person" });
  await services.updateSender(principal, id, { name: "Confidential Twin" });
  await services.removeSender(principal, id);
  const actor = `key/${principal.keyId}`;
  assert.deepEqual(
    await world.audit(principal.accountId),
    ["sender.created", "sender.changed", "sender.deleted"].map((action) => ({
      actor,
      action,
      subjectId: id,
    })),
  );
  const dump = await world.dump(["sender", "audit", "message", "content", "account", "api_key"]);
  assert.doesNotMatch(dump, /verysecret|confidential/i);
});
