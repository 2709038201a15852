import { Refusal } from "../../base/errors.ts";
import { firstWholeWeek } from "../../core/retention/index.ts";
import { rebuildStatistics } from "../../core/statistics/index.ts";
import type { Command } from "./command.ts";

/** `statistics rebuild`. */
export const statisticsRebuild: Command = {
  name: "statistics rebuild",
  summary: "Counts the statistics of whole days anew, from the messages and events of those days.",
  positionals: [],
  options: {
    from: { value: "DAY", help: "the first day in UTC, such as 2026-11-01", isRequired: true },
    until: { value: "DAY", help: "the first day that is left as it is; tomorrow when absent" },
  },
  run: async (context, { options }) => {
    const now = context.clock.now();
    const from = dayIn("from", options.from ?? "");
    const until = options.until === undefined ? tomorrow(now) : dayIn("until", options.until);
    const oldest = firstWholeWeek(now, context.figures);
    const events = await rebuildStatistics({ ...context, now, oldest }, { from, until });
    const days = Math.round((until.getTime() - from.getTime()) / dayMs);
    const text = `The statistics of ${days} days were counted anew, from ${events} events.`;
    return { json: { days, events }, text };
  },
};

const dayMs = 86_400_000;

function tomorrow(now: Date): Date {
  return new Date((Math.floor(now.getTime() / dayMs) + 1) * dayMs);
}

function dayIn(field: string, text: string): Date {
  const day = new Date(`${text}T00:00:00Z`);
  if (/^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(day.getTime())) return day;
  throw new Refusal("invalid", `--${field} wants a day such as 2026-11-01, not "${text}".`, { field });
}
