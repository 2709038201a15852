import { Refusal } from "../../base/errors.ts";
import { lookAtPromises, type Overview, readRegister, type State, states } from "../../core/policy/index.ts";
import type { Command } from "./command.ts";

/** `promises check`: every probe, now. The exit code is 1 when a promise is broken. */
export const promisesCheck: Command = {
  name: "promises check",
  summary:
    "Runs every probe of the promises now, and shows how each promise stands. Ends with 1 when one is broken.",
  positionals: [],
  options: { only: { value: "PROMISE", help: "only one promise, with its probes: P106" } },
  run: async ({ database, clock, figures, promises }, { options }) => {
    const register = readRegister();
    const entries = options.only === undefined ? register : register.filter(({ id }) => id === options.only);
    if (entries.length === 0)
      throw new Refusal(
        "unknown_promise",
        `There is no promise ${options.only}. They are P1 to P${register.length}.`,
      );
    await promises.runAll(options.only === undefined ? null : entries.flatMap(({ probes }) => probes));
    const overview = await lookAtPromises({ database, clock, figures }, entries);
    const exitCode = overview.counts.broken > 0 ? 1 : 0;
    return { json: toJson(overview), text: toText(overview), exitCode };
  },
};

function toJson({ at, counts, promises }: Overview): unknown {
  return {
    at: at.toISOString(),
    counts,
    promises: promises.map(({ entry, text, state, evidence, attestation }) => ({
      id: entry.id,
      state,
      text: text.en,
      enforcement: entry.enforcement,
      verify: entry.verify,
      stated:
        attestation === null ? null : { by: attestation.author, until: attestation.until.toISOString() },
      probes: entry.probes.map((name) => {
        const found = evidence.find(({ probe }) => probe === name);
        if (found === undefined) return { name, outcome: "not run" };
        const { outcome, detail, checks, at: ranAt, hash } = found;
        return { name, outcome, detail, checks, at: ranAt.toISOString(), hash: hash.toString("hex") };
      }),
    })),
  };
}

function toText({ counts, promises }: Overview): string {
  const shown = promises.filter(({ state }) => state !== "not yet");
  const rows = shown.map(({ entry, text, state, evidence }) => {
    const checks = evidence.reduce((sum, each) => sum + each.checks, 0);
    const detail = evidence
      .filter(({ outcome }) => outcome !== "kept")
      .map((each) => `${each.probe}: ${each.detail}`);
    const line = `${entry.id.padEnd(5)} ${state.padEnd(8)} ${String(checks).padStart(5)}  ${text.en}`;
    return [line, ...detail.map((each) => `${" ".repeat(22)}${each}`)].join("\n");
  });
  const sum = states.map((state: State) => `${counts[state]} ${state}`).join(", ");
  return [
    `${"".padEnd(5)} state    checks  promise`,
    ...rows,
    "",
    `${promises.length} promises: ${sum}.`,
  ].join("\n");
}
