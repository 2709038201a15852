import assert from "node:assert/strict";
import { test } from "node:test";
import { openWorld, type World } from "../../../tests/support/world.ts";
import { sql } from "../../base/database.ts";
import { arfOf, dsnOf, mailOf } from "../../mail/report/testing/mails.ts";
import { historyOf } from "../events/index.ts";
import { returnPathOf } from "../messages/index.ts";
import { listSuppressions } from "../suppressions/index.ts";
import { takeComplaints, takeReport } from "./index.ts";

async function open(t: Parameters<typeof openWorld>[0]) {
  const world = await openWorld(t);
  const { accountId } = await world.account();
  await world.approve(accountId, "example.org");
  return { world, accountId };
}

/** A message that the next server has taken. */
async function sent(
  { database, ...world }: World,
  accountId: bigint,
  to = "ada@example.com",
): Promise<bigint> {
  const [id = assert.fail()] = await world.send(accountId, { from: "news@example.org", to: [to] });
  await database.write({ role: "operator" }, (tx) =>
    tx.run(sql`update message set state = 'sent' where id = ${id}`),
  );
  return id;
}

async function standing({ database, keyring }: World, accountId: bigint, id: bigint) {
  return database.read({ role: "request", accountId }, async (db) => {
    const page = { beforeId: null, limit: 10, lookup: null };
    const rows = await listSuppressions(db, accountId, page);
    const message = await db.row<{ state: string; reason: number | null }>(
      sql`select m.state, m.reason from message m where m.account_id = ${accountId} and m.id = ${id}`,
    );
    return {
      ...message,
      events: (await historyOf(db, accountId, id)).map(({ kind }) => kind),
      suppressed: rows.map(({ cause, source, id: row, sealed }) => [
        cause,
        source,
        keyring.openIdentity({ table: "suppression", accountId, id: row }, sealed).toString(),
      ]),
    };
  });
}

const report = (world: World, name: { accountId: bigint; id: bigint }, octets: Buffer, isFromNobody = true) =>
  takeReport(world, name, { octets, isFromNobody }, world.clock.now());

const failed = (address: string, rest = "Status: 5.1.1\nDiagnostic-Code: smtp; 550 5.1.1 User unknown") =>
  dsnOf(`Reporting-MTA: dns; mx.example.com\n\nFinal-Recipient: rfc822; ${address}\nAction: failed\n${rest}`);

test("a report of a dead address is an event, a state and a suppression, and once", async (t) => {
  const { world, accountId } = await open(t);
  const id = await sent(world, accountId);
  const name = { accountId, id };
  assert.deepEqual(await report(world, name, failed("Ada@Example.com")), { kind: "bounce", isNews: true });
  const after = {
    state: "bounced",
    reason: 1,
    events: ["bounced"],
    suppressed: [["bounce", "report", "ada@example.com"]],
  };
  assert.deepEqual(await standing(world, accountId, id), after);
  assert.deepEqual(await report(world, name, failed("ada@example.com")), { kind: "bounce", isNews: false });
  assert.deepEqual(await standing(world, accountId, id), after);
});

test("a full mailbox, or an address that the mail was forwarded to, suppresses nobody", async (t) => {
  const { world, accountId } = await open(t);
  const [full, forwarded] = [await sent(world, accountId), await sent(world, accountId, "bob@example.com")];
  const overQuota = failed("ada@example.com", "Status: 5.2.2\nDiagnostic-Code: smtp; 552 5.2.2 Over quota");
  await report(world, { accountId, id: full }, overQuota);
  await report(world, { accountId, id: forwarded }, failed("elsewhere@example.net"));
  assert.deepEqual(await standing(world, accountId, full), {
    ...{ state: "bounced", reason: 3 },
    events: ["bounced"],
    suppressed: [],
  });
  assert.deepEqual((await standing(world, accountId, forwarded)).events, ["bounced"]);
});

test("delays, good news, answers of programs and letters change nothing", async (t) => {
  const { world, accountId } = await open(t);
  const id = await sent(world, accountId);
  const name = { accountId, id };
  const delayed = dsnOf("Final-Recipient: rfc822; ada@example.com\nAction: delayed\nStatus: 4.4.1");
  assert.deepEqual(await report(world, name, delayed), { kind: "progress" });
  const letter = mailOf("From: ada@example.com\nSubject: Re: Hello\n\nThank you.\n");
  assert.deepEqual(await report(world, name, letter), { kind: "automatic" });
  assert.deepEqual(await report(world, name, letter, false), { kind: "personal" });
  assert.deepEqual(await standing(world, accountId, id), {
    state: "sent",
    reason: null,
    events: [],
    suppressed: [],
  });
});

test("a dead member of an alias does not suppress the alias", async (t) => {
  const { world, accountId } = await open(t);
  const id = await sent(world, accountId, "team@example.com");
  const name = { accountId, id };
  const original = "Original-Recipient: rfc822;team@example.com\nStatus: 5.1.1";
  assert.deepEqual(await report(world, name, failed("left@gone.example", original)), {
    kind: "bounce",
    isNews: true,
  });
  assert.deepEqual((await standing(world, accountId, id)).suppressed, []);
});

test("a bounce that comes before the message is settled is to come again, and counts then", async (t) => {
  const { world, accountId } = await open(t);
  const [id = assert.fail()] = await world.send(accountId, {
    from: "news@example.org",
    to: ["ada@example.com"],
  });
  const name = { accountId, id };
  assert.deepEqual(await report(world, name, failed("ada@example.com")), { kind: "early" });
  await world.database.write({ role: "operator" }, (tx) =>
    tx.run(sql`update message set state = 'sent' where id = ${id}`),
  );
  assert.deepEqual(await report(world, name, failed("ada@example.com")), { kind: "bounce", isNews: true });
});

test("of two complaints of one message at once, one counts", async (t) => {
  const { world, accountId } = await open(t);
  const ids = await Promise.all([1, 2, 3, 4].map((n) => sent(world, accountId, `r${n}@example.com`)));
  for (const id of ids) {
    const name = { accountId, id };
    const complaint = arfOf("Feedback-Type: abuse\nUser-Agent: Loop/1", "To: ada@example.com");
    const taken = await Promise.all([1, 2, 3].map(() => report(world, name, complaint)));
    assert.equal(taken.filter((each) => "isNews" in each && each.isNews).length, 1);
    assert.deepEqual((await standing(world, accountId, id)).events, ["complained"]);
  }
});

test("words that quote no reply, and vacation notices, suppress nobody", async (t) => {
  const { world, accountId } = await open(t);
  const id = await sent(world, accountId);
  const name = { accountId, id };
  const away = mailOf(
    "From: Ada <ada@example.com>\nSubject: Automatic reply: Your delivery status\n\nAda (ada@example.com) is no longer with us: no such user.\n",
  );
  assert.deepEqual(await report(world, name, away), { kind: "automatic" });
  const words = mailOf(
    "From: MAILER-DAEMON@mx.example\nSubject: failure notice\n\n<ada@example.com>:\nNo such user here.\n",
  );
  assert.deepEqual(await report(world, name, words), { kind: "bounce", isNews: true });
  assert.deepEqual((await standing(world, accountId, id)).suppressed, []);
});

test("a complaint counts when it proves which message it is about, and only then", async (t) => {
  const { world, accountId } = await open(t);
  const id = await sent(world, accountId);
  const path = returnPathOf(world.keyring, { accountId, id }, "bounce.example.org");
  const complain = (mailFrom: string, type = "abuse") =>
    takeComplaints(
      world,
      {
        octets: arfOf(
          `Feedback-Type: ${type}\nUser-Agent: Loop/1\nOriginal-Mail-From: <${mailFrom}>`,
          "To: ada@example.com",
        ),
        isFromNobody: false,
      },
      world.clock.now(),
    );
  const forged = path.replace(/.@/, (end) => (end === "0@" ? "1@" : "0@"));
  assert.deepEqual(await complain(forged), { kind: "complaint", isNews: false });
  assert.deepEqual(await complain(path, "not-spam"), { kind: "progress" });
  assert.deepEqual((await standing(world, accountId, id)).events, []);
  assert.deepEqual(await complain(path), { kind: "complaint", isNews: true });
  assert.deepEqual(await complain(path), { kind: "complaint", isNews: false });
  assert.deepEqual(await standing(world, accountId, id), {
    ...{ state: "sent", reason: null },
    events: ["complained"],
    suppressed: [["complaint", "report", "ada@example.com"]],
  });
});
