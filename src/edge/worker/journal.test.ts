import assert from "node:assert/strict";
import {
  appendFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { type TestContext, test } from "node:test";
import fc from "fast-check";
import type { Claim } from "../../core/delivery/index.ts";
import type { DeliveryKind } from "../../core/events/index.ts";
import type { Settlement } from "../../core/messages/index.ts";
import { Journal, readLeft, removeLeft } from "./journal.ts";
import { decodeSettlement, encodeSettlement } from "./journal-record.ts";

const plain = { noNullPrototype: true } as const;
const id = fc.bigInt({ min: 0n, max: 2n ** 63n - 1n });
const bytes = fc.uint8Array({ maxLength: 60 }).map((array) => Buffer.from(array));
const date = fc.date({ min: new Date("2000-01-01"), max: new Date("2105-01-01"), noInvalidDate: true });
const orNull = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: null });
const anySettlement: fc.Arbitrary<Settlement> = fc.record(
  {
    claim: fc.record({ lane: fc.nat(63), id, nodeId: fc.nat(511), epoch: id }, plain),
    accountId: id,
    eventId: id,
    kind: fc.constantFrom<DeliveryKind[]>(
      "sent",
      "deferred",
      "bounced",
      "blocked",
      "cancelled",
      "expired",
      "unknown",
    ),
    reason: orNull(fc.constantFrom(1, 13, 21)),
    replyCode: orNull(fc.integer({ min: 200, max: 599 })),
    enhanced: orNull(fc.constantFrom("5.1.1", "4.7.650")),
    sealed: orNull(bytes),
    at: date,
    retryAt: orNull(date),
    isAttempt: fc.boolean(),
    suppression: orNull(fc.record({ lookup: bytes, id, sealed: bytes }, plain)),
  },
  plain,
);

function folderOf(t: TestContext): string {
  const folder = mkdtempSync(path.join(tmpdir(), "facteur-journal-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

function claimOf(number: number, epoch = 1n): Claim {
  return { lane: 3, id: BigInt(number), nodeId: 7, epoch };
}

function settlementOf(claim: Claim, kind: DeliveryKind = "sent"): Settlement {
  return {
    ...{
      claim,
      accountId: 1n,
      eventId: claim.id + 1000n,
      kind,
      reason: null,
      replyCode: 250,
      enhanced: null,
    },
    ...{ sealed: Buffer.from("sealed"), at: new Date(0), retryAt: null, isAttempt: true, suppression: null },
  };
}

const idsOf = ({ intents, settlements }: ReturnType<typeof readLeft>) => ({
  intents: intents.map((claim) => Number(claim.id)).sort(),
  settlements: settlements.map(({ claim }) => Number(claim.id)).sort(),
});

test("a settlement reads back from its line as it was, in one line", () => {
  fc.assert(
    fc.property(anySettlement, (settlement) => {
      const line = encodeSettlement(settlement);
      assert.doesNotMatch(line, /[\r\n]/);
      assert.deepEqual(decodeSettlement(line), settlement);
    }),
  );
});

test("an empty folder and a journal in which nothing happened leave nothing", (t) => {
  const folder = folderOf(t);
  assert.deepEqual(readLeft(path.join(folder, "none")), { intents: [], settlements: [] });
  const journal = new Journal(folder);
  assert.deepEqual(readLeft(folder), { intents: [], settlements: [] });
  journal.close();
  assert.deepEqual(readdirSync(folder), []);
});

test("after a crash it is known what was begun, and what came of what had ended", async (t) => {
  const folder = folderOf(t);
  const journal = new Journal(folder);
  await Promise.all([1, 2, 3].map((number) => journal.intend(claimOf(number))));
  journal.note(settlementOf(claimOf(2)));
  assert.deepEqual(idsOf(readLeft(folder)), { intents: [1, 3], settlements: [2] });
  assert.deepEqual(readLeft(folder).settlements, [settlementOf(claimOf(2))]);
  assert.deepEqual(readLeft(folder).intents[0], claimOf(1));
});

test("an intent is on disk when its promise is fulfilled, before any outcome", async (t) => {
  const folder = folderOf(t);
  const journal = new Journal(folder);
  await journal.intend(claimOf(1));
  assert.match(readFileSync(path.join(folder, readdirSync(folder)[0] as string), "utf8"), /^I 3 1 7 1$/m);
});

test("a message that was tried again has its last attempt's outcome, and none of its first's", async (t) => {
  const folder = folderOf(t);
  const journal = new Journal(folder);
  await journal.intend(claimOf(1));
  journal.note(settlementOf(claimOf(1), "deferred"));
  journal.settled([1n]);
  await journal.intend(claimOf(1, 2n));
  assert.deepEqual(readLeft(folder), { intents: [claimOf(1, 2n)], settlements: [] });
  journal.note(settlementOf(claimOf(1, 2n), "bounced"));
  assert.deepEqual(
    readLeft(folder).settlements.map(({ kind }) => kind),
    ["bounced"],
  );
});

test("an outcome that is in the database is not given back, though its segment stays for others", async (t) => {
  const folder = folderOf(t);
  const journal = new Journal(folder);
  await Promise.all([1, 2, 3].map((number) => journal.intend(claimOf(number))));
  for (const number of [1, 2]) journal.note(settlementOf(claimOf(number), "deferred"));
  journal.settled([1n]);
  assert.deepEqual(idsOf(readLeft(folder)), { intents: [3], settlements: [2] });
  await journal.intend(claimOf(1));
  assert.deepEqual(idsOf(readLeft(folder)), { intents: [1, 3], settlements: [2] });
});

const largeSealed = Buffer.alloc(1024 * 1024, 1);

test("a segment goes when everything in it is settled, and not before", async (t) => {
  const folder = folderOf(t);
  const journal = new Journal(folder);
  for (let number = 1; number <= 12; number++) {
    await journal.intend(claimOf(number));
    journal.note({ ...settlementOf(claimOf(number)), sealed: largeSealed });
  }
  assert.ok(readdirSync(folder).length >= 3);
  journal.settled([1n, 3n, 5n, 6n, 7n, 8n, 9n, 10n, 11n, 12n]);
  const left = idsOf(readLeft(folder));
  assert.ok([2, 4].every((number) => left.settlements.includes(number)));
  journal.settled([2n, 4n]);
  assert.equal(readdirSync(folder).length, 1);
  journal.close();
  assert.deepEqual(readdirSync(folder), []);
});

test("a message begun again in a later segment is not taken for settled by its first outcome's place", async (t) => {
  const folder = folderOf(t);
  const journal = new Journal(folder);
  await journal.intend(claimOf(1)); // begun, and given back for a fault of ours: no outcome
  for (let number = 10; number < 16; number++) {
    await journal.intend(claimOf(number));
    journal.note({ ...settlementOf(claimOf(number)), sealed: largeSealed });
  }
  await journal.intend(claimOf(1));
  journal.note(settlementOf(claimOf(1)));
  const left = idsOf(readLeft(folder));
  assert.ok(left.settlements.includes(1), "its outcome stands behind its last intent");
  assert.deepEqual(left.intents, []);
  journal.settled([1n, 10n, 11n, 12n, 13n, 14n, 15n]);
  assert.equal(readdirSync(folder).length, 1);
});

test("the next process goes on behind the segments it finds, and removes what it has recovered", async (t) => {
  const folder = folderOf(t);
  await new Journal(folder).intend(claimOf(1));
  const next = new Journal(folder);
  await next.intend(claimOf(2));
  assert.deepEqual(idsOf(readLeft(folder)), { intents: [1, 2], settlements: [] });
  removeLeft(folder);
  assert.deepEqual(readdirSync(folder), []);
});

test("only the owner can read the journal", async (t) => {
  const folder = path.join(folderOf(t), "slot");
  await new Journal(folder).intend(claimOf(1));
  assert.equal(statSync(folder).mode & 0o777, 0o700);
  assert.equal(statSync(path.join(folder, readdirSync(folder)[0] as string)).mode & 0o777, 0o600);
});

test("wherever the last write was cut off, every intent before it is known and no outcome is invented", async (t) => {
  const folder = folderOf(t);
  const journal = new Journal(folder);
  await Promise.all([1, 2].map((number) => journal.intend(claimOf(number))));
  journal.note(settlementOf(claimOf(1)));
  const file = path.join(folder, readdirSync(folder)[0] as string);
  const whole = readFileSync(file);
  const synced = whole.lastIndexOf("\nO ");
  for (let length = synced; length <= whole.length; length++) {
    writeFileSync(file, whole.subarray(0, length));
    const left = idsOf(readLeft(folder));
    assert.deepEqual([...left.intents, ...left.settlements].sort(), [1, 2], `${length} bytes`);
    if (length < whole.length - 1) assert.deepEqual(left.settlements, []);
  }
});

test("a record behind one that a full disk has cut off is whole", async (t) => {
  const folder = folderOf(t);
  const journal = new Journal(folder);
  await journal.intend(claimOf(1));
  appendFileSync(path.join(folder, readdirSync(folder)[0] as string), '\nO {"claim":{"lane":3,"id":"1"');
  await journal.intend(claimOf(2));
  journal.note(settlementOf(claimOf(1)));
  assert.deepEqual(idsOf(readLeft(folder)), { intents: [2], settlements: [1] });
});

test("whatever stands in a damaged journal, reading it ends and tells only what can be read", (t) => {
  const folder = folderOf(t);
  const line = fc.oneof(
    fc.string({ unit: "binary", maxLength: 50 }),
    fc.constantFrom(
      "I 3 1 7 1",
      "I 3 1 7",
      "I  ",
      "I 3 -1 7 1",
      "O ",
      "O {}",
      "O null",
      "O []",
      "\0\0\0I 3 2 7 1",
    ),
    anySettlement.map((settlement) => `O ${encodeSettlement(settlement)}`),
    anySettlement.map((settlement) => `O ${encodeSettlement(settlement).slice(0, -10)}`),
  );
  fc.assert(
    fc.property(fc.array(line), (lines) => {
      writeFileSync(path.join(folder, "00000001.journal"), lines.join("\n"));
      const { intents, settlements } = readLeft(folder);
      const settled = new Set(settlements.map(({ claim }) => claim.id));
      for (const claim of intents) assert.ok(!settled.has(claim.id) && claim.nodeId >= 0);
    }),
  );
});
