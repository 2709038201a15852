import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { type TestContext, test } from "node:test";
import { openWorld } from "../../../tests/support/world.ts";
import { erasureOf } from "../../app-closing.ts";
import { accountTables } from "../../app-holdings.ts";
import { sql } from "../../base/database.ts";
import { closeAccount, reopenAccount } from "../accounts/index.ts";
import { type ErasureContext, eraseDueAccounts, replayErasures } from "./erase.ts";
import { readLedger } from "./ledger.ts";

const operator = { role: "operator" } as const;
const dayMs = 86_400_000;

async function open(t: TestContext) {
  const world = await openWorld(t);
  const { database, keyring, clock, figures } = world;
  const dataFolder = mkdtempSync(path.join(tmpdir(), "facteur-erase-"));
  t.after(() => rmSync(dataFolder, { recursive: true, force: true }));
  const system = await world.account("Operator");
  const erasure = erasureOf({ database, keyring, dataFolder }, async () => system.accountId);
  const customer = async () => {
    const account = await world.account("Customer");
    await world.approve(account.accountId, "shop.example");
    await world.send(account.accountId, { from: "a@shop.example", to: ["jane@example.org"] });
    await settleAll(database);
    return account;
  };
  const close = (accountId: bigint) =>
    database.write(operator, (tx) =>
      closeAccount(tx, { figures: figures.at(clock.now()), now: clock.now() }, accountId),
    );
  return { ...world, system, customer, erasure, close, rowsOf: (id: bigint) => rowsOf(world, id) };
}

// As delivery would have, long before.
async function settleAll(database: ErasureContext["database"]): Promise<void> {
  await database.write(operator, (tx) => tx.run(sql`delete from delivery`));
}

test("what still waits is delivered before its account is erased", async (t) => {
  const { customer, close, clock, erasure, send, database } = await open(t);
  const { accountId } = await customer();
  await send(accountId, { from: "a@shop.example", to: ["jane@example.org"] });
  await close(accountId);
  clock.advance(30 * dayMs);
  assert.deepEqual(await eraseDueAccounts(erasure, clock.now()), []);
  await settleAll(database);
  assert.equal((await eraseDueAccounts(erasure, clock.now())).length, 1);
});

test("two that erase the same account at once leave nothing of it, and neither fails", async (t) => {
  const { customer, close, clock, erasure, rowsOf } = await open(t);
  const { accountId } = await customer();
  await close(accountId);
  clock.advance(30 * dayMs);
  const slower = {
    ...erasure,
    removeTraces: async (id: bigint) => {
      await erasure.removeTraces(id);
      assert.equal((await eraseDueAccounts(erasure, clock.now())).length, 1);
    },
  };
  assert.deepEqual(await eraseDueAccounts(slower, clock.now()), []);
  assert.deepEqual(await rowsOf(accountId), {});
});

/** How many rows every table that exists has of an account: counted in the catalogue's tables, not in a list of ours. */
async function rowsOf(
  { database }: Pick<Awaited<ReturnType<typeof openWorld>>, "database">,
  accountId: bigint,
): Promise<Record<string, number>> {
  return database.read(operator, async (reader) => {
    const tables = await reader.rows<{ name: string }>(sql`
      select c.relname as name from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'account_id'
      where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition`);
    const counts: Record<string, number> = {};
    for (const { name } of tables) {
      const row = await reader.row<{ count: bigint }>(sql`
        select count(*) as count from ${sql.identifier(name)} where account_id = ${accountId}`);
      if (row?.count !== 0n) counts[name] = Number(row?.count);
    }
    const own = await reader.row(sql`select from account where id = ${accountId}`);
    return own === undefined ? counts : { ...counts, account: 1 };
  });
}

test("until its time is over an account stays whole; then nothing of it is there, and others keep all", async (t) => {
  const { customer, close, clock, erasure, rowsOf } = await open(t);
  const [gone, stays] = [await customer(), await customer()];
  const before = await rowsOf(stays.accountId);
  await close(gone.accountId);
  clock.advance(30 * dayMs - 1);
  assert.deepEqual(await eraseDueAccounts(erasure, clock.now()), []);
  assert.deepEqual(Object.keys(await rowsOf(gone.accountId)).sort(), Object.keys(before).sort());
  clock.advance(1);
  const [erased] = await eraseDueAccounts(erasure, clock.now());
  assert.deepEqual(await rowsOf(gone.accountId), {});
  assert.deepEqual(await rowsOf(stays.accountId), before);
  assert.ok((erased?.removed.message ?? 0) > 0 && erased?.removed.account === 1);
  assert.deepEqual(await eraseDueAccounts(erasure, clock.now()), []);
});

test("every table with rows of accounts is erased from, and each is declared", async (t) => {
  const { database } = await openWorld(t);
  const live = await database.read(operator, (reader) =>
    reader.rows<{ name: string }>(sql`
      select c.relname as name from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'account_id'
      where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition`),
  );
  assert.deepEqual([...live.map(({ name }) => name), "account"].sort(), [...accountTables].sort());
});

test("what the operator's own account has sent to the people of an account goes with it", async (t) => {
  const { customer, close, clock, erasure, system, approve, send, database } = await open(t);
  await approve(system.accountId, "operator.example");
  const account = await customer();
  const [waiting] = await send(system.accountId, {
    from: "service@operator.example",
    to: ["owner@example.org"],
  });
  const [settled] = await send(system.accountId, {
    from: "service@operator.example",
    to: ["owner@example.org"],
  });
  const [other] = await send(system.accountId, {
    from: "service@operator.example",
    to: ["else@example.org"],
  });
  await database.write(operator, (tx) =>
    tx.run(sql`update message set state = 'sent' where id = any(${[settled!, other!]}::bigint[])`),
  );
  await close(account.accountId);
  clock.advance(30 * dayMs);
  await eraseDueAccounts(erasure, clock.now());
  const left = await database.read(operator, (reader) =>
    reader.rows<{ id: bigint }>(
      sql`select m.id from message m where m.account_id = ${system.accountId} order by m.id`,
    ),
  );
  assert.deepEqual(
    left.map(({ id }) => id),
    [waiting, other],
  );
});

test("an erasure that is cut off anywhere is finished by the next one", async (t) => {
  const { customer, close, clock, erasure, rowsOf, database } = await open(t);
  const { accountId } = await customer();
  await close(accountId);
  clock.advance(30 * dayMs);
  // A write for each table, and some around them.
  for (let step = 1; step < 2 * accountTables.length; step += 1) {
    const failing = { ...erasure, database: cutOff(database, step) };
    const finished = await eraseDueAccounts(failing, clock.now()).then(
      () => true,
      () => false,
    );
    if (finished) break;
  }
  assert.deepEqual(await rowsOf(accountId), {});
});

// Writes once for each step and then fails: every run gets one step further than the one before.
function cutOff(database: ErasureContext["database"], after: number): ErasureContext["database"] {
  let writes = 0;
  return failingAt(database, "write", () => ++writes > after);
}

function failingAt(
  database: ErasureContext["database"],
  method: "read" | "write",
  fails: () => boolean,
): ErasureContext["database"] {
  return new Proxy(database, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name);
      if (typeof value !== "function") return value;
      if (name !== method) return value.bind(target);
      return (...args: unknown[]) => {
        if (fails()) throw new Error("cut off");
        return value.apply(target, args) as unknown;
      };
    },
  });
}

test("what is not closed, or not due, cannot be erased by the retention role either", async (t) => {
  const { customer, close, clock, database } = await open(t);
  const { accountId } = await customer();
  const erase = (table: string) =>
    database.write({ role: "retention" }, (tx) =>
      tx.run(sql`select erase_rows(${table}, ${accountId}, ${clock.now()}, 10)`),
    );
  await assert.rejects(erase("message"), /not to be erased/);
  await close(accountId);
  await assert.rejects(erase("message"), /not to be erased/);
  clock.advance(30 * dayMs);
  await assert.rejects(erase("migration"), /no table of accounts/);
  await assert.rejects(erase("pg_authid"), /no table of accounts/);
  for (const scope of [{ role: "request", accountId }, { role: "accept" }, { role: "delivery" }] as const) {
    const call = database.write(scope, (tx) =>
      tx.run(sql`select erase_rows('message', ${accountId}, ${clock.now()}, 10)`),
    );
    await assert.rejects(call, { code: "42501" });
  }
});

test("an account that comes back with a restore is erased again, by the table or by the file alone", async (t) => {
  const { customer, close, clock, erasure, rowsOf, database } = await open(t);
  const { accountId } = await customer();
  await close(accountId);
  clock.advance(30 * dayMs);
  const copies = await database.read(operator, async (reader) => ({
    account: await reader.row(sql`select to_jsonb(a) as row from account a where a.id = ${accountId}`),
    key: await reader.row(
      sql`select to_jsonb(k) as row from account_key k where k.account_id = ${accountId}`,
    ),
  }));
  const restore = () =>
    database.write(operator, async (tx) => {
      const textOf = (copy: unknown) => JSON.stringify((copy as { row: unknown }).row);
      const [account, key] = [textOf(copies.account), textOf(copies.key)];
      await tx.run(
        sql`insert into account select * from jsonb_populate_record(null::account, ${account}::jsonb)`,
      );
      await tx.run(
        sql`insert into account_key select * from jsonb_populate_record(null::account_key, ${key}::jsonb)`,
      );
      // As it was before it was closed.
      await tx.run(
        sql`update account set state = 'active', closed_at = null, erase_at = null where id = ${accountId}`,
      );
    });
  await eraseDueAccounts(erasure, clock.now());
  assert.equal(await replayErasures(erasure, clock.now()), 0);
  await restore();
  assert.equal(await replayErasures(erasure, clock.now()), 1);
  await eraseDueAccounts(erasure, clock.now());
  assert.deepEqual(await rowsOf(accountId), {});
  await restore();
  await database.write(operator, (tx) => tx.run(sql`delete from erasure`));
  assert.equal(await replayErasures(erasure, clock.now()), 1);
  await eraseDueAccounts(erasure, clock.now());
  assert.deepEqual(await rowsOf(accountId), {});
});

test("the ledger holds hashes only, and a line that was cut off is passed over", async (t) => {
  const { customer, close, clock, erasure } = await open(t);
  const { accountId } = await customer();
  await close(accountId);
  clock.advance(30 * dayMs);
  await eraseDueAccounts(erasure, clock.now());
  const text = readFileSync(erasure.ledgerFile, "utf8");
  assert.match(text, /^[0-9a-f]{64} 2026-12-23T10:00:00\.000Z\n$/);
  assert.ok(!text.includes(accountId.toString()));
  writeFileSync(erasure.ledgerFile, `${text}${"ab".repeat(20)}`);
  assert.deepEqual([...readLedger(erasure.ledgerFile)], [erasure.subjectOf(accountId).toString("hex")]);
});

test("an account that cannot be erased keeps nothing of the others", async (t) => {
  const { customer, close, clock, erasure, rowsOf } = await open(t);
  const [first, second] = [await customer(), await customer()];
  await close(first.accountId);
  clock.advance(1000);
  await close(second.accountId);
  clock.advance(30 * dayMs);
  const broken: ErasureContext = {
    ...erasure,
    removeTraces: async (accountId) => {
      if (accountId === first.accountId) throw new Error("a damaged row");
      await erasure.removeTraces(accountId);
    },
  };
  await assert.rejects(eraseDueAccounts(broken, clock.now()), /a damaged row/);
  assert.deepEqual(await rowsOf(second.accountId), {});
  assert.notDeepEqual(await rowsOf(first.accountId), {});
});

test("an erasure whose end cannot be noted is told, and done again", async (t) => {
  const { customer, close, clock, erasure, database, rowsOf } = await open(t);
  const { accountId } = await customer();
  await close(accountId);
  clock.advance(30 * dayMs);
  const run = (query: ReturnType<typeof sql>) => database.write(operator, (tx) => tx.run(query));
  await run(sql`alter table erasure add constraint never check (ended_at is null)`);
  await assert.rejects(eraseDueAccounts(erasure, clock.now()), /never/);
  await run(sql`alter table erasure drop constraint never`);
  assert.equal((await eraseDueAccounts(erasure, clock.now())).length, 1);
  assert.deepEqual(await rowsOf(accountId), {});
});

test("who finds an account erased by another forgets its keys too, and a read that fails keeps no others", async (t) => {
  const { customer, close, clock, erasure, database, rowsOf } = await open(t);
  const [first, second, third] = [await customer(), await customer(), await customer()];
  for (const { accountId } of [first, second, third]) {
    await close(accountId);
    clock.advance(1000);
  }
  clock.advance(30 * dayMs);
  const forgotten: bigint[] = [];
  let reads = 0;
  const slower: ErasureContext = {
    ...erasure,
    // The due ones are read first, then whether one is gone.
    database: failingAt(database, "read", () => ++reads === 3),
    forgetKeys: async (accountId) => void forgotten.push(accountId),
    removeTraces: async (accountId) => {
      await erasure.removeTraces(accountId);
      if (accountId === second.accountId) throw new Error("a damaged row");
      if (accountId !== first.accountId) return;
      await database.write({ role: "retention" }, (tx) =>
        tx.run(sql`select erase_rows('account', ${accountId}, ${clock.now()}, 1)`),
      );
    },
  };
  await assert.rejects(eraseDueAccounts(slower, clock.now()), /a damaged row/);
  assert.deepEqual(forgotten, [first.accountId, third.accountId]);
  assert.deepEqual(await rowsOf(third.accountId), {});
});

test("an account that its owner opens while others are erased stays, by whatever clock", async (t) => {
  const { customer, close, clock, erasure, database, rowsOf } = await open(t);
  const [first, second] = [await customer(), await customer()];
  const early = clock.now();
  await close(first.accountId);
  await close(second.accountId);
  clock.advance(30 * dayMs);
  const reopening: ErasureContext = {
    ...erasure,
    removeTraces: async (accountId) => {
      await erasure.removeTraces(accountId);
      const other = accountId === first.accountId ? second.accountId : first.accountId;
      // A process whose clock is late; and what is being erased cannot be had back by it.
      await database.write(operator, (tx) => reopenAccount(tx, other, early));
      await assert.rejects(
        database.write(operator, (tx) => reopenAccount(tx, accountId, early)),
        /being erased/,
      );
    },
  };
  assert.equal((await eraseDueAccounts(reopening, clock.now())).length, 1);
  assert.equal(await replayErasures(erasure, clock.now()), 0);
  const left = await Promise.all([rowsOf(first.accountId), rowsOf(second.accountId)]);
  assert.equal(left.filter((rows) => Object.keys(rows).length > 0).length, 1);
});
