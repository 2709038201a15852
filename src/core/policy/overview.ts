import type { Clock } from "../../base/clock.ts";
import type { Database } from "../../base/database.ts";
import type { Evidence } from "./evidence.ts";
import { type Entry, parameters } from "./register.ts";
import { type DayState, historyOf, type State, stateOf, states } from "./states.ts";
import { selectDays, selectLatest } from "./store.ts";

/** A promise with how it stands. */
export interface Standing {
  entry: Entry;
  state: State;
  /** What each of its probes found last; a probe that never ran is missing. */
  evidence: Evidence[];
  /** The last 90 days, today last. */
  history: DayState[];
}

/** All promises at an instant. */
export interface Overview {
  at: Date;
  promises: Standing[];
  counts: Record<State, number>;
}

/** Puts the register and the evidence together. */
export async function lookAtPromises(
  { database, clock }: { database: Database; clock: Clock },
  entries: readonly Entry[],
): Promise<Overview> {
  const at = clock.now();
  const since = new Date(at.getTime() - parameters.historyDays * 86_400_000);
  const [latest, days] = await database.read({ role: "accept" }, (reader) =>
    Promise.all([selectLatest(reader), selectDays(reader, since)]),
  );
  const byProbe = new Map(latest.map((each) => [each.probe, each]));
  const promises = entries.map((entry) => ({
    entry,
    state: stateOf(entry, byProbe, at),
    evidence: entry.probes.flatMap((probe) => byProbe.get(probe) ?? []),
    history: historyOf(entry, days, at, parameters.historyDays),
  }));
  return { at, promises, counts: countOf(promises) };
}

function countOf(promises: readonly Standing[]): Record<State, number> {
  const counted = states.map((state) => [state, promises.filter((each) => each.state === state).length]);
  return Object.fromEntries(counted) as Record<State, number>;
}
