import assert from "node:assert/strict";
import { test } from "node:test";
import { filterOf, placeOfSearch, searchOf } from "./filter.ts";

test("a search goes into the address and comes back from it", () => {
  const search = {
    kind: "customId",
    text: "order 1&2",
    state: "bounced",
    from: "2026-11-01",
    until: "2026-11-02",
  } as const;
  const place = placeOfSearch(search);
  assert.equal(place, "/messages?customId=order+1%262&state=bounced&from=2026-11-01&until=2026-11-02");
  assert.deepEqual(searchOf(new URL(place, "http://x").searchParams), search);
  assert.equal(placeOfSearch(searchOf(new URLSearchParams())), "/messages");
});

test("what an address says that is no search is left out", () => {
  const odd = searchOf(new URLSearchParams("state=lost&from=yesterday&until=2026-1-1"));
  assert.deepEqual(odd, { kind: "recipient", text: "", state: "", from: "", until: "" });
});

test("the last day belongs to the search, across the end of a month", () => {
  const search = searchOf(new URLSearchParams("from=2026-11-30&until=2026-11-30"));
  const { from = "", until = "" } = filterOf(search);
  assert.equal(new Date(from).getTime(), new Date(2026, 10, 30).getTime());
  assert.equal(new Date(until).getTime(), new Date(2026, 11, 1).getTime());
});
