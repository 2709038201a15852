import assert from "node:assert/strict";
import { test } from "node:test";
import { type Database, DatabaseUnavailable, sql } from "../../base/database.ts";
import { createLog } from "../../base/log.ts";
import { openAccepting } from "../../core/messages/testing/acceptance.ts";
import { acceptAndClaim, claimDue } from "../../core/messages/testing/claimed.ts";
import { submissionOf } from "../../core/messages/testing/contents.ts";
import { GiveBack } from "./give-back.ts";
import { HeldClaims } from "./held-claims.ts";

const log = createLog({ level: "silent" });

async function open(t: Parameters<typeof openAccepting>[0]) {
  const setup = await openAccepting(t);
  const held = new HeldClaims();
  const claimedRows = () => setup.rows(sql`select from delivery where claimed_by is not null`);
  return { setup, held, claimedRows };
}

/** A database that loses the answer to the first commit; what happens before its caller knows is up to the test. */
function losing(
  database: Database,
  meanwhile: () => Promise<void>,
): { database: Database; writes: () => number } {
  let writes = 0;
  const write = async (...args: Parameters<Database["write"]>) => {
    writes++;
    const result = await database.write(...args);
    if (writes > 1) return result;
    await meanwhile();
    throw new DatabaseUnavailable("lost", { commitUnknown: true });
  };
  return { database: { write } as Database, writes: () => writes };
}

test("rows whose giving back got no answer are not given back again: somebody may have claimed them since", async (t) => {
  const { setup, held, claimedRows } = await open(t);
  const first = await acceptAndClaim(setup, { submissions: [submissionOf(), submissionOf()] });
  held.begin(0)(first.map(({ claim }) => claim));
  const again = async () => {
    const second = await claimDue(setup, 1);
    held.begin(0)(second.map(({ claim }) => claim));
  };
  const { database, writes } = losing(setup.database, again);
  await new GiveBack({ database, clock: setup.clock, log, held }).release(first);
  assert.equal(writes(), 1);
  assert.equal((await claimedRows()).length, 2);
  assert.ok(
    first.every(({ claim }) => held.has(claim)),
    "who has claimed them since is not known any more",
  );
});

test("rows that were certainly not given back are tried again, and not known to be held then", async (t) => {
  const { setup, held, claimedRows } = await open(t);
  const rows = await acceptAndClaim(setup, { submissions: [submissionOf()] });
  held.begin(0)(rows.map(({ claim }) => claim));
  let writes = 0;
  const write = async (...args: Parameters<Database["write"]>) => {
    if (++writes === 1) throw new DatabaseUnavailable("away");
    return setup.database.write(...args);
  };
  await new GiveBack({ database: { write } as Database, clock: setup.clock, log, held }).release(rows);
  assert.equal((await claimedRows()).length, 0);
  assert.ok(rows.every(({ claim }) => !held.has(claim)));
});
