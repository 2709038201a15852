import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { csvLine, csvRecords } from "./csv-records.ts";
import { revived } from "./spreadsheet.ts";

test("what is written is read again, whatever is in its fields", () => {
  const field = fc.string({ unit: "binary", maxLength: 60 }).map((text) => text.trim());
  const rows = fc.array(fc.array(field, { minLength: 2, maxLength: 5 }), { minLength: 1, maxLength: 8 });
  fc.assert(
    fc.property(rows, (written) => {
      const head = ["address", "purpose", "how"];
      const read = [...csvRecords([head, ...written].map(csvLine).join(""))];
      assert.deepEqual(
        read.slice(1).map(({ fields }) => fields?.map(revived)),
        written,
      );
    }),
    { numRuns: 300 },
  );
});

test("a record of more fields than any file has cannot be read, and costs what was read of it", () => {
  const csv = `a,b\n${",".repeat(100_000)}\nc,d\n"x\ny${",".repeat(100)}\ne,f`;
  assert.deepEqual(
    [...csvRecords(csv)].map(({ line, fields }) => [line, fields]),
    [
      [1, ["a", "b"]],
      [2, null],
      [3, ["c", "d"]],
      [4, null],
      [5, null],
      [6, ["e", "f"]],
    ],
  );
});

test("a line that cannot be read costs itself, and each record knows its line", () => {
  const csv = 'a;b\r\n"two\nlines";x\n"open;y\n\nlast;z';
  assert.deepEqual(
    [...csvRecords(csv)].map(({ line, fields }) => [line, fields]),
    [
      [1, ["a", "b"]],
      [2, ["two\nlines", "x"]],
      [4, null],
      [5, [""]],
      [6, ["last", "z"]],
    ],
  );
});

test("a file of open quotes is read in the time of its size", () => {
  const csv = `a,b\n${'"x\n'.repeat(20_001)}`;
  const startedAt = performance.now();
  const records = [...csvRecords(csv)];
  assert.ok(records.length > 0);
  assert.ok(performance.now() - startedAt < 20_000);
});
