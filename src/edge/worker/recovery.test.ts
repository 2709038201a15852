import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { test } from "node:test";
import { sql } from "../../base/database.ts";
import type { Log } from "../../base/log.ts";
import { settle } from "../../core/messages/index.ts";
import { openAccepting } from "../../core/messages/testing/acceptance.ts";
import { acceptAndClaim, claimDue, settlementFor } from "../../core/messages/testing/claimed.ts";
import { submissionOf } from "../../core/messages/testing/contents.ts";
import { Journal } from "./journal.ts";
import { recoverSilentNodes, recoverWithJournal } from "./recovery.ts";

const silent = { info() {}, warn() {}, error() {} } as unknown as Log;
const minuteMs = 60_000;

async function open(t: Parameters<typeof openAccepting>[0]) {
  const setup = await openAccepting(t);
  const folder = mkdtempSync(path.join(tmpdir(), "facteur-recovery-"));
  t.after(async () => rmSync(folder, { recursive: true, force: true }));
  const { database, keyring, ids, clock } = setup;
  const options = { database, log: silent, verdicts: { keyring, ids, clock, random: () => 0.5 } };
  const standing = () =>
    setup.rows(sql`
      select m.state, m.attempts, m.was_unknown as "wasUnknown", d.claimed_by as "claimedBy", d.is_repeat as "isRepeat",
        (select array_agg(e.kind order by e.id) from event e where e.message_id = m.id) as events
      from message m left join delivery d on d.id = m.id order by m.id`);
  return { setup, folder, options, standing };
}

const waiting = { claimedBy: null, isRepeat: false, wasUnknown: false };

test("after a kill, noted outcomes are written, begun messages are unknown, all others are due again", async (t) => {
  const { setup, folder, options, standing } = await open(t);
  const held = await acceptAndClaim(setup, { submissions: [submissionOf(), submissionOf(), submissionOf()] });
  const journal = new Journal(folder);
  await Promise.all(held.slice(0, 2).map(({ claim }) => journal.intend(claim)));
  journal.note(settlementFor(setup, held[0]!, { kind: "sent" }));
  await recoverWithJournal(options, 1, folder);
  assert.deepEqual(await standing(), [
    { ...waiting, state: "sent", attempts: 1, isRepeat: null, events: ["sent"] },
    {
      state: "deferred",
      attempts: 1,
      wasUnknown: true,
      claimedBy: null,
      isRepeat: true,
      events: ["unknown"],
    },
    { ...waiting, state: "queued", attempts: 0, events: null },
  ]);
  assert.deepEqual(readdirSync(folder), []);
});

test("an outcome written before the kill is not written again to a message that was claimed once more", async (t) => {
  const { setup, folder, options, standing } = await open(t);
  const { database, clock } = setup;
  const [one, other] = await acceptAndClaim(setup, { submissions: [submissionOf(), submissionOf()] });
  const journal = new Journal(folder);
  await journal.intend(one!.claim);
  await journal.intend(other!.claim); // keeps the segment
  const deferred = settlementFor(setup, one!, {
    kind: "deferred",
    retryAt: new Date(clock.now().getTime() + minuteMs),
  });
  journal.note(deferred);
  await database.write({ role: "delivery" }, (tx) => settle(tx, [deferred]));
  journal.settled([one!.id]);
  clock.advance(minuteMs);
  // The same node under the same lease: the new claim looks like the old one.
  const [again] = await claimDue(setup, 1, new Date(0));
  assert.deepEqual(again?.claim, one?.claim);
  await recoverWithJournal(options, 1, folder);
  const [first] = await standing();
  assert.deepEqual(first, { ...waiting, state: "deferred", attempts: 1, events: ["deferred"] });
});

test("recovering twice does nothing the second time", async (t) => {
  const { setup, folder, options, standing } = await open(t);
  const [held] = await acceptAndClaim(setup);
  await new Journal(folder).intend(held!.claim);
  await recoverWithJournal(options, 1, folder);
  const before = await standing();
  new Journal(folder).close();
  await recoverWithJournal(options, 1, folder);
  assert.deepEqual(await standing(), before);
});

test("without any journal, whatever a node held may have been sent", async (t) => {
  const { setup, folder, options, standing } = await open(t);
  await acceptAndClaim(setup);
  await recoverWithJournal(options, 1, folder);
  assert.deepEqual((await standing())[0]?.events, ["unknown"]);
});

test("what another node holds is not touched, until it has been silent for a quarter of an hour", async (t) => {
  const { setup, folder, options, standing } = await open(t);
  const now = setup.clock.now();
  await setup.database.write({ role: "delivery" }, (tx) =>
    tx.run(
      sql`insert into node (id, name, delivers, seen_at) values (1, 'a/0', true, ${now}), (2, 'b/0', true, ${now})`,
    ),
  );
  await acceptAndClaim(setup);
  new Journal(folder).close();
  await recoverWithJournal(options, 2, folder);
  await recoverSilentNodes(options, now.getTime() + 15 * minuteMs, 2);
  assert.deepEqual(await standing(), [
    { state: "queued", attempts: 0, wasUnknown: false, claimedBy: 1, isRepeat: false, events: null },
  ]);
  await recoverSilentNodes(options, now.getTime() + 15 * minuteMs + 1, 1);
  assert.equal((await standing())[0]?.claimedBy, 1, "nobody declares itself silent");
  await recoverSilentNodes(options, now.getTime() + 15 * minuteMs + 1, 2);
  assert.deepEqual((await standing())[0]?.events, ["unknown"]);
});
