import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { type Figures, FiguresInForce } from "../../base/figures.ts";
import {
  contentEndOf,
  firstEventKept,
  firstReadableHour,
  firstWholeWeek,
  isOver,
  lookMsMax,
  monthsAfter,
  partitionedTables,
  spanNamed,
  spanOf,
  spansNeeded,
} from "./periods.ts";

const figures = new FiguresInForce();
const { contentDays, eventMonths } = FiguresInForce.ofRelease;
const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const instant = fc.date({ min: new Date("2000-01-01"), max: new Date("2105-12-31"), noInvalidDate: true });
const spanDays = fc.constantFrom(1 as const, 7 as const);
const table = fc.constantFrom(...partitionedTables);

test("every instant lies in its span, which is as long as it should be and begins at midnight UTC", () => {
  fc.assert(
    fc.property(instant, spanDays, (at, days) => {
      const { from, until, suffix } = spanOf(at, days);
      assert.ok(from <= at && at < until);
      assert.equal(until.getTime() - from.getTime(), days * dayMs);
      assert.equal(from.getTime() % dayMs, 0);
      if (days === 7) assert.equal(from.getUTCDay(), 1, "weeks begin on Monday");
      assert.equal(suffix, from.toISOString().slice(0, 10).replaceAll("-", ""));
      assert.deepEqual(spanNamed(suffix, days), { from, until, suffix });
    }),
  );
});

test("spans follow each other without a gap or an overlap, over the ends of months, years and leap years", () => {
  for (const days of [1, 7] as const) {
    let span = spanOf(new Date("2026-01-01"), days);
    const names = new Set<string>();
    while (span.from < new Date("2033-01-10")) {
      const next = spanOf(span.until, days);
      assert.deepEqual(next.from, span.until);
      assert.deepEqual(spanOf(new Date(span.until.getTime() - 1), days), span);
      names.add(span.suffix);
      span = next;
    }
    assert.equal(
      names.size,
      Math.round((span.from.getTime() - spanOf(new Date("2026-01-01"), days).from.getTime()) / dayMs / days),
    );
  }
});

test("what is needed reaches from the day before to the days ahead without a gap", () => {
  fc.assert(
    fc.property(instant, table, (now, each) => {
      const spans = spansNeeded(each, now);
      const [first, last] = [spans.at(0), spans.at(-1)];
      assert.ok(first !== undefined && first.from.getTime() <= now.getTime() - dayMs);
      assert.ok(last !== undefined && last.until.getTime() > now.getTime() + each.aheadDays * dayMs);
      for (const [index, span] of spans.entries()) {
        if (index > 0) assert.deepEqual(span.from, spans[index - 1]?.until);
      }
      assert.ok(spans.length <= each.aheadDays / each.spanDays + 3);
    }),
  );
});

test("a partition that is needed is never due to be dropped", () => {
  fc.assert(
    fc.property(instant, table, (now, each) => {
      for (const span of spansNeeded(each, now)) assert.ok(!isOver(each, span, now, figures));
    }),
  );
});

test("months later is the same day, or the last one of a shorter month", () => {
  const cases = [
    ["2026-01-31T10:00:00.000Z", 1, "2026-02-28T10:00:00.000Z"],
    ["2027-01-31T00:00:00.000Z", 13, "2028-02-29T00:00:00.000Z"],
    ["2026-11-30T00:00:00.000Z", 13, "2027-12-30T00:00:00.000Z"],
    ["2028-02-29T00:00:00.000Z", 12, "2029-02-28T00:00:00.000Z"],
    ["2028-03-31T00:00:00.000Z", -13, "2027-02-28T00:00:00.000Z"],
    ["2026-12-31T23:59:59.999Z", 2, "2027-02-28T23:59:59.999Z"],
  ] as const;
  for (const [from, months, later] of cases)
    assert.equal(monthsAfter(new Date(from), months).toISOString(), later);
});

test("no event is ever older than 13 calendar months, and none goes before 12 months and three weeks, less the time of a look", () => {
  const events = partitionedTables.filter(({ keeps }) => keeps === "events");
  fc.assert(
    fc.property(instant, fc.constantFrom(...events), (made, each) => {
      const span = spanOf(made, each.spanDays);
      assert.ok(
        isOver(each, span, monthsAfter(made, eventMonths), figures),
        "dropped at 13 months at the latest",
      );
      const justBefore = new Date(monthsAfter(made, 12).getTime() + 21 * dayMs - lookMsMax - 1);
      assert.ok(!isOver(each, span, justBefore, figures), "kept for 12 months and three weeks, less a look");
    }),
    // The shortest history there is: a week that begins in February and ends with its last instant.
    { numRuns: 2000, examples: events.map((each) => [new Date("2000-02-20T23:59:59.999Z"), each]) },
  );
});

test("rows kept like events go one by one within their 13 months, and not long before", () => {
  fc.assert(
    fc.property(instant, fc.integer({ min: -40 * dayMs, max: 40 * dayMs }), (made, ms) => {
      const end = monthsAfter(made, eventMonths);
      const now = new Date(end.getTime() + ms);
      if (ms >= 0) assert.ok(made < firstEventKept(now, figures), "13 months old and still there");
      if (ms < -4 * dayMs) assert.ok(made >= firstEventKept(now, figures), "gone more than four days early");
    }),
    { numRuns: 5000 },
  );
});

test("no content can be read at six days, and it can for five days and 22 hours", () => {
  fc.assert(
    fc.property(instant, fc.nat(3 * contentDays * dayMs), (made, ageMs) => {
      const hour = Math.floor(made.getTime() / hourMs);
      const isReadable = hour >= firstReadableHour(new Date(made.getTime() + ageMs), figures);
      if (ageMs >= contentDays * dayMs) assert.equal(isReadable, false);
      if (ageMs <= contentDays * dayMs - 2 * hourMs) assert.equal(isReadable, true);
    }),
    { numRuns: 2000 },
  );
});

test("a key that is destroyed a minute late is destroyed in time all the same", () => {
  fc.assert(
    fc.property(instant, fc.nat(60_000), (made, lateMs) => {
      // The last look before the content reaches six days.
      const looked = new Date(made.getTime() + contentDays * dayMs - lateMs);
      assert.ok(Math.floor(made.getTime() / hourMs) < firstReadableHour(looked, figures));
    }),
  );
});

test("a partition of content goes as soon as nothing in it can be read, and not before", () => {
  const contents = partitionedTables.filter(({ keeps }) => keeps === "content");
  const ageMs = fc.nat((contentDays + 3) * dayMs);
  fc.assert(
    fc.property(instant, ageMs, fc.constantFrom(...contents), (made, age, each) => {
      const span = spanOf(made, each.spanDays);
      const now = new Date(span.from.getTime() + age);
      const lastHour = Math.floor((span.until.getTime() - 1) / hourMs);
      assert.equal(isOver(each, span, now, figures), lastHour < firstReadableHour(now, figures));
    }),
  );
});

/** Figures that change at an instant. */
function changing(before: Partial<Figures>, at: Date, after: Partial<Figures>): FiguresInForce {
  const both = new FiguresInForce();
  const ofRelease = FiguresInForce.ofRelease;
  both.follow([
    { from: new Date("2000-01-01"), figures: { ...ofRelease, ...before } },
    { from: at, figures: { ...ofRelease, ...after } },
  ]);
  return both;
}

const days = fc.integer({ min: 1, max: 12 });

test("content keeps the promise it was accepted under, and a shorter one holds for all of it at once", () => {
  fc.assert(
    fc.property(
      instant,
      days,
      days,
      fc.nat(30 * 24),
      fc.nat(14 * 24),
      (change, before, after, madeHours, ageHours) => {
        const made = new Date(change.getTime() + (madeHours - 15 * 24) * hourMs);
        const now = new Date(made.getTime() + ageHours * hourMs);
        const both = changing({ contentDays: before }, change, { contentDays: after });
        const isReadable = Math.floor(made.getTime() / hourMs) >= firstReadableHour(now, both);
        const promised = made < change ? before : after;
        const allowed = now < change ? promised : Math.min(promised, after);
        if (ageHours >= allowed * 24) assert.equal(isReadable, false);
        // The hour of the change itself is the stricter one's.
        if (ageHours <= allowed * 24 - 3 && Math.abs(made.getTime() - change.getTime()) > hourMs)
          assert.equal(isReadable, true);
      },
    ),
    { numRuns: 5000 },
  );
});

test("the end of a content is told to the millisecond, whatever the figures become", () => {
  const days = fc.integer({ min: 1, max: 12 });
  const changes = fc.array(fc.record({ afterMs: fc.integer({ min: -5 * dayMs, max: 20 * dayMs }), days }), {
    maxLength: 4,
  });
  fc.assert(
    fc.property(instant, days, changes, (accepted, first, later) => {
      const versions = later
        .toSorted((a, b) => a.afterMs - b.afterMs)
        .map(({ afterMs, days: contentDays }) => ({
          from: new Date(accepted.getTime() + afterMs),
          figures: { ...FiguresInForce.ofRelease, contentDays },
        }));
      const changing = new FiguresInForce();
      const start = { from: new Date(0), figures: { ...FiguresInForce.ofRelease, contentDays: first } };
      changing.follow([start, ...versions]);
      const end = contentEndOf(accepted, changing);
      const hour = Math.floor(accepted.getTime() / hourMs);
      assert.ok(firstReadableHour(end, changing) > hour, "it is gone then");
      assert.ok(firstReadableHour(new Date(end.getTime() - 1), changing) <= hour, "and not before");
    }),
    { numRuns: 500 },
  );
});

test("destroyed hours stay behind, whatever the figures become", () => {
  fc.assert(
    fc.property(instant, days, days, (change, before, after) => {
      const both = changing({ contentDays: before }, change, { contentDays: after });
      let last = 0;
      for (let hour = -48; hour < 14 * 24; hour += 1) {
        const first = firstReadableHour(new Date(change.getTime() + hour * hourMs), both);
        assert.ok(first >= last);
        last = first;
      }
    }),
    { numRuns: 200 },
  );
});

test("events keep the months they were collected under, and fewer hold for all of them at once", () => {
  const months = fc.integer({ min: 1, max: 24 });
  const events = partitionedTables.filter(({ keeps }) => keeps === "events");
  fc.assert(
    fc.property(
      instant,
      months,
      months,
      fc.nat(900),
      fc.nat(900),
      (change, before, after, daysBefore, age) => {
        const made = new Date(change.getTime() + (450 - daysBefore) * dayMs);
        const now = new Date(made.getTime() + age * dayMs);
        const both = changing({ eventMonths: before }, change, { eventMonths: after });
        const promised = made < change ? before : after;
        const allowed = now < change ? promised : Math.min(promised, after);
        if (now < monthsAfter(made, allowed)) return;
        for (const each of events) assert.ok(isOver(each, spanOf(made, each.spanDays), now, both));
        assert.ok(made < firstEventKept(now, both));
      },
    ),
    { numRuns: 5000 },
  );
});

test("from the first whole week on no partition was ever due, whatever held meanwhile, nor is it within a day", () => {
  const months = fc.integer({ min: 1, max: 24 });
  const events = partitionedTables.filter(({ keeps }) => keeps === "events");
  const changes = fc.tuple(fc.nat(900), fc.nat(900));
  fc.assert(
    fc.property(
      instant,
      fc.tuple(months, months, months),
      changes,
      fc.nat(60),
      (now, [a, b, c], ago, week) => {
        const [second, third] = [...ago].sort((x, y) => y - x);
        const daysAgo = (days = 0) => new Date(now.getTime() - days * dayMs);
        const ofMonths = (from: Date, eventMonths: number) => ({
          from,
          figures: { ...FiguresInForce.ofRelease, eventMonths },
        });
        const held = new FiguresInForce();
        held.follow([ofMonths(new Date(0), a), ofMonths(daysAgo(second), b), ofMonths(daysAgo(third), c)]);
        const first = firstWholeWeek(now, held);
        assert.equal(first.getTime() % dayMs, 0);
        const span = spanOf(new Date(first.getTime() + week * 7 * dayMs), 7);
        for (let day = -1; day < 900; day += 3) {
          const then = daysAgo(day);
          if (then >= span.from) for (const each of events) assert.ok(!isOver(each, span, then, held));
        }
      },
    ),
    { numRuns: 300 },
  );
});
