import type { Attestation } from "./attestation.ts";
import type { Evidence } from "./evidence.ts";
import type { Entry } from "./register.ts";
import type { ProbeDay } from "./store.ts";

/** How a promise stands. */
export type State =
  | "kept" // all of it is enforced, and every probe has shown so lately
  | "partly" // what exists of it is; the rest is named
  | "attested" // what code can show of it is; for the rest the operator has stated so, until a day
  | "lapsed" // the statement was for a time that is over
  | "not yet" // what it needs does not exist
  | "stale" // a probe has not run, could not look, or too long ago: nothing is claimed
  | "broken"; // a probe has found the contrary

export const states: State[] = ["kept", "partly", "attested", "lapsed", "not yet", "stale", "broken"];

/** Decides how a promise stands. Evidence that is missing, too old, or that could not look never counts as kept. */
export function stateOf(
  entry: Entry,
  latest: ReadonlyMap<string, Evidence>,
  now: Date,
  attestation: Attestation | null = null,
): State {
  const evidence = entry.probes.map((probe) => latest.get(probe));
  if (evidence.some((each) => each?.outcome === "broken")) return "broken";
  if (!evidence.every((each) => isFresh(each, entry, now))) return "stale";
  if (entry.covers === "all" && evidence.length > 0) return "kept";
  // Only what no code can prove is stated: nobody states away what is missing.
  if (entry.attestedDaysMax !== null && entry.missing.length === 0 && attestation !== null)
    return attestation.until > now ? "attested" : "lapsed";
  return evidence.length > 0 ? "partly" : "not yet";
}

function isFresh(evidence: Evidence | undefined, { evidenceHoursMax }: Entry, now: Date): boolean {
  if (evidence?.outcome !== "kept") return false;
  const ageMs = now.getTime() - evidence.at.getTime();
  return ageMs <= evidenceHoursMax * 3_600_000;
}

/** How a promise's day went: `none` when not every probe has shown that it is kept. */
export type DayState = "kept" | "broken" | "none";

/** The last days, the oldest first, today last. */
export function historyOf(entry: Entry, days: readonly ProbeDay[], now: Date, count: number): DayState[] {
  const own = Map.groupBy(
    days.filter(({ probe }) => entry.probes.includes(probe)),
    ({ day }) => day,
  );
  return Array.from({ length: count }, (_, index) => {
    const instant = new Date(now.getTime() - (count - 1 - index) * 86_400_000);
    const found = own.get(instant.toISOString().slice(0, 10)) ?? [];
    if (found.some(({ isBroken }) => isBroken)) return "broken";
    const isWhole =
      entry.probes.length > 0 && found.filter(({ isKept }) => isKept).length === entry.probes.length;
    return isWhole ? "kept" : "none";
  });
}
