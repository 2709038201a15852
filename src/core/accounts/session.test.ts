import assert from "node:assert/strict";
import { after, test } from "node:test";
import { openWorld } from "../../../tests/support/world.ts";
import { sql } from "../../base/database.ts";
import { Refusal } from "../../base/errors.ts";
import { type Session, Sessions } from "./session.ts";
import { deleteSession, deleteSignIns } from "./session-store.ts";
import { makeSignInLink } from "./sign-in-link.ts";

const world = await openWorld({ after });
const { database, keyring, clock, ids } = world;
const operator = { role: "operator" } as const;
const hourMs = 3_600_000;

async function linkTo(accountId: bigint): Promise<string> {
  const context = { keyring, ids, now: clock.now() };
  return (await database.write(operator, (tx) => makeSignInLink(tx, context, accountId))).token;
}

async function signedIn(sessions: Sessions): Promise<{ secret: string; session: Session }> {
  const { accountId } = await world.account();
  const result = await sessions.signIn(await linkTo(accountId));
  assert.equal(result.kind, "signed_in");
  return result.kind === "signed_in" ? result : assert.fail();
}

async function setState(accountId: bigint, state: string): Promise<void> {
  await database.write(operator, (tx) =>
    tx.run(sql`update account set state = ${state} where id = ${accountId}`),
  );
}

const kindOf = async (sessions: Sessions, secret: string) => (await sessions.authenticate(secret)).kind;

test("a link signs in once, and to its own account", async () => {
  const sessions = new Sessions(world);
  const [mine, other] = [await world.account("Mine"), await world.account("Other")];
  const token = await linkTo(mine.accountId);
  const first = await sessions.signIn(token);
  assert.ok(first.kind === "signed_in");
  assert.deepEqual([first.session.accountId, first.session.parentId], [mine.accountId, null]);
  assert.notEqual(first.session.accountId, other.accountId);
  const known = await sessions.authenticate(first.secret);
  assert.deepEqual(known, { kind: "authenticated", session: first.session });
  assert.deepEqual(await sessions.signIn(token), { kind: "unknown" });
});

test("of many who follow a link at the same moment, one is signed in", async () => {
  const token = await linkTo((await world.account()).accountId);
  const results = await Promise.all(Array.from({ length: 8 }, () => new Sessions(world).signIn(token)));
  assert.equal(results.filter(({ kind }) => kind === "signed_in").length, 1);
  assert.equal(results.filter(({ kind }) => kind === "unknown").length, 7);
});

test("a link that is an hour old signs nobody in, nor does a word that nobody made", async () => {
  const sessions = new Sessions(world);
  const token = await linkTo((await world.account()).accountId);
  clock.advance(hourMs);
  assert.deepEqual(await sessions.signIn(token), { kind: "unknown" });
  for (const word of ["", "x", token.slice(1), "é".repeat(43)])
    assert.deepEqual(await sessions.signIn(word), { kind: "unknown" });
});

test("a session ends after twelve hours without use", async () => {
  const sessions = new Sessions(world);
  const { secret } = await signedIn(sessions);
  clock.advance(12 * hourMs - 1);
  assert.equal(await kindOf(new Sessions(world), secret), "authenticated");
  const unused = await signedIn(sessions);
  clock.advance(12 * hourMs);
  assert.equal(await kindOf(sessions, unused.secret), "unknown");
});

test("use puts the end of a session off, for a week at most", async () => {
  const sessions = new Sessions(world);
  const { secret } = await signedIn(sessions);
  const start = clock.now().getTime();
  let lastUse = start;
  for (;;) {
    clock.advance(11 * hourMs);
    if ((await kindOf(sessions, secret)) !== "authenticated") break;
    lastUse = clock.now().getTime();
    await untilNoted(secret, lastUse);
  }
  const [lived, used] = [clock.now().getTime() - start, lastUse - start];
  assert.ok(
    lived > 7 * 24 * hourMs && used > 6 * 24 * hourMs && used <= 7 * 24 * hourMs,
    `${used / hourMs} and ${lived / hourMs} hours`,
  );
});

// A note of use is written behind the answer.
async function untilNoted(secret: string, usedAt: number): Promise<void> {
  const hash = keyring.rootHash("session", secret);
  for (let waited = 0; waited < 10_000; waited += 10) {
    const row = await database.read(operator, (reader) =>
      reader.row<{ createdAt: Date; endsAt: Date }>(sql`
        select s.created_at as "createdAt", s.ends_at as "endsAt" from session s where s.secret_hash = ${hash}`),
    );
    const last = (row?.createdAt.getTime() ?? 0) + 7 * 24 * hourMs;
    if (row?.endsAt.getTime() === Math.min(usedAt + 12 * hourMs, last)) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  assert.fail("The use was not noted.");
}

test("a session that was ended on one node is so on every other within seconds", async () => {
  const [here, there] = [new Sessions(world), new Sessions(world)];
  const { secret, session } = await signedIn(here);
  assert.equal(await kindOf(there, secret), "authenticated");
  await database.write({ role: "request", accountId: session.accountId }, (tx) => deleteSession(tx, session));
  here.forget();
  assert.equal(await kindOf(here, secret), "unknown");
  clock.advance(2001);
  assert.equal(await kindOf(there, secret), "unknown");
});

test("an account that is suspended lets nobody in, and its sessions stop", async () => {
  const sessions = new Sessions(world);
  const { secret, session } = await signedIn(sessions);
  const token = await linkTo(session.accountId);
  await setState(session.accountId, "suspended");
  assert.deepEqual(await sessions.signIn(token), { kind: "suspended" });
  clock.advance(2001);
  assert.equal(await kindOf(sessions, secret), "suspended");
  await assert.rejects(
    linkTo(session.accountId),
    (error: unknown) => error instanceof Refusal && error.code === "account_suspended",
  );
  await setState(session.accountId, "active");
  clock.advance(2001);
  assert.equal(await kindOf(sessions, secret), "authenticated");
});

test("all sessions and links of an account end together, and of no other", async () => {
  const sessions = new Sessions(world);
  const [mine, other] = [await signedIn(sessions), await signedIn(sessions)];
  const token = await linkTo(mine.session.accountId);
  const ended = await database.write(operator, (tx) => deleteSignIns(tx, mine.session.accountId));
  assert.deepEqual(ended, { sessions: 1, links: 1 });
  clock.advance(2001);
  assert.deepEqual(await sessions.signIn(token), { kind: "unknown" });
  assert.equal(await kindOf(sessions, mine.secret), "unknown");
  assert.equal(await kindOf(sessions, other.secret), "authenticated");
});

test("neither the word of a link nor the secret of a session is in the database", async () => {
  const sessions = new Sessions(world);
  const { secret, session } = await signedIn(sessions);
  const token = await linkTo(session.accountId);
  const rows = await database.read(operator, (reader) =>
    reader.rows<{ text: string }>(sql`
      select t::text as text from session t union all select t::text from sign_in_link t`),
  );
  const dump = rows.map(({ text }) => text).join("\n");
  for (const word of [secret, token])
    for (const shape of [
      word,
      Buffer.from(word).toString("hex"),
      Buffer.from(word, "base64url").toString("hex"),
    ])
      assert.ok(!dump.includes(shape));
});
