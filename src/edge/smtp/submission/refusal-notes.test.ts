import assert from "node:assert/strict";
import { after, test } from "node:test";
import { eventually } from "../../../../tests/support/neighbour.ts";
import { RawClient } from "../../../../tests/support/raw-client.ts";
import { openWorld } from "../../../../tests/support/world.ts";
import { sql } from "../../../base/database.ts";
import { createLog } from "../../../base/log.ts";
import { Authenticator, listSmtpRefusals, type SmtpRefusal } from "../../../core/accounts/index.ts";
import { runRetention } from "../../../core/retention/index.ts";
import { StoredRefusalNotes } from "./refusal-notes.ts";
import { createSubmission, type SubmissionServer } from "./server.ts";

const world = await openWorld({ after });
const { accountId, publicKey, secretKey, keyId } = await world.account();
await world.approve(accountId, "example.org");
const log = createLog({ level: "silent" });
const terms = {
  ...{ name: "mail.example.org", clock: world.clock, log, acceptance: world.acceptance, waitOf: () => 0 },
  authenticator: new Authenticator(world.database, world.keyring, world.clock),
  refusals: new StoredRefusalNotes({ ...world, log }),
  certificate: null,
};
const { port } = await listening(createSubmission(terms));

async function listening(server: SubmissionServer): Promise<{ port: number }> {
  after(() => server.close());
  return server.listen({ host: "127.0.0.1", port: 0, isImplicitTls: false });
}

function noted(): Promise<SmtpRefusal[]> {
  const { database, keyring, clock } = world;
  return database.read({ role: "request", accountId }, async (reader) => {
    await keyring.load(reader, [accountId]);
    return listSmtpRefusals(reader, keyring, { accountId, now: clock.now() });
  });
}

async function login(
  user: string,
  secret: string,
  at = port,
): Promise<{ client: RawClient; answer: string }> {
  const client = await RawClient.open(at);
  await client.reply();
  await client.ask("EHLO client.example\r\n");
  const words = Buffer.from(`\0${user}\0${secret}`).toString("base64");
  return { client, answer: await client.ask(`AUTH PLAIN ${words}\r\n`) };
}

async function until(count: number): Promise<SmtpRefusal[]> {
  await eventually(
    async () => (await noted()).length >= count,
    () => `There are not ${count} refusals.`,
  );
  return noted();
}

test("a wrong secret is shown to the owner of its key, sealed, with neither the secret nor an address", async () => {
  const stranger = await login("f".repeat(32), "a secret of somebody");
  const { client, answer } = await login(publicKey, "a wrong secret");
  assert.equal(stranger.answer, answer, "the client is told the same");
  const [refusal = assert.fail(), ...others] = await until(1);
  assert.deepEqual(others, []);
  assert.deepEqual(
    [refusal.keyId, refusal.kind, refusal.code, refusal.status, refusal.text],
    [keyId, "wrong_secret", 535, "5.7.8", "The API key or its secret key is wrong"],
  );
  const rows = await world.database.read({ role: "operator" }, (reader) =>
    reader.rows<{ all: string }>(sql`select r::text as all from smtp_refusal r`),
  );
  for (const { all } of rows) assert.doesNotMatch(all, /wrong secret|127\.0\.0\.1|API key/);
  for (const each of [client, stranger.client]) each[Symbol.dispose]();
});

test("a sender that is not the account's and a message with a flaw are shown in the words that were said", async () => {
  const { client } = await login(publicKey, secretKey);
  using _open = client;
  for (const head of ["From: a@stranger.example", "From: a@example.org\r\nFrom: b@example.org"]) {
    await client.ask("MAIL FROM:<a@example.org>\r\n");
    await client.ask("RCPT TO:<ada@example.com>\r\n");
    await client.ask("DATA\r\n");
    assert.match(await client.ask(`${head}\r\n\r\nHello\r\n.\r\n`), /^55\d /);
  }
  const [flaw, sender] = await until(3);
  assert.deepEqual([sender?.kind, sender?.code, sender?.status], ["refused", 550, "5.7.1"]);
  assert.match(sender?.text ?? "", /"a@stranger\.example" is not an authorized sender/);
  assert.deepEqual([flaw?.kind, flaw?.code], ["refused", 554]);
});

test("a key that is said where anybody on the way can read it is shown, and its secret is not even looked at", async () => {
  const far = await listening(createSubmission({ ...terms, isLocal: () => false }));
  const { client, answer } = await login(publicKey, secretKey, far.port);
  using _open = client;
  assert.match(answer, /^538 5\.7\.11 /);
  await client.ask(`AUTH LOGIN ${Buffer.from("f".repeat(32)).toString("base64")}\r\n`);
  const [refusal] = await until(4);
  assert.deepEqual([refusal?.kind, refusal?.code, refusal?.keyId], ["not_encrypted", 538, keyId]);
});

test("the last twenty are kept, for an hour, and no more are noted than anybody reads", async () => {
  const notes = new StoredRefusalNotes({ ...world, log });
  const answer = { code: 554, enhanced: "5.6.0", text: "no" };
  for (let minute = 0; minute < 3; minute++) {
    for (let count = 0; count < 9; count++) notes.note({ accountId, keyId }, "refused", answer);
    await eventually(
      async () =>
        (await noted()).filter(({ text }) => text === "no").length >= Math.min(20, 9 * (minute + 1)),
      () => "Not all were noted.",
    );
  }
  assert.equal((await noted()).length, 20);
  world.clock.advance(3_600_001);
  assert.deepEqual(await noted(), []);
  await runRetention(world);
  const left = await world.database.read({ role: "operator" }, (reader) =>
    reader.rows(sql`select from smtp_refusal`),
  );
  assert.deepEqual(left, []);
});
