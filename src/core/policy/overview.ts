import type { Clock } from "../../base/clock.ts";
import type { Database } from "../../base/database.ts";
import type { Figures, FiguresInForce } from "../../base/figures.ts";
import { type Attestation, latestOf } from "./attestation.ts";
import { selectAttestations } from "./attestation-store.ts";
import type { Evidence } from "./evidence.ts";
import { type Entry, type Texts, withFigures } from "./register.ts";
import { type DayState, historyOf, type State, stateOf, states } from "./states.ts";
import { selectDays, selectLatest } from "./store.ts";

/** A promise with how it stands. */
export interface Standing {
  entry: Entry;
  /** What is promised, with the figures in force. */
  text: Texts;
  state: State;
  /** What each of its probes found last; a probe that never ran is missing. */
  evidence: Evidence[];
  /** What the operator states of it; null where nothing was stated, or may be. */
  attestation: Attestation | null;
  /** The last days, today last: as many as evidence is kept for. */
  history: DayState[];
}

/** All promises at an instant. */
export interface Overview {
  at: Date;
  figures: Figures;
  promises: Standing[];
  counts: Record<State, number>;
}

/** Puts the register and the evidence together. */
export async function lookAtPromises(
  { database, clock, figures: inForce }: { database: Database; clock: Clock; figures: FiguresInForce },
  entries: readonly Entry[],
): Promise<Overview> {
  const at = clock.now();
  const figures = inForce.at(at);
  const since = new Date(at.getTime() - figures.historyDays * 86_400_000);
  const [latest, days, attestations] = await database.read({ role: "accept" }, (reader) =>
    Promise.all([selectLatest(reader), selectDays(reader, since), selectAttestations(reader)]),
  );
  const byProbe = new Map(latest.map((each) => [each.probe, each]));
  const stated = latestOf(attestations);
  const promises = entries.map((entry) => ({
    entry,
    text: withFigures(entry.text, figures),
    state: stateOf(entry, byProbe, at, stated.get(entry.id) ?? null),
    attestation: entry.attestedDaysMax === null ? null : (stated.get(entry.id) ?? null),
    evidence: entry.probes.flatMap((probe) => byProbe.get(probe) ?? []),
    history: historyOf(entry, days, at, figures.historyDays),
  }));
  return { at, figures, promises, counts: countOf(promises) };
}

function countOf(promises: readonly Standing[]): Record<State, number> {
  const counted = states.map((state) => [state, promises.filter((each) => each.state === state).length]);
  return Object.fromEntries(counted) as Record<State, number>;
}
