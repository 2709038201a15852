import assert from "node:assert/strict";
import { test } from "node:test";
import { DestinationBudget, limitsOf } from "../../core/delivery/index.ts";
import { SiteQueue } from "./site-queue.ts";
import { Sites } from "./sites.ts";

const hourMs = 3_600_000;

function siteOf(key: string): SiteQueue {
  return new SiteQueue(key, null, new DestinationBudget(limitsOf([])));
}

test("a destination without work is forgotten after an hour, and not one that is used, at work, or in a pause", () => {
  const sites = new Sites();
  for (const key of ["idle", "used", "busy", "paused"]) sites.add(siteOf(key), 0);
  const get = (key: string) => sites.get(key, 0)!;
  get("busy").couriers = 1;
  get("paused").budget.refused(hourMs);
  sites.get("used", hourMs);
  assert.deepEqual(sites.forgetIdle(hourMs - 1, hourMs), []);
  const forgotten = sites.forgetIdle(hourMs + 60_000, hourMs);
  assert.deepEqual(
    forgotten.map(({ key }) => key),
    ["idle"],
  );
  assert.deepEqual(
    [...sites].map(({ key }) => key),
    ["used", "busy", "paused"],
  );
});

test("a hundred thousand destinations leave nothing behind", () => {
  const sites = new Sites();
  let most = 0;
  for (let number = 0; number < 100_000; number++) {
    const now = number * 1000;
    sites.forgetIdle(now, now);
    sites.add(siteOf(`mx.d${number}.example`), now);
    if (number % 1000 === 0) most = Math.max(most, [...sites].length);
  }
  assert.ok(most < 4000, `${most} at most`);
});
