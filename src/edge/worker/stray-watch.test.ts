import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { type TestContext, test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { sql } from "../../base/database.ts";
import type { Log } from "../../base/log.ts";
import { openAccepting } from "../../core/messages/testing/acceptance.ts";
import { acceptAndClaim, settlementFor } from "../../core/messages/testing/claimed.ts";
import { submissionOf } from "../../core/messages/testing/contents.ts";
import { HeldClaims } from "./held-claims.ts";
import { Journal } from "./journal.ts";
import { recoverStrays } from "./recovery.ts";
import { settleEach } from "./settle-each.ts";
import { Settler } from "./settler.ts";
import { StrayWatch } from "./stray-watch.ts";

const silent = { info() {}, warn() {}, error() {} } as unknown as Log;
const nodeId = 1;

async function open(t: TestContext, count: number) {
  const setup = await openAccepting(t);
  const folder = mkdtempSync(path.join(tmpdir(), "facteur-strays-"));
  t.after(async () => rmSync(folder, { recursive: true, force: true }));
  const { database, keyring, ids, clock } = setup;
  const rows = await acceptAndClaim(setup, {
    submissions: Array.from({ length: count }, () => submissionOf()),
  });
  const held = new HeldClaims();
  const journal = new Journal(folder);
  const watch = new StrayWatch({ held, journal, clock });
  const recovery = { database, log: silent, verdicts: { keyring, ids, clock, random: () => 0.5 } };
  const look = async () => {
    clock.advance(10_000);
    await watch.look((fateOf) => recoverStrays(recovery, nodeId, fateOf));
  };
  const standing = () =>
    setup.rows(sql`
      select m.state, m.was_unknown as "wasUnknown", d.claimed_by as "claimedBy"
      from message m join delivery d on d.id = m.id order by m.id`);
  return { setup, rows, held, journal, look, standing };
}

const claimed = { state: "queued", wasUnknown: false, claimedBy: nodeId };
const free = { state: "queued", wasUnknown: false, claimedBy: null };
const inDoubt = { state: "deferred", wasUnknown: true, claimedBy: null };

test("of rows that are claimed and nobody here knows, the begun ones are unknown and the others due again, at the second look", async (t) => {
  const { rows, held, journal, look, standing } = await open(t, 3);
  held.begin(0)([rows[0]!.claim]);
  await journal.intend(rows[1]!.claim);
  await look();
  assert.deepEqual(await standing(), [claimed, claimed, claimed]);
  await look();
  assert.deepEqual(await standing(), [claimed, inDoubt, free]);
  assert.equal(journal.isOpen(rows[1]!.id), false);
});

test("a row whose claim has not been answered yet is no stray, however long that takes", async (t) => {
  const { setup, rows, held, look, standing } = await open(t, 1);
  const end = held.begin(setup.clock.real());
  for (let looks = 0; looks < 4; looks++) await look();
  assert.deepEqual(await standing(), [claimed]);
  end(rows.map(({ claim }) => claim));
  await look();
  assert.deepEqual(await standing(), [claimed]);
  held.drop(rows.map(({ claim }) => claim));
  await look();
  await look();
  assert.deepEqual(await standing(), [free]);
});

test("an outcome the database will never take leaves its message in doubt, not as if it had not been sent", async (t) => {
  const { setup, rows, held, journal, look, standing } = await open(t, 1);
  const [row] = rows;
  held.begin(0)([row!.claim]);
  await journal.intend(row!.claim);
  const settler = new Settler({ database: setup.database, journal, log: silent });
  const refused = new Promise<void>((resolve) => {
    settler.onSettled = (settlements) => {
      held.drop(settlements.map(({ claim }) => claim));
      resolve();
    };
  });
  settler.add({ ...settlementFor(setup, row!, { kind: "sent" }), replyCode: 100_000 });
  await refused;
  await pause(0);
  assert.equal(journal.isOpen(row!.id), true);
  await look();
  await look();
  assert.deepEqual(await standing(), [inDoubt]);
});

test("an outcome whose partition is not there yet is no lost case: it is written when retention has made it", async (t) => {
  const { setup, rows } = await open(t, 1);
  const [row] = rows;
  setup.clock.advance(60 * 86_400_000);
  const settlement = settlementFor(setup, row!, { kind: "sent" });
  await assert.rejects(settleEach(setup.database, silent, [settlement]), { code: "23514" });
  await setup.ensurePartitions();
  assert.deepEqual(await settleEach(setup.database, silent, [settlement]), []);
  assert.deepEqual(await setup.rows(sql`select m.state from message m`), [{ state: "sent" }]);
});
