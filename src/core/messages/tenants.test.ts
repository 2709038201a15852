import assert from "node:assert/strict";
import { test } from "node:test";
import { sql } from "../../base/database.ts";
import { settle } from "./settle.ts";
import { openAccepting } from "./testing/acceptance.ts";
import { acceptAndClaim, settlementFor } from "./testing/claimed.ts";
import { contentOf, submissionOf } from "./testing/contents.ts";

const tables = [
  ...[
    "account",
    "account_key",
    "api_key",
    "usage_day",
    "content",
    "message",
    "event",
    "delivery",
    "idempotency",
  ],
  ...["campaign", "campaign_recipient"],
];

async function twoAccounts(t: Parameters<typeof openAccepting>[0]) {
  const setup = await openAccepting(t);
  const other = (await setup.account("Other")).accountId;
  const content = contentOf({ customCampaign: "spring", deduplicatesCampaign: true });
  for (const accountId of [setup.accountId, other]) {
    const request = {
      accountId,
      submissions: [submissionOf({ content }), submissionOf({ content: contentOf() })],
    };
    const idempotency = { key: "k", bodyHash: Buffer.from("b") };
    const held = await acceptAndClaim(setup, { ...request, idempotency });
    const own = held.find((each) => each.accountId === accountId);
    await setup.database.write({ role: "delivery" }, (tx) => settle(tx, [settlementFor(setup, own!)]));
  }
  return { ...setup, other };
}

test("a request reads the rows of its own account and of no other, whatever its query forgets to say", async (t) => {
  const { database, accountId, other, rows } = await twoAccounts(t);
  for (const table of tables) {
    const name = sql.identifier(table);
    const column = sql.identifier(table === "account" ? "id" : "account_id");
    const [all] = await rows(
      sql`select count(*) from ${name} t where t.${column} in (${accountId}, ${other})`,
    );
    const seen = await database.read({ role: "request", accountId }, (reader) =>
      reader.rows<{ owner: bigint }>(sql`select t.${column} as owner from ${name} t`),
    );
    assert.ok(seen.length > 0 && BigInt(seen.length) < (all?.count as bigint), `${table} has rows of both`);
    assert.ok(
      seen.every(({ owner }) => owner === accountId),
      `${table} shows a row of another`,
    );
  }
});

test("a request changes and removes nothing of another account", async (t) => {
  const { database, accountId, other, rows } = await twoAccounts(t);
  const attempts = [
    sql`update message set state = 'cancelled' where account_id = ${other}`,
    sql`update delivery set is_cancelled = true where account_id = ${other}`,
    sql`delete from delivery where account_id = ${other}`,
    sql`update api_key set is_active = false where account_id = ${other}`,
    sql`delete from suppression where account_id = ${other}`,
  ];
  const before = await rows(
    sql`select m::text, (select string_agg(d::text, ',') from delivery d) from message m`,
  );
  for (const attempt of attempts) {
    assert.equal(await database.write({ role: "request", accountId }, (tx) => tx.run(attempt)), 0);
  }
  assert.deepEqual(
    await rows(sql`select m::text, (select string_agg(d::text, ',') from delivery d) from message m`),
    before,
  );
});

test("a request cannot write a row in the name of another account", async (t) => {
  const { database, accountId, other, clock } = await twoAccounts(t);
  const forged = sql`
    insert into suppression (account_id, lookup, id, cause, sealed, created_at)
    values (${other}, ${Buffer.alloc(16)}, 1, 'manual', ${Buffer.alloc(1)}, ${clock.now()})`;
  await assert.rejects(
    database.write({ role: "request", accountId }, (tx) => tx.run(forged)),
    { code: "42501" },
  );
});

test("a request has no right to hand in, to reseal, to change quotas or to remove history", async (t) => {
  const { database, accountId } = await twoAccounts(t);
  const forbidden = [
    sql`insert into message select m.* from message m`,
    sql`insert into content select c.* from content c`,
    sql`insert into delivery select d.* from delivery d`,
    sql`update message set sealed = ''`,
    sql`update account set day_quota = null`,
    sql`update usage_day set accepted = 0`,
    sql`delete from message`,
    sql`delete from event`,
    sql`delete from account_key`,
    sql`select make_partition('message', '20300101', 1, 2)`,
    sql`select drop_partition('message', '20300101')`,
  ];
  for (const statement of forbidden) {
    const attempt = database.write({ role: "request", accountId }, (tx) => tx.run(statement));
    await assert.rejects(attempt, { code: "42501" }, statement.text);
  }
});
