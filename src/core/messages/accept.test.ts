import assert from "node:assert/strict";
import { test } from "node:test";
import { sql } from "../../base/database.ts";
import { laneOf, messageReasons } from "../delivery/index.ts";
import { addSuppressions, type SuppressionCause } from "../suppressions/index.ts";
import { countUsage, usageOf } from "./store.ts";
import { type Accepting, countsQuery, openAccepting, recipientsOf } from "./testing/acceptance.ts";
import { contentOf, submissionOf } from "./testing/contents.ts";

const to = (...addresses: string[]) => addresses.map((address) => ({ address, name: "" }));

async function suppress(setup: Accepting, address: string, cause: SuppressionCause): Promise<void> {
  const { database, keyring, ids, clock, accountId } = setup;
  const id = ids.next(clock.now());
  const sealed = keyring.sealIdentity({ table: "suppression", accountId, id }, address);
  const lookup = keyring.lookup(accountId, address);
  const from = { cause, source: "api", sourceId: null } as const;
  const suppression = { accountId, lookup, id, ...from, sealed, createdAt: clock.now() };
  await database.write({ role: "delivery" }, (tx) => addSuppressions(tx, [suppression]));
}

const states = sql`
  select m.domain, m.state, m.reason, exists (select from delivery d where d.id = m.id) as "isQueued",
    (select count(*) from event e where e.message_id = m.id and e.kind = 'blocked') as events
  from message m order by m.id`;

test("each recipient has a message and a place in the queue of its own, and is answered in the order given", async (t) => {
  const { accept, rows } = await openAccepting(t);
  const submission = submissionOf({ to: to("a@one.example", "b@two.example"), cc: to("c@three.example") });
  const [recipients = []] = recipientsOf(await accept({ submissions: [submission] }));
  const queued = await rows(sql`select d.id, d.route, d.lane from delivery d order by d.id`);
  assert.deepEqual(
    queued,
    recipients.map(({ id, party }) => {
      const route = party.address.slice(2);
      return { id, route, lane: laneOf(route) };
    }),
  );
  assert.equal(new Set(recipients.map(({ uuid }) => uuid)).size, 3);
});

test("an address that stands twice among To, Cc and Bcc gets one message and every place its answer", async (t) => {
  const { accept, rows } = await openAccepting(t);
  const submission = submissionOf({
    to: [{ address: "ada@example.com", name: "Ada" }, ...to("bob@example.com", "ADA@example.com")],
    cc: to("Ada@EXAMPLE.com"),
    bcc: [{ address: "bob@example.com", name: "Bob" }],
  });
  const [recipients = []] = recipientsOf(await accept({ submissions: [submission] }));
  assert.deepEqual(
    recipients.map(({ party }) => party),
    [...submission.to, ...submission.cc, ...submission.bcc],
  );
  const [ada, bob] = recipients.map(({ id }) => id);
  assert.deepEqual(
    recipients.map(({ id }) => id),
    [ada, bob, ada, ada, bob],
  );
  assert.deepEqual(await rows(sql`select m.id from message m order by m.id`), [{ id: ada }, { id: bob }]);
});

test("a content that several messages share is stored once, and what is each one's own together beside it", async (t) => {
  const { accept, rows } = await openAccepting(t);
  const shared = contentOf({ text: "shared" });
  await accept({
    submissions: [
      submissionOf({ content: shared, to: to("a@example.com") }),
      submissionOf({ content: contentOf({ text: "own" }), to: to("b@example.com") }),
      submissionOf({ content: shared, to: to("c@example.com", "d@example.com") }),
    ],
  });
  const [counts] = await rows(countsQuery);
  assert.equal(counts?.contents, 3n, "the shared one, its parts, and one that holds its own part");
  const [found] = await rows(sql`
    select count(distinct m.content_id) as contents, count(distinct m.part_id) as parts, count(*) as messages
    from message m`);
  assert.deepEqual(found, { contents: 2n, parts: 1n, messages: 4n });
});

test("a suppressed address is blocked with its cause and an event, and never reaches the queue", async (t) => {
  const setup = await openAccepting(t);
  await suppress(setup, "bounced@one.example", "bounce");
  await suppress(setup, "angry@two.example", "complaint");
  const addresses = ["Bounced@one.example", "angry@two.example", "fine@three.example"];
  await setup.accept({ submissions: [submissionOf({ to: to(...addresses) })] });
  const { preblocked, spamReporter } = messageReasons;
  assert.deepEqual(await setup.rows(states), [
    { domain: "one.example", state: "blocked", reason: preblocked, isQueued: false, events: 1n },
    { domain: "two.example", state: "blocked", reason: spamReporter, isQueued: false, events: 1n },
    { domain: "three.example", state: "queued", reason: null, isQueued: true, events: 0n },
  ]);
});

test("a suppression of one account does not hold for another", async (t) => {
  const setup = await openAccepting(t);
  await suppress(setup, "ada@example.com", "unsubscribe");
  const { accountId } = await setup.account("Other");
  await setup.accept({ accountId });
  assert.deepEqual(await setup.rows(sql`select m.state from message m`), [{ state: "queued" }]);
});

test("a campaign that must reach nobody twice does not, across requests, recipients and capitals", async (t) => {
  const setup = await openAccepting(t);
  const campaign = (name: string, deduplicatesCampaign: boolean, ...addresses: string[]) =>
    submissionOf({
      content: contentOf({ customCampaign: name, deduplicatesCampaign }),
      to: to(...addresses),
    });
  await setup.accept({ submissions: [campaign("spring", true, "a@one.example")] });
  await setup.accept({
    submissions: [
      campaign("spring", true, "A@one.example", "b@two.example"),
      campaign("spring", true, "b@two.example"),
      campaign("autumn", true, "a@one.example"),
      campaign("spring", false, "a@one.example"),
    ],
  });
  const blocked = messageReasons.duplicateInCampaign;
  const found = await setup.rows(states);
  assert.deepEqual(
    found.map(({ reason }) => reason),
    [null, blocked, null, blocked, null, null],
  );
  assert.deepEqual(
    found.map(({ isQueued }) => isQueued),
    [true, false, true, false, true, true],
  );
  const [counts] = await setup.rows(countsQuery);
  assert.equal(counts?.campaigns, 2n);
});

test("a campaign has the same number for all its messages and another one for another account", async (t) => {
  const setup = await openAccepting(t);
  const submissions = [submissionOf({ content: contentOf({ customCampaign: "spring" }) })];
  await setup.accept({ submissions });
  await setup.accept({ submissions });
  const { accountId } = await setup.account("Other");
  await setup.accept({ accountId, submissions });
  const [found] = await setup.rows(sql`
    select count(distinct m.campaign_id) as campaigns, count(*) as messages from message m`);
  assert.deepEqual(found, { campaigns: 2n, messages: 3n });
});

test("one submission that is refused does not hold up the others", async (t) => {
  const { accept, rows } = await openAccepting(t);
  const foreign = contentOf({ from: { address: "shop@elsewhere.example", name: "" } });
  const result = await accept({
    submissions: [submissionOf(), submissionOf({ content: foreign }), submissionOf()],
  });
  assert.ok(result.kind === "answered");
  assert.deepEqual(
    result.outcomes.map((outcome) => (outcome.kind === "refused" ? outcome.refusal.code : outcome.kind)),
    ["accepted", "sender_not_allowed", "accepted"],
  );
  const [counts] = await rows(countsQuery);
  assert.equal(counts?.messages, 2n);
});

test("in the sandbox everything is checked and nothing is stored", async (t) => {
  const { accept, rows } = await openAccepting(t);
  const result = await accept({ isSandbox: true });
  assert.equal(recipientsOf(result).flat().length, 1);
  assert.ok(Object.values((await rows(countsQuery))[0] ?? {}).every((count) => count === 0n));
});

test("delivery is told which lanes have something new", async (t) => {
  const queued: Set<number>[] = [];
  const { accept } = await openAccepting(t, { onQueued: (lanes) => queued.push(lanes) });
  await accept({ submissions: [submissionOf({ to: to("a@one.example", "b@two.example") })] });
  assert.deepEqual(queued, [new Set([laneOf("one.example"), laneOf("two.example")])]);
});

test("an account that is not active is refused as account_suspended", async (t) => {
  const { accept, database, accountId, account } = await openAccepting(t);
  await database.write({ role: "operator" }, (tx) =>
    tx.run(sql`update account set state = 'suspended' where id = ${accountId}`),
  );
  await assert.rejects(accept(), { code: "account_suspended" });
  const other = await account("Other");
  await accept({ accountId: other.accountId });
});

test("beyond its daily number an account is refused as quota_exceeded until midnight", async (t) => {
  const { accept, clock, database, accountId } = await openAccepting(t);
  await database.write({ role: "operator" }, (tx) => tx.run(sql`update account set day_quota = 3`));
  const two = { submissions: [submissionOf({ to: to("a@example.com"), bcc: to("b@example.com") })] };
  await accept(two);
  await assert.rejects(accept(two), { code: "quota_exceeded", details: { retryAfterSeconds: 14 * 3600 } });
  await assert.rejects(accept({ ...two, isSandbox: true }), { code: "quota_exceeded" });
  await accept();
  clock.advance(5000);
  await assert.rejects(accept(), { code: "quota_exceeded" }, "counted in the database too");
  clock.advance(14 * 3_600_000);
  await accept(two);
  const counted = await database.read({ role: "accept" }, (reader) =>
    reader.rows(sql`
      select sum(u.accepted)::bigint as accepted from usage_day u where u.account_id = ${accountId}
      group by u.day order by u.day`),
  );
  assert.deepEqual(counted, [{ accepted: 3n }, { accepted: 2n }]);
});

test("two writers count for one account without waiting for each other", async (t) => {
  const { accountId, database } = await openAccepting(t);
  const counts = [{ accountId, count: 1 }];
  const count = (writer: number, meanwhile: () => Promise<void>) =>
    database.write({ role: "accept" }, async (tx) => {
      await countUsage(tx, counts, { day: "2026-11-23", writer });
      await meanwhile();
    });
  await count(0, () => count(1, async () => {}));
  const usage = await database.read({ role: "accept" }, (reader) => usageOf(reader, accountId, "2026-11-23"));
  assert.equal(usage?.accepted, 2n);
});

test("what was tried in the sandbox does not count", async (t) => {
  const { accept } = await openAccepting(t, { dayQuotaDefault: 2 });
  for (let count = 0; count < 5; count++) await accept({ isSandbox: true });
  await accept();
  await accept();
  await assert.rejects(accept(), { code: "quota_exceeded" });
});

test("mail to many is held when nobody knows whether it arrived: its rows say so", async (t) => {
  const { accept, rows } = await openAccepting(t);
  const contents = [
    contentOf({ text: "Your receipt" }),
    contentOf({ isMarketing: true }),
    contentOf({ headers: [["Precedence", "list"]] }),
    contentOf({ html: '<a href="{{mj:unsub_link_fr}}">Leave</a>' }),
    contentOf({ text: "Leave: [[UNSUB_LINK_EN]]" }),
  ];
  const submissions = contents.map((content) => submissionOf({ content, to: to("a@one.example") }));
  await accept({ submissions });
  const queued = await rows(sql`select d.is_bulk as "isBulk" from delivery d order by d.id`);
  const expected = [false, true, true, true, true].map((isBulk) => ({ isBulk }));
  assert.deepEqual(queued, expected);
});
