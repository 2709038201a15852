import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import test, { after } from "node:test";
import fc from "fast-check";
import { emptyDatabase } from "../../tests/support/database.ts";
import { sql } from "./database.ts";

const operator = { role: "operator" } as const;
const { database } = await emptyDatabase({ after });

test("each type arrives as its own and goes back unchanged", async () => {
  const row = {
    text: 'a"b\\c{},',
    number: 1.5,
    big: 2n ** 63n - 1n,
    flag: false,
    at: new Date(1),
    bytes: Buffer.from([0, 255]),
  };
  const found = await database.read(operator, (db) =>
    db.row(sql`select ${row.text}::text as text, ${row.number}::float8 as number, ${row.big}::int8 as big,
      ${row.flag}::bool as flag, ${row.at}::timestamptz as at, ${row.bytes}::bytea as bytes`),
  );
  assert.deepEqual(found, row);
});

test("numeric and date stay text, since no JavaScript type holds them", async () => {
  const found = await database.read(operator, (db) =>
    db.row(sql`select 1.10::numeric as n, date '2026-11-23' as d`),
  );
  assert.deepEqual(found, { n: "1.10", d: "2026-11-23" });
});

test("microseconds are cut, far years kept, and what Date cannot hold is refused", async () => {
  const read = (text: string) =>
    database.read(operator, (db) => db.row<{ at: Date }>(sql`select ${text}::timestamptz as at`));
  assert.equal((await read("2026-11-23 23:59:59.999999+00"))?.at.toISOString(), "2026-11-23T23:59:59.999Z");
  assert.equal((await read("12026-01-01 00:00:00+00"))?.at.toISOString(), "+012026-01-01T00:00:00.000Z");
  await assert.rejects(read("infinity"), RangeError);
});

test("arrays of any text, bytes, numbers and moments survive the way there and back", async () => {
  const element = <T>(arbitrary: fc.Arbitrary<T>) => fc.array(fc.option(arbitrary), { maxLength: 8 });
  const text = fc.string({ unit: "binary" }).filter((value) => !value.includes("\0") && value.isWellFormed());
  await fc.assert(
    fc.asyncProperty(
      element(text),
      element(fc.uint8Array().map((bytes) => Buffer.from(bytes))),
      element(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })),
      element(fc.date({ min: new Date("0001-01-01"), max: new Date("9999-12-31"), noInvalidDate: true })),
      element(fc.boolean()),
      async (texts, bytes, bigs, dates, flags) => {
        const found = await database.read(operator, (db) =>
          db.row(sql`select ${texts}::text[] as texts, ${bytes}::bytea[] as bytes, ${bigs}::int8[] as bigs,
            ${dates}::timestamptz[] as dates, ${flags}::bool[] as flags`),
        );
        assert.deepEqual(found, { texts, bytes, bigs, dates, flags });
      },
    ),
    { numRuns: 60 },
  );
});

test("500 contents of 10 KB go in with one statement, byte for byte", async () => {
  const contents = Array.from({ length: 500 }, () => randomBytes(10 * 1024));
  const ids = contents.map((_, index) => BigInt(index));
  const found = await database.read(operator, (db) =>
    db.rows<{ id: bigint; bytes: Buffer }>(
      sql`select u.id, u.bytes from unnest(${ids}::int8[], ${contents}::bytea[]) as u (id, bytes)`,
    ),
  );
  assert.equal(found.length, 500);
  for (const { id, bytes } of found) assert.ok(bytes.equals(contents[Number(id)]!));
});

test("values without a meaning in SQL are refused before anything is sent", async () => {
  const send = (value: unknown) => database.read(operator, (db) => db.row(sql`select ${value as string}`));
  for (const value of [
    undefined,
    Number.NaN,
    new Date(Number.NaN),
    { a: 1 },
    [Buffer.from("x"), "y"],
    [undefined],
  ]) {
    await assert.rejects(send(value), TypeError);
  }
});
