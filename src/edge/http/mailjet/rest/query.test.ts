import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";

import { thingResources } from "../../testing/things.ts";
import { RestFailure } from "./failure.ts";
import { matchesFamily, readResourceQuery } from "./query.ts";

const [thing] = thingResources();
const now = new Date("2026-03-05T10:00:00.000Z"); // a Thursday

function read(query: string) {
  return readResourceQuery(query, thing!, now);
}

function messageOf(query: string): string {
  try {
    read(query);
    return "";
  } catch (error) {
    assert.ok(error instanceof RestFailure);
    assert.equal(error.status, 400);
    return error.message;
  }
}

test("a page has 10 rows unless Limit says otherwise, at most 1000, and 0 means the most", () => {
  const limits = [
    "",
    "Limit=",
    "Limit=5",
    "limit=0",
    "LIMIT=1000",
    "Limit=1001",
    "Limit=99999999999999999999",
  ];
  assert.deepEqual(
    limits.map((query) => read(query).list.limit),
    [10, 10, 5, 1000, 1000, 1000, 1000],
  );
  for (const query of ["Limit=-1", "Limit=ten", "Limit=1.5", "Offset=-1", "Offset=x"]) {
    assert.match(messageOf(query), /^Invalid value ".*" for parameter (Limit|Offset)$/, query);
  }
  assert.equal(read("Offset=20").list.offset, 20);
});

test("the first of a repeated parameter counts, and unknown ones do not", () => {
  assert.equal(read("Limit=3&Limit=4&InvalidParameter=0").list.limit, 3);
});

test("rows and the total are wanted as countOnly and countRecords say", () => {
  const wants = [
    "",
    "countOnly=1",
    "countonly=true",
    "countRecords=1",
    "countOnly=0",
    "countOnly=1&countRecords=1",
  ];
  assert.deepEqual(
    wants.map((query) => {
      const { wantsRows, wantsTotal } = read(query).list;
      return [wantsRows, wantsTotal];
    }),
    [
      [true, false],
      [false, true],
      [false, true],
      [true, true],
      [true, false],
      [false, true],
    ],
  );
});

test("Sort takes a property and a direction, however the space between them was written", () => {
  for (const query of [
    "Sort=ID+DESC",
    "Sort=ID%20DESC",
    "sort=id%20desc",
    "Sort=ID%2BDESC",
    "Sort=ID++DESC",
  ]) {
    assert.deepEqual(read(query).list.sort, { property: "ID", isDescending: true }, query);
  }
  assert.deepEqual(read("Sort=name").list.sort, { property: "Name", isDescending: false });
  assert.equal(read("Sort=").list.sort, null);
});

test("what cannot be sorted on is refused by its name", () => {
  const prefix = "Invalid sort specification: Cannot sort on field ";
  assert.equal(messageOf("Sort=CreatedAt"), `${prefix}createdat`);
  assert.equal(messageOf("Sort=Name+DESC"), `${prefix}name`);
  assert.equal(messageOf("Sort=ID+sideways"), `${prefix}id`);
  assert.equal(messageOf("Sort=ID+DESC+please"), `${prefix}id`);
});

test("filters are read by their type", () => {
  const { filters } = read(
    "isstarred=1&owner=1152921509597813712&FromTS=2020-01-01T00:00:00%2B01:00&ToTS=1604669929",
  );
  assert.deepEqual(filters, {
    IsStarred: true,
    Owner: 1152921509597813712n,
    FromTS: new Date("2019-12-31T23:00:00Z"),
    ToTS: new Date("2020-11-06T13:38:49Z"),
  });
  for (const query of ["IsStarred=yes", "Owner=x", "FromTS=yesterday", "Name=a%00"]) {
    assert.match(messageOf(query), /^Invalid value/, query);
  }
  assert.deepEqual(read("IsStarred=&Owner=").filters, {});
});

test("Period is a time frame up to now", () => {
  const starts = ["Day", "week", "MONTH", "Year"].map((period) => read(`Period=${period}`).filters.FromTS);
  assert.deepEqual(starts, [
    new Date("2026-03-05T00:00:00Z"),
    new Date("2026-03-02T00:00:00Z"),
    new Date("2026-03-01T00:00:00Z"),
    new Date("2026-01-01T00:00:00Z"),
  ]);
  assert.deepEqual(read("Period=Day").filters.ToTS, now);
  assert.match(messageOf("Period=Decade"), /^Invalid value "Decade" for parameter Period$/);
});

const families: [query: string, text: string, isMatch: boolean][] = [
  ["Name=Beta", "Beta", true],
  ["Name=beta", "Beta", false],
  ["NameCI=beta", "Beta", true],
  ["NameLike=et", "Beta", true],
  ["NameLike=ET", "Beta", false],
  ["NameLikeCI=ET", "Beta", true],
  ["NameLLike=Be", "Beta", true],
  ["NameLLike=eta", "Beta", false],
  ["NameLLikeCI=be", "Beta", true],
  ["NameRLike=ta", "Beta", true],
  ["NameRLike=Be", "Beta", false],
  ["NameRLikeCI=TA", "Beta", true],
  ["NameLLike=B&NameRLike=x", "Beta", false],
];

for (const [query, text, isMatch] of families) {
  test(`${query} ${isMatch ? "finds" : "does not find"} ${text}`, () => {
    assert.equal(matchesFamily(text, read(query).filters.Name as never), isMatch);
  });
}

test("every query is read or refused", () => {
  const names = [
    "Limit",
    "Offset",
    "Sort",
    "countOnly",
    "IsStarred",
    "Owner",
    "FromTS",
    "Period",
    "NameLike",
  ];
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.constantFrom(...names), fc.string())), (pairs) => {
      messageOf(
        pairs.map(([name, value]) => `${name}=${encodeURIComponent(value.toWellFormed())}`).join("&"),
      );
    }),
  );
  fc.assert(fc.property(fc.string(), (query) => void messageOf(query)));
});
