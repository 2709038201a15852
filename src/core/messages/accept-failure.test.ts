import assert from "node:assert/strict";
import { test } from "node:test";
import { DatabaseUnavailable, sql, type Transaction } from "../../base/database.ts";
import { ensurePartitions } from "../retention/index.ts";
import { commitGroup } from "./accept-group.ts";
import { PartsBundle, prepareSubmission } from "./prepare.ts";
import { countsQuery, openAccepting, recipientsOf, writingOtherwise } from "./testing/acceptance.ts";
import { contentOf, submissionOf } from "./testing/contents.ts";

const accept = { role: "accept" } as const;
const empty = {
  ...{ contents: 0n, messages: 0n, deliveries: 0n, events: 0n, answers: 0n, campaigns: 0n, recipients: 0n },
  counted: 0n,
};
const campaign = { customCampaign: "spring", deduplicatesCampaign: true };

test("a commit that fails leaves nothing behind", async (t) => {
  const setup = await openAccepting(t);
  const failing = writingOtherwise(setup.database, (work) =>
    setup.database.write(accept, async (tx) => {
      await work(tx);
      throw new Error("before the commit");
    }),
  );
  const submissions = [submissionOf({ content: contentOf(campaign) })];
  const idempotency = { key: "k", bodyHash: Buffer.from("b") };
  const request = setup.accept({ submissions, idempotency }, setup.acceptance({ database: failing }));
  await assert.rejects(request, /before the commit/);
  assert.deepEqual(await setup.rows(countsQuery), [empty]);
});

test("a database that is away refuses the request as busy, and says when to come back", async (t) => {
  const setup = await openAccepting(t);
  const away = writingOtherwise(setup.database, () => Promise.reject(new DatabaseUnavailable("away")));
  await assert.rejects(setup.accept({}, setup.acceptance({ database: away })), {
    code: "busy",
    details: { retryAfterSeconds: 5 },
  });
});

const lost = new DatabaseUnavailable("lost", { commitUnknown: true });
const pause = async () => {};

test("a connection lost under the commit is looked into: what was stored is answered as such, and stored once", async (t) => {
  const setup = await openAccepting(t);
  for (const idempotency of [null, { key: "k", bodyHash: Buffer.from("b") }]) {
    let writes = 0;
    const afterwards = writingOtherwise(setup.database, async (work) => {
      writes++;
      // The first commit happens, and then the server is away for a while.
      if (writes === 2 || writes === 3) throw new DatabaseUnavailable("away");
      const result = await setup.database.write(accept, work);
      if (writes === 1) throw lost;
      return result;
    });
    const before = await setup.rows(countsQuery);
    const result = await setup.accept({ idempotency }, setup.acceptance({ database: afterwards, pause }));
    const [was, is] = [before[0]?.messages, (await setup.rows(countsQuery))[0]?.messages] as bigint[];
    assert.equal(is, (was ?? 0n) + 1n);
    assert.equal(writes, 4);
    const [row] = await setup.rows(sql`select m.id from message m order by m.id desc limit 1`);
    if (result.kind === "replayed") assert.equal(result.answer.toString(), String(row?.id));
    else assert.equal(recipientsOf(result).flat()[0]?.id, row?.id);
  }
});

test("a connection lost before the commit costs nothing: the request is stored by another one", async (t) => {
  const setup = await openAccepting(t);
  let writes = 0;
  const once = writingOtherwise(setup.database, async (work) => {
    writes++;
    if (writes > 1) return setup.database.write(accept, work);
    await setup.database
      .write(accept, async (tx) => {
        await work(tx);
        throw new Error("undone");
      })
      .catch(() => {});
    throw lost;
  });
  const result = await setup.accept({}, setup.acceptance({ database: once, pause }));
  assert.equal(recipientsOf(result).flat().length, 1);
  assert.deepEqual(await setup.rows(sql`select count(*) from message`), [{ count: 1n }]);
});

test("nobody is told that a request was not taken when nobody can know", async (t) => {
  const setup = await openAccepting(t);
  let waitedMs = 0;
  const gone = writingOtherwise(setup.database, () => Promise.reject(lost));
  const patient = setup.acceptance({
    database: gone,
    pause: async (ms) => {
      waitedMs += ms;
    },
  });
  await assert.rejects(Promise.all([setup.accept({}, patient), setup.accept({}, patient)]), {
    code: "undecided",
  });
  assert.ok(waitedMs >= 10_000 && waitedMs <= 60_000, `${waitedMs} ms`);
});

test("a request that cannot be stored does not make others of its group duplicates", async (t) => {
  const setup = await openAccepting(t);
  const content = contentOf(campaign);
  // Fails whenever the bad request is in the group, after everything was decided.
  const badId = { value: 0n };
  const picky = writingOtherwise(setup.database, (work) =>
    setup.database.write(accept, async (tx) => {
      const result = await work(tx);
      const found = await tx.row(sql`select from message m where m.id = ${badId.value}`);
      if (found !== undefined) throw new Error("bad");
      return result;
    }),
  );
  const context = { ...setup, database: picky, writer: 0 };
  const prepare = () => {
    const times = { now: setup.clock.now(), deliveryDays: 5 };
    const contents = { shared: new Map(), uses: new Map(), bundle: new PartsBundle() };
    const shared = { ...contents, accountId: setup.accountId, ...times };
    const right = { senderId: null, staysInInbox: false };
    const ready = prepareSubmission({ ...setup, ...shared }, submissionOf({ content }), right);
    return {
      accountId: setup.accountId,
      prepared: [ready],
      idempotency: null,
      handedOver: new Set<bigint>(),
    };
  };
  const [bad, good] = [prepare(), prepare()];
  badId.value = bad.prepared[0]?.messages[0]?.id ?? 0n;
  await assert.rejects(commitGroup(context, [bad, good]), /bad/);
  await assert.rejects(commitGroup(context, [bad]), /bad/);
  await commitGroup(context, [good]);
  const found = await setup.rows(sql`
    select m.state, exists (select from delivery d where d.id = m.id) as "isQueued" from message m`);
  assert.deepEqual(found, [{ state: "queued", isQueued: true }]);
});

test("groups that make the same campaigns in other orders at once do not lock each other out", async (t) => {
  const setup = await openAccepting(t);
  const names = Array.from({ length: 20 }, (_, index) => `campaign ${index}`);
  const submissionsOf = (round: number, order: string[]) =>
    order.map((name) => submissionOf({ content: contentOf({ customCampaign: `${round} ${name}` }) }));
  const processes = [setup.acceptance(), setup.acceptance(), setup.acceptance()];
  for (let round = 0; round < 8; round++) {
    const orders = [names, names.toReversed(), names.toSorted()];
    await Promise.all(
      processes.map((each, index) =>
        setup.accept({ submissions: submissionsOf(round, orders[index] ?? []) }, each),
      ),
    );
  }
  const [counts] = await setup.rows(countsQuery);
  assert.deepEqual([counts?.campaigns, counts?.messages], [8n * 20n, 3n * 8n * 20n]);
});

test("a clock that jumps ahead of all partitions does not stop acceptance", async (t) => {
  const setup = await openAccepting(t);
  setup.clock.advance(60 * 86_400_000);
  const results = await Promise.all([setup.accept(), setup.accept()]);
  assert.equal(results.flatMap(recipientsOf).flat().length, 2);
  const [counts] = await setup.rows(countsQuery);
  assert.equal(counts?.messages, 2n);
});

test("partitions are asked for when they are missing, and for no other fault", async (t) => {
  const setup = await openAccepting(t);
  let asked = 0;
  const counting = {
    ensurePartitions: async () => {
      asked++;
      await ensurePartitions(setup);
    },
  };
  await setup.accept({}, setup.acceptance(counting));
  assert.equal(asked, 0);
  // A named check is a defect of ours, not a partition that is missing.
  const breaking = writingOtherwise(setup.database, (work) =>
    setup.database.write(accept, async (tx: Transaction) => {
      await work(tx);
      await tx.run(sql`insert into message (account_id, id, content_id, lookup, domain, sealed, size_bytes,
        attachment_count, has_html, has_text, track_opens, track_clicks, state, changed_at)
        select m.account_id, m.id + 1, 1, m.lookup, '', '', 0, 0, false, false, '', '', 'nonsense', m.changed_at
        from message m limit 1`);
    }),
  );
  await assert.rejects(setup.accept({}, setup.acceptance({ ...counting, database: breaking })), {
    code: "23514",
  });
  assert.equal(asked, 0);
  setup.clock.advance(60 * 86_400_000);
  await setup.accept({}, setup.acceptance(counting));
  assert.equal(asked, 1);
});
