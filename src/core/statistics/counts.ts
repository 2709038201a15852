/** What is counted of an account, a campaign or a sender. Under the timing `event` each is a number of events. Under
 *  `message` a message counts once, by what became of it last; what readers do counts each time under both. */
export const counters = [
  /** Messages taken in, under both timings at the time they were. */
  "accepted",
  "sent",
  "deferred",
  "bouncedHard",
  "bouncedSoft",
  "blocked",
  "cancelled",
  "expired",
  "unknown",
  "openedPeople",
  "openedMachine",
  "clickedPeople",
  "clickedMachine",
  /** Of people: once a message where the reader has agreed to be known, and each time where nobody knows. */
  "openedMessages",
  "clickedMessages",
  "unsubscribed",
  "resubscribed",
  "complained",
  /** Of `sent`: those whose openings are counted, and so what a rate may be made from. */
  "opensCounted",
  "clicksCounted",
  /** Milliseconds from taking in to delivery, of all that were sent. */
  "deliveryMs",
] as const;
export type Counter = (typeof counters)[number];
export type Counts = Record<Counter, number>;

/** What is counted by where messages go. */
export const placeCounters = [
  "sent",
  "deferred",
  "bouncedHard",
  "bouncedSoft",
  "blocked",
  "expired",
  "unsubscribed",
  "complained",
  "deliveryMs",
] as const satisfies readonly Counter[];
export type PlaceCounter = (typeof placeCounters)[number];
export type PlaceCounts = Record<PlaceCounter, number>;

/** The column of a counter. */
export function columnOf(counter: Counter): string {
  return counter.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

export function noCounts(): Counts {
  return Object.fromEntries(counters.map((counter) => [counter, 0])) as Counts;
}

export function noPlaceCounts(): PlaceCounts {
  return Object.fromEntries(placeCounters.map((counter) => [counter, 0])) as PlaceCounts;
}

/** Adds to counts; `sign` -1 takes away. */
export function add(counts: Partial<Counts>, more: Partial<Counts>, sign: 1 | -1 = 1): void {
  for (const [counter, number] of Object.entries(more) as [Counter, number][]) {
    const known = counts[counter];
    if (known !== undefined) counts[counter] = known + sign * number;
  }
}
