import type { Goal } from "./options.ts";

/** The same figure in every round. */
export interface Series {
  name: string;
  unit: string;
  values: number[];
  /** What it is measured against: the series of this name. */
  against?: string;
  /** What is asked for, as a multiple of that. */
  goal?: number;
}

/** The value in the middle. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  return ((sorted[Math.floor(middle)] ?? 0) + (sorted[Math.ceil(middle)] ?? 0)) / 2;
}

/** The value below which a share of the sorted ones lies. */
export function percentile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}

/** The goals that series have: a multiple of the median of what they are measured against. */
export function goalsOf(series: readonly Series[]): Goal[] {
  return series.flatMap(({ name, values, against, goal }) => {
    if (goal === undefined || against === undefined) return [];
    const base = series.find((other) => other.name === against);
    const ratio = base === undefined ? null : median(values) / median(base.values);
    return [
      {
        goal: `${name}: ≥ ${goal} × ${against}`,
        measured: ratio === null ? "not measured" : `${ratio.toFixed(2)} ×`,
        isMet: ratio === null ? null : ratio >= goal,
      },
    ];
  });
}

/** A goal that a figure stays below a bound. */
export function goalBelow(name: string, value: number, most: number, unit: string): Goal {
  return { goal: `${name}: ≤ ${most} ${unit}`, measured: `${figure(value)} ${unit}`, isMet: value <= most };
}

/** A table of series: best, median and worst of the rounds, and the ratio of the medians. */
export function seriesTable(series: readonly Series[]): string {
  const rows = series.map(({ name, unit, values, against, goal }) => {
    const base = series.find((other) => other.name === against);
    const ratio = base === undefined ? "" : `${(median(values) / median(base.values)).toFixed(2)} ×`;
    const sorted = values.toSorted((a, b) => a - b);
    return [
      name,
      unit,
      figure(sorted.at(-1) ?? 0),
      figure(median(values)),
      figure(sorted[0] ?? 0),
      ratio,
      goal === undefined ? "" : `≥ ${goal} ×`,
    ];
  });
  return table(["", "unit", "best", "median", "least", "to the median of Postfix", "goal"], rows);
}

/** A table in Markdown, in columns that can be read as they are. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((name, column) =>
    Math.max(name.length, ...rows.map((row) => (row[column] ?? "").length)),
  );
  const line = (cells: readonly string[]) =>
    `| ${widths.map((width, column) => (cells[column] ?? "").padEnd(width)).join(" | ")} |`;
  return [line(head), line(widths.map((width) => "-".repeat(width))), ...rows.map(line)].join("\n");
}

/** A number as people read it: four digits that count, at most. */
export function figure(value: number): string {
  if (value === 0) return "0";
  if (Math.abs(value) >= 1000) return Math.round(value).toLocaleString("en");
  return Number(value.toPrecision(3)).toString();
}

/** Bytes in megabytes of 2^20. */
export function megabytes(bytes: number): string {
  return figure(bytes / 1024 ** 2);
}
