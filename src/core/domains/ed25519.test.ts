import assert from "node:assert/strict";
import { after, test } from "node:test";
import { dkimVerify } from "mailauth/lib/dkim/verify.js";
import { openWorld } from "../../../tests/support/world.ts";
import { type Signer, signMessage } from "../../mail/dkim/signer.ts";
import { dkimRecord, ed25519Record } from "./check.ts";
import { addDomain, approveDomain, type DomainWish, subjectOf } from "./domain.ts";
import { type DomainRow, selectDomain } from "./store.ts";

const world = await openWorld({ after });
const { accountId } = await world.account();
const { database, keyring, ids, clock, senders } = world;

function write(work: typeof addDomain, domain: string | DomainWish): Promise<DomainRow> {
  return database.write({ role: "operator" }, async (tx) => {
    await keyring.load(tx, [accountId]);
    const row = await work(tx, { keyring, ids, now: clock.now() }, accountId, domain);
    senders.forget(accountId);
    return row;
  });
}

function names(signers: Signer[] | null): string[] {
  return (signers ?? []).map(({ selector, algorithm }) => `${selector} ${algorithm}`);
}

test("a domain with a second key has two signatures, which a verifier that is not ours accepts", async () => {
  const row = await write(approveDomain, { name: "both.example", withEd25519: true });
  const signers = await senders.signers(accountId, "both.example");
  assert.deepEqual(names(signers), [`${row.selector} rsa-sha256`, `${row.selector}e ed25519-sha256`]);

  const head = Buffer.from("From: a@both.example\r\nSubject: Hello\r\n");
  const body = Buffer.from("Hello\r\n");
  const signature = await signMessage({ head, body, signers: signers ?? [], now: clock.now() });
  const published = [dkimRecord(subjectOf(row)), ed25519Record(subjectOf(row))];
  const { results } = await dkimVerify(Buffer.concat([signature, head, Buffer.from("\r\n"), body]), {
    resolver: async (name: string) => [[published.find((record) => record?.name === name)?.value ?? ""]],
    curTime: clock.now(),
  });
  const verdicts = results.map(({ selector, status }) => `${selector} ${status.result}`);
  assert.deepEqual(verdicts, [`${row.selector} pass`, `${row.selector}e pass`]);
});

test("without a wish a domain has one key", async () => {
  const row = await write(approveDomain, "one.example");
  assert.equal(ed25519Record(subjectOf(row)), null);
  assert.deepEqual(names(await senders.signers(accountId, "one.example")), [`${row.selector} rsa-sha256`]);
});

test("a second key can be added later, is used within seconds and stays the same", async () => {
  const before = await write(approveDomain, "later.example");
  assert.equal((await senders.signers(accountId, "later.example"))?.length, 1);
  const row = await write(addDomain, { name: "later.example", withEd25519: true });
  assert.equal(row.rsaPublic, before.rsaPublic);
  assert.equal(row.state, "verified");
  assert.equal((await senders.signers(accountId, "later.example"))?.length, 2);
  const again = await write(addDomain, { name: "later.example", withEd25519: true });
  assert.deepEqual(again.ed25519, row.ed25519);
  const read = await database.read({ role: "request", accountId }, (reader) =>
    selectDomain(reader, accountId, { name: "later.example" }),
  );
  assert.deepEqual(read?.ed25519, row.ed25519);
});

test("signers are made anew when a key is added, not at each look", async () => {
  await write(approveDomain, "memory.example");
  const first = await senders.signers(accountId, "memory.example");
  clock.advance(60_000);
  assert.equal(await senders.signers(accountId, "memory.example"), first);
});
