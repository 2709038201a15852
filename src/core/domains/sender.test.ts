import assert from "node:assert/strict";
import { after, test } from "node:test";
import { openWorld } from "../../../tests/support/world.ts";
import { sql } from "../../base/database.ts";
import { Refusal } from "../../base/errors.ts";
import { approveDomain, recordCheck } from "./domain.ts";
import { type CheckItem, emptyReport } from "./report.ts";
import { addSender, type SenderWish } from "./sender.ts";
import { selectSender, sendersMax, updateSender } from "./sender-store.ts";
import { domainsMax, selectDomain, selectDomains } from "./store.ts";

const world = await openWorld({ after });
const { database, keyring, ids, clock } = world;

function context() {
  return { keyring, ids, now: clock.now() };
}

function add(accountId: bigint, address: string, more: Partial<SenderWish> = {}) {
  const wish = { address, name: "", kind: "unknown", isDefault: false, ...more } as const;
  return database.write({ role: "request", accountId }, async (tx) => {
    await keyring.load(tx, [accountId]);
    return addSender(tx, context(), accountId, wish);
  });
}

async function stateOf(accountId: bigint, id: bigint) {
  const row = await database.read({ role: "request", accountId }, (reader) =>
    selectSender(reader, accountId, { id }),
  );
  return row?.state;
}

async function check(accountId: bigint, name: string, ownership: CheckItem["status"]): Promise<void> {
  const scope = { role: "request", accountId } as const;
  const row = await database.read(scope, (reader) => selectDomain(reader, accountId, { name }));
  assert.ok(row);
  const report = { ...emptyReport, ownership: { ...emptyReport.ownership, status: ownership } };
  const dkim = { ...emptyReport.dkim, status: "missing" as const };
  await database.write(scope, (tx) => recordCheck(tx, row, { ...report, dkim }, clock.now()));
}

test("a new sender waits for its confirmation and brings its domain with it", async () => {
  const { accountId } = await world.account();
  const { kind, sender } = await add(accountId, " Ann@Shop.example ", { name: "Ann" });
  assert.equal(kind, "created");
  assert.equal(sender.address, "ann@shop.example");
  assert.equal(sender.state, "inactive");
  const domains = await database.read({ role: "request", accountId }, (reader) =>
    selectDomains(reader, accountId),
  );
  assert.deepEqual(
    domains.map((domain) => [domain.name, domain.state]),
    [["shop.example", "pending"]],
  );
});

test("the same sender is not added twice, however it is written", async () => {
  const { accountId } = await world.account();
  const first = await add(accountId, "ann@shop.example");
  const second = await add(accountId, "ANN@SHOP.EXAMPLE");
  assert.equal(second.kind, "exists");
  assert.equal(second.sender.id, first.sender.id);
});

test("two requests at once add one sender", async () => {
  const { accountId } = await world.account();
  await add(accountId, "other@shop.example");
  const both = await Promise.all([add(accountId, "ann@shop.example"), add(accountId, "ann@shop.example")]);
  assert.deepEqual(both.map(({ kind }) => kind).sort(), ["created", "exists"]);
  assert.equal(both[0]?.sender.id, both[1]?.sender.id);
});

test("a sender of a verified domain is active at once", async () => {
  const { accountId } = await world.account();
  await world.approve(accountId, "shop.example");
  assert.equal((await add(accountId, "ann@shop.example")).sender.state, "active");
  assert.equal((await add(accountId, "*@shop.example")).sender.state, "active");
  assert.equal((await add(accountId, "ann@elsewhere.example")).sender.state, "inactive");
});

test("what is no address and no domain is refused", async () => {
  const { accountId } = await world.account();
  for (const address of [
    "",
    "ann",
    "ann@",
    "*@",
    "*@shop",
    "*@[192.0.2.1]",
    "ann@[192.0.2.1]",
    "a b@shop.example",
  ]) {
    await assert.rejects(add(accountId, address), Refusal, address);
  }
});

test("only one sender is the default", async () => {
  const { accountId } = await world.account();
  const first = await add(accountId, "ann@shop.example", { isDefault: true });
  await add(accountId, "bob@shop.example", { isDefault: true });
  const rows = await database.read({ role: "operator" }, (reader) =>
    reader.rows<{ id: bigint }>(sql`select id from sender where account_id = ${accountId} and is_default`),
  );
  assert.equal(rows.length, 1);
  assert.notEqual(rows[0]?.id, first.sender.id);
});

test("the senders of a domain become active when it is verified, and the domain-wide one falls with it", async () => {
  const { accountId } = await world.account();
  const wide = await add(accountId, "*@shop.example");
  const ann = await add(accountId, "ann@shop.example");
  const other = await add(accountId, "ann@elsewhere.example");
  await check(accountId, "shop.example", "ok");
  assert.equal(await stateOf(accountId, wide.sender.id), "active");
  assert.equal(await stateOf(accountId, ann.sender.id), "active");
  assert.equal(await stateOf(accountId, other.sender.id), "inactive");
  await check(accountId, "shop.example", "unknown");
  assert.equal(await stateOf(accountId, wide.sender.id), "active", "the DNS may be unreachable for a while");
  await check(accountId, "shop.example", "missing");
  assert.equal(await stateOf(accountId, wide.sender.id), "inactive");
  assert.equal(await stateOf(accountId, ann.sender.id), "active", "who has shown to own an address keeps it");
});

test("the operator's word brings back a domain-wide sender that was deleted", async () => {
  const { accountId } = await world.account();
  const { sender } = await add(accountId, "*@shop.example");
  const change = { sealed: null, kind: null, isDefault: null, isMeta: null, state: "deleted" } as const;
  await database.write({ role: "request", accountId }, (tx) =>
    updateSender(tx, { accountId, id: sender.id }, change),
  );
  await check(accountId, "shop.example", "ok");
  assert.equal(
    await stateOf(accountId, sender.id),
    "deleted",
    "a DNS record does not undo what its owner has done",
  );
  await database.write({ role: "operator" }, (tx) => approveDomain(tx, context(), accountId, "shop.example"));
  assert.equal(await stateOf(accountId, sender.id), "active");
});

test("an account has at most as many senders and domains as its lists show", async () => {
  const { accountId } = await world.account();
  const { sender } = await add(accountId, "first@shop.example");
  const isTooMany = (error: unknown) => error instanceof Refusal && error.code === "too_many";
  await database.write({ role: "operator" }, (tx) =>
    tx.run(sql`
      insert into domain (account_id, id, name, ownership_token, selector, rsa_public, sealed_rsa, state, spf_status,
        dkim_status, report, next_check_at, created_at)
      select ${accountId}::bigint, g, 'd' || g || '.example', '', '', '', '', 'pending', '', '', '{}', ${clock.now()}::timestamptz,
        ${clock.now()}::timestamptz
      from generate_series(2, ${domainsMax}::int) g`),
  );
  await assert.rejects(add(accountId, "ann@one-too-many.example"), isTooMany);
  await add(accountId, "ann@shop.example");
  await database.write({ role: "operator" }, (tx) =>
    tx.run(sql`
      insert into sender (account_id, id, lookup, sealed, domain, is_domain_wide, is_default, is_meta, kind, state,
        file_token, created_at)
      select s.account_id, g, convert_to(g::text, 'UTF8'), s.sealed, s.domain, false, false, false, s.kind, s.state, '',
        s.created_at
      from sender s, generate_series(3, ${sendersMax}::int) g where s.id = ${sender.id}`),
  );
  await assert.rejects(add(accountId, "bob@shop.example"), isTooMany);
  assert.equal((await add(accountId, "ann@shop.example")).kind, "exists");
});

test("a name that no header would hold is refused", async () => {
  const { accountId } = await world.account();
  const isInvalid = (error: unknown) => error instanceof Refusal && error.code === "invalid";
  await assert.rejects(add(accountId, "ann@shop.example", { name: "x".repeat(256) }), isInvalid);
  await assert.rejects(add(accountId, "ann@shop.example", { description: "x".repeat(256) }), isInvalid);
});

test("neither the address nor the name of a sender can be read in the database", async () => {
  const { accountId } = await world.account();
  await add(accountId, "secret-person@shop.example", { name: "Secret Name", description: "Secret purpose" });
  const rows = await database.read({ role: "operator" }, (reader) =>
    reader.rows<{ text: string }>(sql`select encode(s.sealed, 'escape') || s::text as text from sender s`),
  );
  for (const { text } of rows) assert.doesNotMatch(text, /secret/i);
});
