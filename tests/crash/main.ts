// `npm run crash [-- options]`: messages go in while processes are killed, and three parties count what came of them.
// docs/crash.md says what is done and how it is judged.
import { parseArgs } from "node:util";
import { breakages } from "./breakages.ts";
import { type Phase, phases } from "./phases.ts";
import { tableOf, violationsOf } from "./report.ts";
import { type PhaseResult, runPhase } from "./run.ts";

const help = `Usage: npm run crash [-- OPTION …]

  --messages N     messages of the whole run (default 20000)
  --kills N        kills of the whole run (default 64)
  --seed TEXT      repeats the plan of an earlier run (default: a new one, which is printed)
  --phase NAME     only this phase; may be repeated. ${phases.map(({ name }) => name).join(", ")}
  --break NAME     with a safeguard taken out of the service; the run must end red
  --prove          takes out one safeguard after the other, each in the phase that should see it
`;

const { values } = parseArgs({
  options: {
    messages: { type: "string", default: "20000" },
    kills: { type: "string", default: "64" },
    seed: { type: "string", default: Date.now().toString(36) },
    phase: { type: "string", multiple: true, default: [] },
    break: { type: "string" },
    prove: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});

const say = (text: string) => process.stdout.write(`${text}\n`);
const chosen = values.phase.length === 0 ? phases : phases.filter(({ name }) => values.phase.includes(name));
const isKnown = values.phase.every((wanted) => phases.some(({ name }) => name === wanted));
const counts = [Number(values.messages), Number(values.kills)];
if (values.help || !isKnown || !counts.every((count) => Number.isInteger(count) && count > 0)) {
  say(help);
  process.exitCode = values.help ? 0 : 2;
} else if (values.prove) {
  process.exitCode = (await prove()) ? 0 : 1;
} else {
  process.exitCode = (await run()) ? 0 : 1;
}

async function run(): Promise<boolean> {
  const [messages = 0, kills = 0] = counts;
  say(`Seed ${values.seed}: ${messages} messages, ${kills} kills.`);
  const parts = { messages: shareOf(chosen, "messagesShare"), kills: shareOf(chosen, "killsShare") };
  const results: PhaseResult[] = [];
  for (const phase of chosen) {
    const options = {
      seed: values.seed,
      messages: Math.ceil((messages * phase.messagesShare) / parts.messages),
      kills: Math.ceil((kills * phase.killsShare) / parts.kills),
      breakage: values.break ?? null,
    };
    const result = await runPhase(phase, options);
    results.push(result);
    say(tellOf(result));
  }
  const violations = violationsOf(results);
  say(`\n${tableOf(results)}\n`);
  for (const violation of violations) say(violation);
  const notRun = results.filter(({ kind }) => kind === "not run").map(({ phase }) => phase.name);
  if (notRun.length > 0) say(`Not run: ${notRun.join(", ")}.`);
  say(verdictOf(results, violations.length));
  return violations.length === 0;
}

function shareOf(among: Phase[], name: "messagesShare" | "killsShare"): number {
  return among.reduce((sum, phase) => sum + phase[name], 0);
}

function tellOf(result: PhaseResult): string {
  if (result.kind === "not run") return `- ${result.phase.title}: not run, ${result.reason}`;
  const { phase, judgement, done } = result;
  const { figures, violations } = judgement;
  const states = Object.entries(figures.states).map(([state, count]) => `${count} ${state}`);
  const reported = `${figures.wasUnknown} perhaps sent (at most ${done.unknownExplained} can be)`;
  const end = violations.length === 0 ? "holds" : violations.map(({ rule }) => rule).join(", ");
  const starts = done.failedStarts === 0 ? "" : `; ${done.failedStarts} starts failed and were repeated`;
  return `- ${phase.title}: ${states.join(", ")}; ${reported}${starts}; ${Math.round(done.seconds)} s: ${end}`;
}

function verdictOf(results: PhaseResult[], violations: number): string {
  const run = results.flatMap((result) => (result.kind === "run" ? [result] : []));
  const sum = (count: (each: (typeof run)[number]) => number) =>
    run.reduce((total, each) => total + count(each), 0);
  const accepted = sum(({ judgement: { figures } }) => figures.acknowledged + figures.storedUnanswered);
  const kills = sum(({ done }) => done.nodeKills + done.databaseKills);
  const lost = sum(({ judgement }) => judgement.figures.lost);
  const twice = sum(({ judgement }) => judgement.figures.twice);
  const word = violations === 0 ? "Holds" : "BROKEN";
  return `${word}: ${accepted} accepted, ${kills} kills, ${lost} lost, ${twice} twice without a word, ${violations} violations (seed ${values.seed}).`;
}

/** Each breakage must turn its phase red, for the reason it was made for. */
async function prove(): Promise<boolean> {
  let seen = 0;
  for (const breakage of breakages) {
    const phase = phases.find(({ name }) => name === breakage.phase);
    if (phase === undefined) throw new Error(`The breakage "${breakage.name}" names no phase.`);
    const options = { seed: values.seed, messages: 1500, kills: 10, breakage: breakage.name };
    const result = await runPhase(phase, options);
    const found = result.kind === "run" ? result.judgement.violations.map(({ rule }) => rule) : [];
    const isSeen = breakage.rules.some((rule) => found.includes(rule));
    if (isSeen) seen++;
    say(
      `${isSeen ? "red  " : "GREEN"} ${breakage.name}: ${breakage.title} → ${found.join(", ") || "nothing"}`,
    );
  }
  say(`${seen} of ${breakages.length} breakages were seen (seed ${values.seed}).`);
  return seen === breakages.length;
}
