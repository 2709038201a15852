import assert from "node:assert/strict";
import { test } from "node:test";
import { openWorld, type World } from "../../../tests/support/world.ts";
import { sql } from "../../base/database.ts";
import { Refusal } from "../../base/errors.ts";
import { contentEndOf } from "../retention/index.ts";
import { announcePolicy } from "./announce.ts";
import { viewPolicy } from "./policy-view.ts";
import { ensureFirstPolicy, publishPolicy } from "./publish.ts";
import { readRegister } from "./register.ts";
import { figuresOf, type PolicyVersion } from "./version.ts";
import { selectPolicyVersions } from "./version-store.ts";

const dayMs = 86_400_000;
const entries = readRegister();
const reason = { en: "Because.", fr: "Parce que.", de: "Darum." };

async function openPolicy(t: Parameters<typeof openWorld>[0]) {
  const world = await openWorld(t);
  const { database, clock } = world;
  await database.write({ role: "operator" }, (tx) => ensureFirstPolicy(tx, entries, clock.now()));
  const versions = () => database.read({ role: "accept" }, selectPolicyVersions);
  const publish = (days: number, figures = {}) =>
    database.write({ role: "operator" }, (tx) => {
      const effectiveAt = new Date(clock.now().getTime() + days * dayMs);
      return publishPolicy(tx, entries, { figures, reason }, { effectiveAt, now: clock.now() });
    });
  return { ...world, versions, publish };
}

async function codeOf(publishing: Promise<unknown>): Promise<string> {
  return publishing.then(
    () => "published",
    (error: unknown) => (error instanceof Refusal ? error.code : String(error)),
  );
}

function announcement({ database, keyring, clock, acceptance }: World) {
  const systemSender = { address: "privacy@operator.example", name: "Operator" };
  const publicUrl = () => "https://mail.example.org";
  return { database, keyring, clock, acceptance, systemSender, systemAccountId: null, publicUrl };
}

test("the first version holds at once, and is made once", async (t) => {
  const { database, clock, versions } = await openPolicy(t);
  const [first] = await versions();
  clock.advance(dayMs);
  await database.write({ role: "operator" }, (tx) => ensureFirstPolicy(tx, entries, clock.now()));
  assert.deepEqual(await versions(), [first]);
  assert.equal(viewPolicy([first!], first!.effectiveAt)?.inForce.version.number, 1);
});

test("a version is refused that is too early, changes nothing, or cannot be kept", async (t) => {
  const { publish } = await openPolicy(t);
  assert.equal(await codeOf(publish(29.9, { contentDays: 7 })), "policy_too_early");
  assert.equal(await codeOf(publish(29.9, { contentDays: 5 })), "policy_too_early");
  assert.equal(await codeOf(publish(60)), "policy_unchanged");
  for (const figures of [
    { contentDays: 0 },
    { contentDays: 1.5 },
    { noticeDays: 7 },
    { accountKeyDays: 45, closeMonths: 2 },
  ])
    assert.equal(await codeOf(publish(60, figures)), "invalid_figure", JSON.stringify(figures));
  assert.equal(await codeOf(publish(60, { contentDays: 7 })), "published");
  assert.equal(await codeOf(publish(40, { contentDays: 5 })), "policy_too_early", "none overtakes another");
});

test("the notice that counts is that of the version before, not that of the new one", async (t) => {
  const { publish } = await openPolicy(t);
  await publish(30, { noticeDays: 60 });
  assert.equal(await codeOf(publish(59, { contentDays: 5 })), "policy_too_early");
  assert.equal(await codeOf(publish(60, { contentDays: 5 })), "published");
});

test("content is kept for as long as the version in force says, without anybody doing anything", async (t) => {
  const world = await openPolicy(t);
  const { clock, figures, publish, versions } = world;
  const { version } = await publish(30, { contentDays: 5 });
  await announcePolicy(announcement(world));
  figures.follow(figuresOf(await versions()));
  const daysOf = (accepted: Date) => (contentEndOf(accepted, figures).getTime() - accepted.getTime()) / dayMs;
  const before = new Date(version.effectiveAt.getTime() - 20 * dayMs);
  assert.ok(Math.abs(daysOf(before) - 6) < 0.1);
  assert.ok(Math.abs(daysOf(version.effectiveAt) - 5) < 0.1);
  assert.equal(figures.at(clock.now()).contentDays, 6);
  clock.advance(30 * dayMs);
  assert.equal(figures.at(clock.now()).contentDays, 5);
});

test("every owner is written to once, in three languages, with what changes", async (t) => {
  const world = await openPolicy(t);
  const { database, publish, versions } = world;
  const { accountId } = await world.account();
  await world.account("Sub", accountId);
  await publish(30, { contentDays: 5 });
  assert.equal(
    await announcePolicy(announcement(world)),
    1,
    "a sub-account of the same owner is not written to",
  );
  assert.equal(await announcePolicy(announcement(world)), 0);
  const [, second] = await versions();
  assert.deepEqual(second?.announcedAt, world.clock.now());
  const rows = await database.read({ role: "operator" }, (reader) =>
    reader.rows<{ outcome: string }>(sql`select n.outcome from policy_notice n`),
  );
  assert.deepEqual(rows, [{ outcome: "accepted" }]);
  const sent = await database.read({ role: "operator" }, (reader) =>
    reader.row<{ count: bigint }>(
      sql`select count(*) as count from message m where m.account_id = ${accountId}`,
    ),
  );
  assert.equal(sent?.count, 1n);
});

test("a version whose owners were written to after its day waits for as long as notice is given", async (t) => {
  const world = await openPolicy(t);
  const { clock, publish, versions } = world;
  await world.account();
  await publish(30, { contentDays: 5 });
  const inForce = async () => viewPolicy(await versions(), clock.now())?.inForce.version.number;
  clock.advance(31 * dayMs);
  await world.ensurePartitions();
  assert.equal(await inForce(), 1, "nobody was told");
  await announcePolicy(announcement(world));
  clock.advance(29 * dayMs);
  assert.equal(await inForce(), 1);
  clock.advance(2 * dayMs);
  assert.equal(await inForce(), 2);
});

test("a mail that goes out late names the day that is left, not the one that was planned", async (t) => {
  const world = await openPolicy(t);
  const { clock, publish } = world;
  await world.account();
  await publish(30, { contentDays: 5 });
  clock.advance(29.9 * dayMs);
  await world.ensurePartitions();
  const texts: string[] = [];
  const accept: World["acceptance"]["accept"] = (wish) => {
    texts.push(...wish.submissions.map(({ content }) => JSON.stringify(content)));
    return world.acceptance.accept(wish);
  };
  await announcePolicy({ ...announcement(world), acceptance: { accept } });
  assert.equal(texts.length, 1);
  const day = new Date(clock.now().getTime() + 30 * dayMs).toISOString().slice(0, 10);
  assert.match(texts[0] ?? "", new RegExp(day));
});

test("nobody changes a version or takes it out, not even who owns the schema", async (t) => {
  const { database, versions } = await openPolicy(t);
  const before = await versions();
  for (const statement of [
    "update policy_version set effective_at = effective_at + interval '1 day'",
    "delete from policy_announced",
    "truncate policy_version cascade",
  ]) {
    const changing = database.write({ role: "operator" }, (tx) => tx.run(sql.script(statement)));
    await assert.rejects(changing, /stays as it was written/, statement);
  }
  assert.deepEqual(await versions(), before);
});

const dayAt = (day: number) => new Date(Date.UTC(2026, 0, 1) + day * dayMs);

function versionAt(number: number, effective: number, announced: number): PolicyVersion {
  const figures = { noticeDays: 30, contentDays: number };
  const text = JSON.stringify({ number, reason, figures, promises: [] });
  const times = { publishedAt: dayAt(0), effectiveAt: dayAt(effective), announcedAt: dayAt(announced) };
  return { number, ...times, text, hash: Buffer.alloc(32) };
}

test("a version that was held up until the next one holds never comes to it", () => {
  const versions = [versionAt(1, 0, 0), versionAt(2, 30, 35), versionAt(3, 60, 30)];
  assert.deepEqual(
    figuresOf(versions).map(({ figures }) => figures.contentDays),
    [1, 3],
  );
});

test("a version holds once its owners have known of it for as long as notice is given, but for a day of writing to them", () => {
  const fromOf = (announced: number) => figuresOf([versionAt(1, 0, 0), versionAt(2, 30, announced)])[1]?.from;
  assert.deepEqual(fromOf(0), dayAt(30));
  assert.deepEqual(fromOf(1), dayAt(30), "writing to everybody takes its time");
  assert.deepEqual(fromOf(1.5), dayAt(31.5));
  assert.deepEqual(fromOf(29.5), dayAt(59.5), "minutes before its day is not before");
  assert.deepEqual(fromOf(35), dayAt(65));
});
