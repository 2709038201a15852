import { Refusal } from "../../base/errors.ts";
import { idAt } from "../../base/ids.ts";
import { holdUp, selectWholeLog } from "../events/index.ts";
import { countAccepted, takeIntake } from "../messages/index.ts";
import { addTally } from "./add-tally.ts";
import type { CountContext } from "./count-next.ts";
import { factsOf } from "./facts.ts";
import { dayMs, Tally } from "./tally.ts";
import { removeDays } from "./tally-store.ts";

// Events that are in memory at once.
const partMax = 10_000;

/** Whole days in UTC: the first, and the first that is not among them. */
export interface Days {
  from: Date;
  until: Date;
}

/** Counts whole days anew from their messages and events. Until it is done everybody sees the statistics of before; the
 *  process that counts waits, for as long as one transaction reads all events from the first day on. Days whose events may
 *  have begun to go cannot be counted any more, and their statistics stay.
 *  @param context oldest: the first instant from which all messages and events are certainly there
 *  @returns how many events were read
 *  @throws Refusal invalid for no days, days to come, and days that are too old */
export async function rebuildStatistics(
  context: CountContext & { oldest: Date },
  days: Days,
): Promise<number> {
  checkDays(context, days);
  return context.database.write(
    { role: "operator" },
    async (tx) => {
      const position = await holdUp(tx, "statistics");
      await removeDays(tx, days);
      // What waits to be counted is counted from its messages now, where it is of these days.
      const outside = new Tally();
      for (;;) {
        const taken = await takeIntake(tx, partMax);
        for (const row of taken) if (row.slice < days.from || row.slice >= days.until) outside.addIntake(row);
        if (taken.length < partMax) break;
      }
      await addTally(tx, context, outside);
      for (const week of weeksOf(days)) {
        const accepted = new Tally(days);
        const range = { fromId: idAt(week.from), untilId: idAt(week.until) };
        for (const row of await countAccepted(tx, range)) accepted.addIntake(row);
        await addTally(tx, context, accepted);
      }
      let events = 0;
      for (let after = 0n; ; ) {
        const part = await selectWholeLog(tx, {
          ...{ after, until: position, limit: partMax },
          // Nothing happens to a message before it is there.
          fromId: idAt(days.from),
        });
        const counted = new Tally(days);
        for (const fact of await factsOf(tx, part)) counted.add(fact);
        await addTally(tx, context, counted);
        events += part.length;
        const last = part.at(-1);
        if (last === undefined || part.length < partMax) return events;
        after = last.logPosition;
      }
    },
    { isolation: "repeatable read", retry: true },
  );
}

// From Monday to Monday, as messages are partitioned: each is read once, and the counts of one week are in memory at once.
function weeksOf({ from, until }: Days): Days[] {
  const weeks: Days[] = [];
  for (let start = from; start < until; ) {
    // 1 January 1970 was a Thursday.
    const daysLeft = 7 - ((start.getTime() / dayMs + 3) % 7);
    const end = new Date(Math.min(start.getTime() + daysLeft * dayMs, until.getTime()));
    weeks.push({ from: start, until: end });
    start = end;
  }
  return weeks;
}

function checkDays({ now, oldest }: { now: Date; oldest: Date }, days: Days): void {
  const { from, until } = days;
  const isWhole = from.getTime() % dayMs === 0 && until.getTime() % dayMs === 0;
  if (!isWhole || until <= from || from > now) {
    throw new Refusal("invalid", "The days to count are none, or they are still to come.", { field: "from" });
  }
  if (from >= oldest) return;
  throw new Refusal(
    "invalid",
    `Events of before ${oldest.toISOString().slice(0, 10)} may be gone; the statistics of those days can only be kept.`,
    { field: "from", remedy: "Count anew from a later day." },
  );
}
