import assert from "node:assert/strict";
import { test } from "node:test";
import type { Reading } from "../../core/tracking/index.ts";
import { Bursts } from "./bursts.ts";

const click = (position: number): Reading => ({
  token: {
    ...{ accountId: 7n, campaignId: null, reader: null, kind: "clicked" },
    position,
    target: "https://shop.example/",
  },
  verdict: "people",
});

/** The verdicts of clicks: who, which link, when. */
function verdictsOf(...clicks: [who: string, position: number, atMs: number][]): string[] {
  const bursts = new Bursts();
  const readings = clicks.map(([, position]) => click(position));
  for (const [index, [who, , atMs]] of clicks.entries()) {
    bursts.note(who, readings[index] ?? assert.fail(), atMs);
  }
  return readings.map(({ verdict }) => verdict);
}

const cases: [name: string, clicks: Parameters<typeof verdictsOf>, verdicts: string[]][] = [
  [
    "three links within a second are a machine's, the first of them too",
    [
      ["a", 1, 0],
      ["a", 2, 100],
      ["a", 3, 200],
      ["a", 4, 300],
    ],
    ["machine", "machine", "machine", "machine"],
  ],
  [
    "two links at once are somebody with two pages open",
    [
      ["a", 1, 0],
      ["a", 2, 0],
    ],
    ["people", "people"],
  ],
  [
    "one link three times is an impatient person",
    [
      ["a", 1, 0],
      ["a", 1, 50],
      ["a", 1, 99],
    ],
    ["people", "people", "people"],
  ],
  [
    "three links in three seconds are a person's",
    [
      ["a", 1, 0],
      ["a", 2, 1500],
      ["a", 3, 3000],
    ],
    ["people", "people", "people"],
  ],
  [
    "three people who click at once are three people",
    [
      ["a", 1, 0],
      ["b", 2, 0],
      ["c", 3, 0],
    ],
    ["people", "people", "people"],
  ],
];
for (const [name, clicks, verdicts] of cases) {
  test(name, () => assert.deepEqual(verdictsOf(...clicks), verdicts));
}

test("whoever is remembered is forgotten, so that nothing grows", () => {
  const bursts = new Bursts();
  const first = click(1);
  bursts.note("a", first, 0);
  for (let index = 0; index < 30_000; index += 1) bursts.note(`b${index}`, click(1), 1);
  for (const position of [2, 3]) bursts.note("a", click(position), 2);
  assert.equal(first.verdict, "people");
});

test("whoever has clicked is forgotten after a second, also when nobody clicks after them", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const bursts = new Bursts();
  const readings = [click(1), click(2), click(3)];
  for (const reading of readings.slice(0, 2)) bursts.note("a", reading, 0);
  t.mock.timers.tick(1000);
  // Told at the same instant, it could only be seen as a burst by who still remembers the first two.
  bursts.note("a", readings[2] ?? assert.fail(), 0);
  assert.deepEqual(
    readings.map(({ verdict }) => verdict),
    ["people", "people", "people"],
  );
});
