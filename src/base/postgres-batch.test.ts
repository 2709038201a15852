import assert from "node:assert/strict";
import test, { after } from "node:test";
import fc from "fast-check";
import { emptyDatabase, silent } from "../../tests/support/database.ts";
import { connect, DatabaseError, DatabaseUnavailable, sql } from "./database.ts";

const operator = { role: "operator" } as const;
const shared = await emptyDatabase({ after });
const { database } = shared;
await database.write(operator, (tx) => tx.run(sql`create table item (id int primary key, text text)`));

const add = (id: number, text = "") => sql.named("add_item")`
  insert into item (id, text) select * from unnest(${[id]}::int[], ${[text]}::text[])`;
const ids = async () =>
  (await database.read(operator, (db) => db.rows<{ id: number }>(sql`select id from item order by id`))).map(
    ({ id }) => id,
  );

test("statements that are asked for together are one transaction, and each has its own answer", async () => {
  const committed: string[] = [];
  const [count, rows, none] = await database.writeAtOnce(operator, (tx) => {
    tx.onCommit(() => void committed.push("yes"));
    return Promise.all([
      tx.run(add(1)),
      tx.rows(sql`insert into item (id) values (2), (3) returning id`),
      tx.row(sql`select id from item where id = ${-1}`),
    ]);
  });
  assert.deepEqual([count, rows, none], [1, [{ id: 2 }, { id: 3 }], undefined]);
  assert.deepEqual(committed, ["yes"]);
  assert.deepEqual(await ids(), [1, 2, 3]);
});

test("when one of them fails nothing is written, the error says which it was, and the connection goes on", async (t) => {
  const one = await connect({
    ...shared.connection,
    poolSizes: { operator: 1 },
    applicationName: "test",
    log: silent,
  });
  t.after(() => one.close());
  const before = await ids();
  // Once with statements that are prepared in the packet that fails, and once with those that were before.
  for (let round = 0; round < 2; round += 1) {
    const failing = one.writeAtOnce(operator, (tx) =>
      Promise.all([tx.run(add(10)), tx.run(add(1)), tx.run(add(11))]),
    );
    await assert.rejects(failing, (error) => {
      assert(error instanceof DatabaseError);
      assert.equal(error.code, "23505");
      assert.match(error.query ?? "", /insert into item/);
      return true;
    });
    assert.deepEqual(await one.readAtOnce(operator, (db) => db.row(sql`select 1 as one`)), { one: 1 });
    await one.writeAtOnce(operator, (tx) => tx.run(add(20 + round)));
  }
  assert.deepEqual(await ids(), [...before, 20, 21]);
});

test("nothing is sent when the work fails before its statements have left", async () => {
  const before = await ids();
  const failing = database.writeAtOnce(operator, async (tx) => {
    await Promise.all([tx.run(add(30)), Promise.reject(new Error("no"))]);
  });
  await assert.rejects(failing, /no/);
  assert.deepEqual(await ids(), before);
});

test("a statement that waits for another one's answer is refused", async () => {
  const waiting = database.readAtOnce(operator, async (db) => {
    await db.run(sql`select 1`);
    await db.run(sql`select 2`);
  });
  await assert.rejects(waiting, /had left/);
});

test("a value without meaning in SQL is refused, and costs no connection", async (t) => {
  const one = await connect({
    ...shared.connection,
    poolSizes: { operator: 1 },
    applicationName: "test",
    log: silent,
  });
  t.after(() => one.close());
  const read = (value: Parameters<typeof sql>[1]) =>
    one.readAtOnce(operator, (db) =>
      db.row<{ count: number }>(sql`select cardinality(${value}::int[]) as count`),
    );
  for (const value of [[2 ** 31], [-(2 ** 31) - 1], [1.5], ["1.x"]])
    await assert.rejects(read(value), TypeError);
  assert.deepEqual(await read([-(2 ** 31), 2 ** 31 - 1, null]), { count: 3 });
});

test("no batch can be asked for in the name of an account, which it could not say", () => {
  const scope = { role: "inbound_account", accountId: 1n } as const;
  const asked = [
    // @ts-expect-error: of an account.
    () => database.writeAtOnce(scope, async () => {}),
    // @ts-expect-error: of an account.
    () => database.readAtOnce(scope, async () => {}),
  ];
  assert.equal(asked.length, 2);
});

test("a batch whose answer never came may have been committed, unless it only reads", async () => {
  const end = sql`select pg_terminate_backend(pg_backend_pid())`;
  const isUnknown = (expected: boolean) => (error: unknown) =>
    error instanceof DatabaseUnavailable && error.commitUnknown === expected;
  await assert.rejects(
    database.writeAtOnce(operator, (tx) => tx.run(end)),
    isUnknown(true),
  );
  await assert.rejects(
    database.readAtOnce(operator, (db) => db.run(end)),
    isUnknown(false),
  );
});

test("arrays of any type arrive as they are, however large their elements", async () => {
  const element = <T>(arbitrary: fc.Arbitrary<T>) => fc.array(fc.option(arbitrary), { maxLength: 8 });
  const text = fc.string({ unit: "binary" }).filter((value) => !value.includes("\0") && value.isWellFormed());
  const large = fc.nat(6000).map((length) => Buffer.alloc(length, length));
  await fc.assert(
    fc.asyncProperty(
      element(
        fc.oneof(
          text,
          fc.nat(3000).map((length) => "é".repeat(length)),
        ),
      ),
      element(
        fc.oneof(
          fc.uint8Array().map((bytes) => Buffer.from(bytes)),
          large,
        ),
      ),
      element(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })),
      element(fc.integer()),
      element(fc.integer({ min: -(2 ** 15), max: 2 ** 15 - 1 })),
      element(fc.date({ min: new Date("0001-01-01"), max: new Date("9999-12-31"), noInvalidDate: true })),
      element(fc.boolean()),
      async (texts, bytes, bigs, ints, smalls, dates, flags) => {
        const found = await database.readAtOnce(operator, (db) =>
          db.row(sql`select ${texts}::text[] as texts, ${bytes}::bytea[] as bytes, ${bigs}::bigint[] as bigs,
            ${ints}::int[] as ints, ${smalls}::smallint[] as smalls, ${dates}::timestamptz[] as dates,
            ${flags}::boolean[] as flags`),
        );
        assert.deepEqual(found, { texts, bytes, bigs, ints, smalls, dates, flags });
      },
    ),
    { numRuns: 40 },
  );
});
