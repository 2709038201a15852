import type { PhaseResult } from "./run.ts";

const columns = [
  "phase",
  "messages",
  "kills",
  "PG",
  "stalls",
  "cuts",
  "answers lost",
  "refused",
  "repeated",
  "once",
  "twice, reported",
  "unknown",
  "lost",
  "twice, silent",
  "seconds",
];

/** The results as a table. */
export function tableOf(results: PhaseResult[]): string {
  const rows = [columns, ...results.map(rowOf), totalOf(results)];
  const widths = columns.map((_, index) => Math.max(...rows.map((row) => (row[index] ?? "").length)));
  return rows
    .map((row) => row.map((cell, index) => pad(cell, widths[index] ?? 0, index)).join("  "))
    .join("\n");
}

function pad(cell: string, width: number, index: number): string {
  return index === 0 ? cell.padEnd(width) : cell.padStart(width);
}

function rowOf(result: PhaseResult): string[] {
  if (result.kind === "not run") return [result.phase.title, `not run: ${result.reason}`];
  return [result.phase.title, ...numbersOf(result).map((number) => Math.round(number).toString())];
}

function numbersOf({ judgement: { figures }, done }: Extract<PhaseResult, { kind: "run" }>): number[] {
  return [
    figures.acknowledged + figures.storedUnanswered,
    done.nodeKills,
    done.databaseKills,
    done.stalls,
    done.cutBefore + done.cutInDoubt,
    done.lostAnswers,
    done.refusals,
    done.repeats,
    figures.arrivedOnce,
    figures.arrivedTwiceReported,
    figures.states.unknown ?? 0,
    figures.lost,
    figures.twice,
    done.seconds,
  ];
}

function totalOf(results: PhaseResult[]): string[] {
  const run = results.flatMap((result) => (result.kind === "run" ? [numbersOf(result)] : []));
  const sums = columns.slice(1).map((_, index) => run.reduce((sum, row) => sum + (row[index] ?? 0), 0));
  return ["all", ...sums.map((sum) => Math.round(sum).toString())];
}

/** What is broken, and where to look. */
export function violationsOf(results: PhaseResult[]): string[] {
  return results.flatMap((result) =>
    result.kind === "not run"
      ? []
      : result.judgement.violations.map(
          ({ rule, count, examples }) =>
            `${result.phase.name}: ${rule} (${count})\n${examples.map((each) => `    ${each}`).join("\n")}\n    evidence: ${result.evidenceFolder}`,
        ),
  );
}
