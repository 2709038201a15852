import { Refusal } from "../../../base/errors.ts";
import type { DayRange, Step } from "../../../core/statistics/index.ts";
import { readId, readOffset } from "./cursor.ts";
import { readInstant } from "./instants.ts";

const dayMs = 86_400_000;
export const defaultDays = 30;
// A chart has no more steps than pixels to show them, and a year by the day fits. Domains are many: three months.
export const daysMax: Record<Step | "domains", number> = { hour: 31, day: 400, month: 1830, domains: 93 };
interface TimeQuery {
  from?: string;
  until?: string;
}

interface Time {
  from: Date;
  until: Date;
}

export function rangeOf(query: TimeQuery, now: Date, daysMost: number): Time {
  const until = query.until === undefined ? now : readInstant(query.until, { field: "until", in: "query" });
  const from =
    query.from === undefined
      ? new Date(until.getTime() - defaultDays * dayMs)
      : readInstant(query.from, { field: "from", in: "query" });
  if (from >= until) throw wrong("from", "is not before the end of the time");
  if (until.getTime() - from.getTime() > daysMost * dayMs) {
    throw wrong("from", `lies more than ${daysMost} days before the end of the time`);
  }
  return { from, until };
}

function wrong(field: string, detail: string): Refusal {
  return new Refusal("invalid", `${field} ${detail}.`, { errors: [{ field, in: "query", detail }] });
}

export function wholeDays({ from, until }: Time): Time {
  return {
    from: new Date(Math.floor(from.getTime() / dayMs) * dayMs),
    until: new Date(Math.ceil(until.getTime() / dayMs) * dayMs),
  };
}

export function daysOf({ from, until }: Time): DayRange {
  return { fromDay: from.toISOString().slice(0, 10), untilDay: until.toISOString().slice(0, 10) };
}

export function shown({ from, until }: Time) {
  return { from: from.toISOString(), until: until.toISOString() };
}

export function pageOf(query: TimeQuery & { cursor?: string }, now: Date): { time: Time; offset: number } {
  return { time: wholeDays(rangeOf(query, now, daysMax.day)), offset: readOffset(query.cursor) };
}

export function checkZone(timeZone: string): void {
  try {
    new Intl.DateTimeFormat("en", { timeZone });
  } catch {
    throw wrong("timeZone", "is not a time zone such as Europe/Berlin");
  }
  // An offset such as +02:00 is a zone here, and means its opposite to PostgreSQL.
  if (!/^[A-Za-z]/.test(timeZone)) throw wrong("timeZone", "is not a time zone such as Europe/Berlin");
}

export function sourceOf({
  campaignId: campaign,
  senderId: sender,
}: {
  campaignId?: string;
  senderId?: string;
}) {
  if (campaign !== undefined && sender !== undefined) {
    throw wrong("senderId", "cannot be combined with campaignId");
  }
  if (campaign !== undefined) return { source: "campaign", sourceId: readId(campaign) } as const;
  if (sender !== undefined) return { source: "sender", sourceId: readId(sender) } as const;
  return { source: "account", sourceId: 0n } as const;
}

export function idOf(text: string | undefined): bigint | null {
  return text === undefined ? null : readId(text);
}
