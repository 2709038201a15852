import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";

import type { Kind } from "./property.ts";
import { readScalar } from "./scalar.ts";

function read(kind: Kind, value: unknown): unknown {
  const scalar = readScalar(kind, value);
  return scalar.isValid ? scalar.value : "refused";
}

test("times are RFC 3339 with any offset, a date alone, or unix seconds", () => {
  const instant = new Date("2020-11-06T13:38:49Z");
  for (const value of [
    "2020-11-06T13:38:49Z",
    "2020-11-06T13:38:49z",
    "2020-11-06 13:38:49",
    "2020-11-06 13:38:49 UTC",
    "2020-11-06T15:38:49+02:00",
    "2020-11-06T15:38:49+0200",
    1604669929,
    1604669929n,
    "1604669929",
  ]) {
    assert.deepEqual(read("time", value), instant, String(value));
  }
  assert.deepEqual(read("time", "2020-11-06"), new Date("2020-11-06T00:00:00Z"));
  assert.deepEqual(read("time", "2020-11-06T13:38:49.1239Z"), new Date("2020-11-06T13:38:49.123Z"));
  assert.equal(read("time", ""), null);
  for (const value of ["2020-02-31", "2020-02-01T25:00:00Z", "tomorrow", -1, 1e15, true, {}]) {
    assert.equal(read("time", value), "refused", String(value));
  }
});

test("integers stay within their bits", () => {
  assert.equal(read("int16", 32767), 32767);
  assert.equal(read("int16", "32768"), "refused");
  assert.equal(read("int32", 2 ** 31), "refused");
  assert.equal(read("int64", 9223372036854775807n), 9223372036854775807n);
  assert.equal(read("int64", "9223372036854775808"), "refused");
  for (const value of [1.5, Number.NaN, "1.0", "", " 1", "0x1", null, [], true]) {
    assert.equal(read("int64", value), "refused", String(value));
  }
});

test("booleans are words or digits", () => {
  assert.deepEqual(
    [true, "true", "TRUE", 1, "1"].map((value) => read("boolean", value)),
    [true, true, true, true, true],
  );
  assert.deepEqual(
    [false, "False", 0, "0"].map((value) => read("boolean", value)),
    [false, false, false, false],
  );
  for (const value of ["yes", 2, null, "", [1]])
    assert.equal(read("boolean", value), "refused", String(value));
});

test("any value of any kind is read or refused", () => {
  const kinds: Kind[] = ["text", "int64", "number", "boolean", "time", "reference"];
  fc.assert(
    fc.property(fc.constantFrom(...kinds), fc.anything({ withBigInt: true }), (kind, value) => {
      const scalar = readScalar(kind, value);
      if (scalar.isValid && scalar.value instanceof Date) assert.ok(!Number.isNaN(scalar.value.getTime()));
    }),
  );
  fc.assert(fc.property(fc.string(), (value) => void readScalar("time", value)));
});
