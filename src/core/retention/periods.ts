import type { FiguresInForce } from "../../base/figures.ts";

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** What is due is looked for every minute, and a look may take a while. What would be due within this time goes now, so
 *  that a late look does not make a promise late. */
export const lookMsMax = 5 * 60_000;

/** A table that is laid out by time, and how long one of its partitions spans. */
export interface PartitionedTable {
  table: "content" | "inbox" | "message" | "event";
  keeps: "content" | "events";
  spanDays: 1 | 7;
  /** How far ahead partitions are made: a node whose retention stands still goes on working that long. */
  aheadDays: number;
}

export const partitionedTables: PartitionedTable[] = [
  { table: "content", keeps: "content", spanDays: 1, aheadDays: 3 },
  { table: "inbox", keeps: "content", spanDays: 1, aheadDays: 3 },
  { table: "message", keeps: "events", spanDays: 7, aheadDays: 14 },
  { table: "event", keeps: "events", spanDays: 7, aheadDays: 14 },
];

/** A partition: from its first instant to the first of the next one. */
export interface Span {
  from: Date;
  until: Date;
  /** The day it begins: 20261123. */
  suffix: string;
}

/** The partition of a table an instant lies in. Weeks begin on Monday. */
export function spanOf(instant: Date, spanDays: 1 | 7): Span {
  // 1 January 1970 was a Thursday: three days back lies the Monday from which weeks are counted.
  const originMs = spanDays === 7 ? -3 * dayMs : 0;
  const spanMs = spanDays * dayMs;
  const from = new Date(Math.floor((instant.getTime() - originMs) / spanMs) * spanMs + originMs);
  return {
    from,
    until: new Date(from.getTime() + spanMs),
    suffix: from.toISOString().slice(0, 10).replaceAll("-", ""),
  };
}

/** The partition that begins on the day of a suffix. */
export function spanNamed(suffix: string, spanDays: 1 | 7): Span {
  const day = `${suffix.slice(0, 4)}-${suffix.slice(4, 6)}-${suffix.slice(6)}T00:00:00Z`;
  return spanOf(new Date(day), spanDays);
}

/** The spans a table needs at an instant: that of the day before (a message accepted a moment ago by a clock that is
 *  late) up to the days ahead. */
export function spansNeeded({ spanDays, aheadDays }: PartitionedTable, now: Date): Span[] {
  const spans: Span[] = [];
  const end = now.getTime() + aheadDays * dayMs;
  let span = spanOf(new Date(now.getTime() - dayMs), spanDays);
  while (span.from.getTime() <= end) {
    spans.push(span);
    span = spanOf(span.until, spanDays);
  }
  return spans;
}

/** Must a partition be gone at an instant?
 *  Content: all of it is unreadable once the key of its last hour is destroyed; then the space is freed. Events: when the
 *  oldest row reaches its months (P105), so that none is ever older. */
export function isOver({ keeps }: PartitionedTable, span: Span, now: Date, figures: FiguresInForce): boolean {
  if (keeps === "content") return firstReadableHour(now, figures) * hourMs >= span.until.getTime();
  // What was collected under a shorter time keeps it.
  const months = Math.min(figures.at(span.from).eventMonths, figures.at(now).eventMonths);
  return monthsAfter(span.from, months).getTime() - lookMsMax <= now.getTime();
}

/** The instant before which rows that are kept like events, one by one, must not exist any more. */
export function firstEventKept(now: Date, figures: FiguresInForce): Date {
  const kept = firstKept(now, figures.at(now).eventMonths);
  const earlier = figures
    .changesUntil(now)
    .map(({ before, at }) => earliest(at, firstKept(now, before.eventMonths)));
  return [kept, ...earlier].reduce(latest);
}

/** The first instant from which every partition of what is kept like events is certainly there, and will be for a day: a
 *  week goes with its first event, and by the shortest time that has held for it. */
export function firstWholeWeek(now: Date, figures: FiguresInForce): Date {
  const tomorrow = new Date(now.getTime() + dayMs);
  return spanOf(firstEventKept(tomorrow, figures), 7).until;
}

// So many months from it is now. On the last day of a month that is true of all that is left of a longer one.
function firstKept(now: Date, months: number): Date {
  const late = new Date(now.getTime() + lookMsMax);
  const [year, month, day] = [late.getUTCFullYear(), late.getUTCMonth(), late.getUTCDate()];
  const monthAfter = Date.UTC(year, month - months + 1, 1);
  const isLastDay = new Date(late.getTime() + dayMs).getUTCMonth() !== month;
  const daysThen = new Date(monthAfter - dayMs).getUTCDate();
  return isLastDay || day > daysThen ? new Date(monthAfter) : monthsAfter(late, -months);
}

/** The first hour whose content may still be read at an instant (P106). Its key dies when the *oldest* message it may
 *  hold reaches its days, so that no content is ever older. */
export function firstReadableHour(now: Date, figures: FiguresInForce): number {
  const readable = firstReadable(now, figures.at(now).contentDays);
  // A longer time holds for what is accepted from then on: hours before the change keep their own.
  const earlier = figures
    .changesUntil(now)
    .map(({ before, at }) =>
      Math.min(Math.floor(at.getTime() / hourMs), firstReadable(now, before.contentDays)),
    );
  return Math.max(readable, ...earlier);
}

function firstReadable(now: Date, days: number): number {
  return Math.floor((now.getTime() + lookMsMax - days * dayMs) / hourMs) + 1;
}

/** The instant from which content that was accepted at another can be read no more: when the key of its hour dies, as far
 *  as is known now. */
export function contentEndOf(accepted: Date, figures: FiguresInForce): Date {
  const hour = Math.floor(accepted.getTime() / hourMs) * hourMs;
  const nextHour = hour + hourMs;
  const endAfter = (days: number) => new Date(hour + days * dayMs - lookMsMax);
  const promised = endAfter(figures.at(new Date(nextHour - 1)).contentDays);
  // A shorter time holds for what is there already, too, from the day it comes into force.
  const shortened = figures
    .changesUntil(promised)
    .filter(({ at }) => at.getTime() >= nextHour)
    .map(({ at }) => latest(at, endAfter(figures.at(at).contentDays)));
  return shortened.reduce(earliest, promised);
}

const earliest = (a: Date, b: Date) => (a < b ? a : b);
const latest = (a: Date, b: Date) => (a > b ? a : b);

/** Calendar months later; the last day of the month when the day does not exist there. */
export function monthsAfter(instant: Date, months: number): Date {
  const later = new Date(instant);
  later.setUTCMonth(later.getUTCMonth() + months);
  if (later.getUTCDate() !== instant.getUTCDate()) later.setUTCDate(0);
  return later;
}
