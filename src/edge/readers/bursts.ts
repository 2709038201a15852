import type { Reading } from "../../core/tracking/index.ts";

// A scanner follows all links of a mail within the second in which it sees them. People open two pages at once, with
// a middle click, and hardly a third within that time.
const burstMs = 1000;
const burstLinks = 3;
// Of those who clicked within the last second; beyond it the oldest are forgotten early.
const watchedMax = 20_000;

interface Watched {
  since: number;
  links: Set<number>;
  readings: Reading[];
}

/** Sees who follows several links of a mail within a second: a program. What came before the burst could be seen, and is not
 *  written yet, becomes a machine's, too. Who it is stays in memory for that second and is told to nobody. */
export class Bursts {
  // In the order in which they were first seen: whoever is over stands at the front.
  readonly #watched = new Map<string, Watched>();

  /** Takes a reading in, and changes its verdict if it belongs to a burst.
   *  @param who the message of a reader who is known, else the network the request came from */
  note(who: string, reading: Reading, now: number): void {
    const { token } = reading;
    if (token.kind !== "clicked") return;
    this.#forget(now);
    const known = this.#watched.get(who) ?? this.#watch(who, now);
    known.links.add(token.position);
    known.readings.push(reading);
    if (known.links.size < burstLinks) return;
    for (const each of known.readings.splice(0)) each.verdict = "machine";
  }

  #watch(who: string, now: number): Watched {
    const watched = { since: now, links: new Set<number>(), readings: [] };
    this.#watched.set(who, watched);
    // Nobody may click for hours: the address must not stay until the next one does.
    setTimeout(() => {
      if (this.#watched.get(who) === watched) this.#watched.delete(who);
    }, burstMs).unref();
    return watched;
  }

  #forget(now: number): void {
    for (const [who, { since }] of this.#watched) {
      if (now - since < burstMs && this.#watched.size < watchedMax) return;
      this.#watched.delete(who);
    }
  }
}
