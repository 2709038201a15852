import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { sql } from "../../src/base/database.ts";
import { readRootKey } from "../../src/config/secrets.ts";
import { Keyring, openChains } from "../../src/core/keys/index.ts";
import { Records } from "../support/records.ts";
import { send } from "../support/sending.ts";
import { type Credentials, TestService } from "../support/service.ts";

const message = {
  From: { Email: "news@leaving.example" },
  To: [{ Email: "jane@example.org", Name: "Jane" }],
  Subject: "Hello",
  TextPart: "Hello",
};
const operator = { role: "operator" } as const;

let service: TestService;
let records: Records;
let leaving: Credentials;
let staying: Credentials;

before(async () => {
  service = await new TestService({ env: { FACTEUR_DELIVERY: "inbox" } }).start();
  leaving = await service.account("owner@leaving.example", "leaving.example");
  staying = await service.account("owner@staying.example", "staying.example");
  records = await Records.open(service);
});

after(async () => {
  await records?.close();
  await service?.remove();
});

/** A row of an identity, and the key of its account, as a backup of this moment would have them. */
async function backup(accountId: bigint) {
  return records.core.database.read(operator, async (reader) => ({
    message: await reader.row<{ id: bigint; sealed: Buffer }>(sql`
      select m.id, m.sealed from message m where m.account_id = ${accountId} limit 1`),
    key: await reader.row<{ sealedKey: Buffer; sealedOn: number }>(sql`
      select k.sealed_key as "sealedKey", k.sealed_on as "sealedOn" from account_key k where k.account_id = ${accountId}`),
  }));
}

type Copy = Awaited<ReturnType<typeof backup>>;

/** Can a backup be opened with the keys that lie on the disk now? */
async function opens(accountId: bigint, { message: row, key }: Copy): Promise<boolean> {
  const rootKey = await readRootKey({ kind: "file", file: `${service.dataFolder}/secrets/root.key` });
  const keyring = new Keyring(
    rootKey,
    openChains(`${service.dataFolder}/secrets`, { content: 0, accounts: 0 }),
  );
  return keyring.reseal({ accountId, ...key! }, key!.sealedOn) !== null && row !== undefined;
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  for (let look = 0; look < 400; look += 1) {
    if (await isSo()) return;
    await pause(100);
  }
  assert.fail("It did not come to that.");
}

test("a closed account can be read and sends nothing, in both dialects, and can be opened again", async () => {
  const [{ id } = { id: 0n }] = await send(service, leaving, message);
  await records.reached(id, "sent");
  const closed = await service.command("account", "close", leaving.accountId);
  assert.equal(new Date(String(closed.eraseAt)).getTime() > Date.now() + 29 * 86_400_000, true);
  const statusOf = async (method: string, path: string, body?: unknown) => {
    const { status, text } = await service.request(leaving, method, path, body === undefined ? {} : { body });
    return { status, text };
  };
  // Within two seconds every process knows.
  await until(async () => (await statusOf("POST", "/v3.1/send", { Messages: [message] })).status === 403);
  const refusedSend = await statusOf("POST", "/v3.1/send", { Messages: [message] });
  assert.match(refusedSend.text, /closed\. Until .* it can be read and exported/);
  assert.equal((await statusOf("POST", "/v3/REST/sender", { Email: "x@leaving.example" })).status, 403);
  const refused = await statusOf("POST", "/api/v1/domains", { name: "other.example" });
  assert.equal(refused.status, 403);
  assert.match(refused.text, /account_closed/);
  assert.equal((await statusOf("GET", "/v3/REST/message")).status, 200);
  assert.equal((await statusOf("GET", "/api/v1/inbox")).status, 200);
  await service.command("account", "reopen", leaving.accountId);
  await until(async () => (await statusOf("POST", "/v3.1/send", { Messages: [message] })).status === 200);
});

test("after its time nothing of it is left, and copies of its key go dark; the other account lives on", async () => {
  const [gone, lives] = [BigInt(leaving.accountId), BigInt(staying.accountId)];
  const [kept] = await send(service, staying, { ...message, From: { Email: "news@staying.example" } });
  await records.reached(kept!.id, "sent");
  const [goneCopy, livesCopy] = [await backup(gone), await backup(lives)];
  await service.command("account", "close", leaving.accountId);
  await service.command("clock", "advance", "30d");
  const isThere = async () => {
    const row = await records.core.database.read(operator, (reader) =>
      reader.row(sql`select from account where id = ${gone}`),
    );
    return row !== undefined;
  };
  await until(async () => !(await isThere()));
  await until(async () => (await service.request(leaving, "GET", "/v3/REST/message")).status === 401);
  const again = await backup(gone);
  assert.deepEqual([again.key, again.message], [undefined, undefined]);
  assert.equal(await opens(gone, goneCopy), true, "a backup of before can be opened for a while");
  await service.command("clock", "advance", "31d");
  await until(async () => !(await opens(gone, goneCopy)));
  // Keys of the living are not lost with the copies of theirs.
  assert.equal(await opens(lives, livesCopy), false);
  assert.equal((await service.request(staying, "GET", "/v3/REST/message")).status, 200);
  const list = await service.request(staying, "GET", "/api/v1/messages");
  assert.match(list.text, /jane@example\.org/);
});

test("after a restart nobody comes back, and the living can still be read", async () => {
  await service.stop();
  await service.start();
  const list = await service.request(staying, "GET", "/api/v1/messages");
  assert.equal(list.status, 200);
  assert.match(list.text, /jane@example\.org/);
});
