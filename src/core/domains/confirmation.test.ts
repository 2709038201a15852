import assert from "node:assert/strict";
import { after, test } from "node:test";
import fc from "fast-check";
import { openWorld } from "../../../tests/support/world.ts";
import { sql } from "../../base/database.ts";
import {
  type ConfirmationLink,
  confirmationHours,
  confirmSender,
  expectConfirmation,
  isConfirmationFresh,
  lookAtConfirmation,
  makeConfirmation,
  readConfirmation,
  writeConfirmation,
} from "./confirmation.ts";
import { writeConfirmationMail } from "./confirmation-mail.ts";
import { addSender } from "./sender.ts";
import { selectSender } from "./sender-store.ts";

const world = await openWorld({ after });
const { database, keyring, ids, clock } = world;
const { accountId } = await world.account();
const scope = { role: "request", accountId } as const;

async function waiting(address: string): Promise<ConfirmationLink> {
  const wish = { address, name: "", kind: "unknown", isDefault: false } as const;
  return database.write(scope, async (tx) => {
    await keyring.load(tx, [accountId]);
    const { sender } = await addSender(tx, { keyring, ids, now: clock.now() }, accountId, wish);
    const link = makeConfirmation({ accountId, senderId: sender.id });
    await expectConfirmation(tx, keyring, link, clock.now());
    return link;
  });
}

function confirm(link: ConfirmationLink) {
  return database.write(scope, (tx) => confirmSender(tx, keyring, link, clock.now()));
}

function look(link: ConfirmationLink) {
  return database.read(scope, (reader) => lookAtConfirmation(reader, keyring, link, clock.now()));
}

test("following the link makes the sender active, once", async () => {
  const link = await waiting("ann@shop.example");
  const confirmed = await confirm(link);
  assert.equal(confirmed?.address, "ann@shop.example");
  assert.equal(confirmed?.state, "active");
  assert.equal(await confirm(link), null);
});

test("looking at the link changes nothing", async () => {
  const link = await waiting("look@shop.example");
  assert.equal((await look(link))?.state, "inactive");
  assert.equal((await look(link))?.state, "inactive");
  assert.equal((await confirm(link))?.state, "active");
  assert.equal(await look(link), null);
});

test("a link with another token, for another sender or after its time does nothing", async () => {
  const link = await waiting("bob@shop.example");
  const other = await waiting("cleo@shop.example");
  for (const wrong of [
    { ...link, token: makeConfirmation(link).token },
    { ...link, token: other.token },
    { ...link, senderId: other.senderId },
    { ...link, accountId: accountId + 1n },
  ]) {
    assert.equal(await look(wrong), null);
    assert.equal(await confirm(wrong), null);
  }
  clock.advance(confirmationHours * 3_600_000);
  assert.equal(await confirm(link), null);
});

test("a new link puts the one before out of use", async () => {
  const first = await waiting("dan@shop.example");
  const second = makeConfirmation(first);
  await database.write(scope, (tx) => expectConfirmation(tx, keyring, second, clock.now()));
  assert.equal(await confirm(first), null);
  assert.equal((await confirm(second))?.state, "active");
});

test("nothing in the database gives the token away", async () => {
  const { token, senderId } = await waiting("eve@shop.example");
  const row = await database.read({ role: "operator" }, (reader) =>
    reader.row<{ text: string }>(sql`select s::text as text from sender s where s.id = ${senderId}`),
  );
  assert.ok(row);
  assert.ok(!row.text.includes(token));
  assert.ok(!row.text.includes(Buffer.from(token).toString("hex")));
});

test("for ten minutes a confirmation is fresh", async () => {
  const { senderId: id } = await waiting("fay@shop.example");
  const row = await database.read(scope, (reader) => selectSender(reader, accountId, { id }));
  assert.ok(row);
  const later = (minutes: number) => new Date(clock.now().getTime() + minutes * 60_000);
  assert.equal(isConfirmationFresh(row, later(9)), true);
  assert.equal(isConfirmationFresh(row, later(10)), false);
  assert.equal(isConfirmationFresh({ confirmExpiresAt: null }, later(0)), false);
});

test("what a link is written as is read back, and nothing else is read", () => {
  const id = fc.bigInt({ min: 0n, max: 2n ** 63n - 1n });
  fc.assert(
    fc.property(id, id, (account, senderId) => {
      const link = makeConfirmation({ accountId: account, senderId });
      assert.deepEqual(readConfirmation(writeConfirmation(link)), link);
    }),
  );
  const token = "a".repeat(43);
  for (const word of [
    "",
    "1.2",
    `1.2.${token}x`,
    `01.2.${token}`,
    `zzzzzzzzzzzzz.1.${token}`,
    `1.-2.${token}`,
  ]) {
    assert.equal(readConfirmation(word), null, word);
  }
});

test("the mail names the account, unless its name carries a message of its own", () => {
  const about = {
    address: "ann@shop.example",
    serviceName: "Mail of Example",
    link: "https://mail.example/x",
  };
  const mail = writeConfirmationMail({ ...about, accountName: 'Fish & "Chips"' });
  assert.ok(mail.text.includes('"Fish & "Chips""'));
  assert.ok(mail.html.includes("&quot;Fish &amp; &quot;Chips&quot;&quot;"));
  assert.ok(mail.text.includes(about.link) && mail.html.includes(`href="${about.link}"`));
  for (const accountName of [
    "",
    "Win at http://evil.test",
    "see www.evil.test",
    "<b>",
    "[[data:x]]",
    "x".repeat(61),
  ]) {
    const plain = writeConfirmationMail({ ...about, accountName });
    assert.ok(plain.text.startsWith("An account at Mail of Example"), accountName);
  }
});
