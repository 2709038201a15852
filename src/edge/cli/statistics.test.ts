import assert from "node:assert/strict";
import { test } from "node:test";
import { codeOf, contextOf, run } from "../../../tests/support/commands.ts";
import { FiguresInForce } from "../../base/figures.ts";

const dayMs = 86_400_000;

test("days are counted anew only where events were never allowed to go, whatever holds by now", async (t) => {
  const context = await contextOf(t);
  const { clock, figures } = context;
  const now = clock.now().getTime();
  const daysAgo = (days: number) => new Date(now - days * dayMs);
  const day = (days: number) => daysAgo(days).toISOString().slice(0, 10);
  const rebuild = (days: number) => `statistics rebuild --from ${day(days)} --until ${day(days - 2)}`;
  const months = (from: Date, eventMonths: number) => ({
    from,
    figures: { ...FiguresInForce.ofRelease, eventMonths },
  });
  figures.follow([months(new Date(0), 20)]);
  assert.equal((await run(context, rebuild(540))).exitCode, 0);
  figures.follow([months(new Date(0), 13), months(daysAgo(1), 20)]);
  assert.equal(await codeOf(context, rebuild(540)), "invalid", "they went by the thirteen months of before");
  assert.equal((await run(context, rebuild(360))).exitCode, 0);
  figures.follow([months(new Date(0), 20), months(daysAgo(30), 2), months(daysAgo(1), 20)]);
  assert.equal(
    await codeOf(context, rebuild(360)),
    "invalid",
    "two months in between are enough to lose them",
  );
});
