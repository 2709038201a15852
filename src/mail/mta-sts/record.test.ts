import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { resolvePolicy } from "mailauth/lib/mta-sts.js";
import { parseStsRecord } from "./record.ts";

const parse = (...texts: string[]) => parseStsRecord(texts.map((text) => [text]));

test("the id of a record is read", () => {
  const record = { kind: "record", id: "20160831085700Z" };
  assert.deepEqual(parse("v=STSv1; id=20160831085700Z;"), record);
  assert.deepEqual(parse("v=STSv1 ;id=20160831085700Z"), record);
  assert.deepEqual(parse("v=STSv1; ext=a; id=20160831085700Z; id=other"), record);
  assert.deepEqual(parseStsRecord([["v=STSv1; id=2016", "0831085700Z;"]]), record);
});

test("records of others do not count, two of its own do away with each other", () => {
  assert.deepEqual(parse(), { kind: "none" });
  assert.deepEqual(parse("v=spf1 -all"), { kind: "none" });
  assert.deepEqual(parse("v=STSv10; id=1"), { kind: "none" });
  assert.deepEqual(parse("v=spf1 -all", "v=STSv1; id=1"), { kind: "record", id: "1" });
  assert.deepEqual(parse("v=STSv1; id=1", "v=STSv1; id=1"), { kind: "invalid" });
});

test("a record without an id, or one that breaks the grammar, is invalid", () => {
  const long = "a".repeat(33);
  for (const rest of [
    "",
    "ext=a",
    "id=",
    "id=a-b",
    `id=${long}`,
    "id=1;;",
    "id =1",
    "id=1; x",
    "id=1; x=a=b",
    "id=1; x=é",
  ]) {
    assert.deepEqual(parse(`v=STSv1; ${rest}`), { kind: "invalid" }, rest);
  }
});

test("any record is read as by a parser that is not ours", async () => {
  const scraps = fc.constantFrom("v=STSv1", "id", "=", ";", " ", "\t", "1", "ab", "x", "-", "é", "id=7");
  const text = fc.oneof(
    fc.string(),
    fc.array(scraps, { maxLength: 12 }).map((parts) => `v=STSv1;${parts.join("")}`),
  );
  await fc.assert(
    fc.asyncProperty(text, async (untrimmed) => {
      // White space at the very end, which the grammar forbids, is forgiven here and not there.
      const record = untrimmed.trimEnd();
      const theirs = await resolvePolicy("example.org", { resolver: async () => [[record]], strict: true });
      const ours = parse(record);
      assert.equal(ours.kind === "record" && ours.id, theirs);
    }),
    { numRuns: 1000 },
  );
});
