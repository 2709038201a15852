/** How far back a page looks. */
export const periods = ["7", "30", "90", "365"] as const;
export type Period = (typeof periods)[number];

/** How wide the steps of a chart are: twelve bars for a year; a bar a day for less. */
export function stepOf(period: Period): "day" | "month" {
  return period === "365" ? "month" : "day";
}

const monthsOfYear = 12;

/** Where a period begins: today, or this month, is its last step. On that day in the person's zone, by which charts are
 *  divided, as well as in UTC, by whose whole days tables count: both add up the same days. */
export function startOf(period: Period, now: Date): Date {
  const [year, month, day] = [now.getFullYear(), now.getMonth(), now.getDate()];
  const first =
    stepOf(period) === "month"
      ? ([year, month - monthsOfYear + 1, 1] as const)
      : ([year, month, day - Number(period) + 1] as const);
  return new Date(Math.max(new Date(...first).getTime(), Date.UTC(...first)));
}

/** The longest period for which domains are told: they are many, and the service adds up no more of their days. */
const domainsPeriodMost = "90" satisfies Period;

/** The period for which domains are told where a page is about another. */
export function domainsPeriodOf(period: Period): Period {
  return Number(period) > Number(domainsPeriodMost) ? domainsPeriodMost : period;
}

/** Figures, and groups of them. */
interface Figures {
  readonly [name: string]: number | null | Figures;
}

/** Whether nothing at all was counted. */
export function isNothing(figures: Figures): boolean {
  return Object.values(figures).every((value) =>
    value !== null && typeof value === "object" ? isNothing(value) : (value ?? 0) === 0,
  );
}
