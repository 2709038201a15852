import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import { Query, sql } from "./postgres-query.ts";

test("values become parameters in the order they stand", () => {
  const query = sql`select ${1n} where a = ${"x"} and b = ${null}`;
  assert.equal(query.text, "select $1 where a = $2 and b = $3");
  assert.deepEqual(query.values, [1n, "x", null]);
});

test("a nested query is spliced in and its parameters renumbered", () => {
  const condition = sql`b = ${2n} and c = ${3n}`;
  const query = sql`select * from t where a = ${1n} and ${condition} or d = ${4n}`;
  assert.equal(query.text, "select * from t where a = $1 and b = $2 and c = $3 or d = $4");
  assert.deepEqual(query.values, [1n, 2n, 3n, 4n]);
});

test("a dollar sign in the text of a fragment is no parameter", () => {
  const fragment = sql`price = '$1' and id = ${7n}`;
  assert.equal(sql`where x = ${1n} and ${fragment}`.text, "where x = $1 and price = '$1' and id = $2");
});

test("however queries are nested, the n-th parameter in the text is the n-th value", () => {
  const leaf = fc
    .array(fc.bigInt(), { maxLength: 3 })
    .map((values) => new Query(parts(values.length), values));
  const tree = fc
    .array(leaf, { maxLength: 6 })
    .map((queries) => sql`(${sql.join(queries, " or ")}) and ${99n}`);
  fc.assert(
    fc.property(tree, tree, (one, two) => {
      const query = sql`${one} then ${two}`;
      const numbers = [...query.text.matchAll(/\$(\d+)/g)].map(([, digits]) => Number(digits));
      assert.deepEqual(
        numbers,
        [...query.values.keys()].map((index) => index + 1),
      );
      assert.deepEqual(query.values, [...one.values, ...two.values]);
    }),
  );
});

function parts(values: number): string[] {
  return Array.from({ length: values + 1 }, (_, index) => ` part${index} `);
}

test("a named query keeps its name, and a fragment does not pass one on", () => {
  assert.equal(sql.named("claim")`select ${1n}`.name, "claim");
  assert.equal(sql`select ${sql.named("inner")`1`}`.name, undefined);
});

test("names in SQL are quoted and no longer than PostgreSQL keeps them", () => {
  assert.equal(sql`drop table ${sql.identifier('we"ird')}`.text, 'drop table "we""ird"');
  assert.throws(() => sql.identifier("x".repeat(64)), RangeError);
  assert.throws(() => sql.identifier(""), RangeError);
  assert.throws(() => sql.named("é".repeat(32)), RangeError);
});

test("literals are written so that they cannot end early", () => {
  assert.equal(sql.literal("it's").text, "'it''s'");
  assert.equal(sql.literal("\\' or true --").text, "E'\\\\'' or true --'");
  assert.equal(sql.literal(-5n).text, "-5");
  assert.equal(sql.literal(new Date(0)).text, "'1970-01-01T00:00:00.000Z'");
  assert.throws(() => sql.literal("a\0b"), RangeError);
});

test("joining nothing gives nothing", () => {
  assert.equal(sql.join([]).text, "");
  assert.equal(sql`select 1${sql.empty}`.text, "select 1");
});
