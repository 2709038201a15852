import assert from "node:assert/strict";
import { test } from "node:test";
import { domainsPeriodOf, isNothing, periods, startOf } from "./period.ts";

const zoneAtStart = process.env.TZ;

test("a period has as many days, or months, as its name says, the same in a person's zone as in UTC", () => {
  const local = (at: Date) => `${at.getFullYear()}-${at.getMonth() + 1}-${at.getDate()}`;
  const utc = (at: Date) => `${at.getUTCFullYear()}-${at.getUTCMonth() + 1}-${at.getUTCDate()}`;
  try {
    for (const zone of ["UTC", "Europe/Paris", "America/Los_Angeles", "Pacific/Kiritimati"]) {
      process.env.TZ = zone;
      const noon = new Date(2026, 2, 31, 12);
      for (const day of [local, utc]) {
        assert.equal(day(startOf("7", noon)), "2026-3-25", zone);
        assert.equal(day(startOf("30", noon)), "2026-3-2", zone);
        assert.equal(day(startOf("365", noon)), "2025-4-1", zone);
      }
    }
  } finally {
    if (zoneAtStart === undefined) delete process.env.TZ;
    else process.env.TZ = zoneAtStart;
  }
});

test("domains are asked for no longer than the service tells them", () => {
  assert.deepEqual(periods.map(domainsPeriodOf), ["7", "30", "90", "90"]);
});

test("a time in which only earlier messages were opened is not one without anything", () => {
  const total = { accepted: 0, queued: null, bounced: { total: 0 }, opened: { raw: 0, people: 0 } };
  assert.equal(isNothing(total), true);
  assert.equal(isNothing({ ...total, opened: { raw: 1, people: 0 } }), false);
});
