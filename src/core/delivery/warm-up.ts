const dayMs = 86_400_000;

/** An address that has no reputation yet, and the day (UTC, 2026-11-23) from which on it sends. */
export interface WarmUp {
  address: string;
  startedOn: string;
}

// Receivers know nothing of a new address and take a burst from it for spam. What they accept grows with what they
// have seen: doubled each day while it is little, then 30 % more a day, which reaches 13 million in the sixth week.
const firstDayMax = 50;
const doublingDays = 4;
const dailyGrowth = 1.3;
const warmUpDays = 42;

/** How many messages an address may send to one group of providers on the day of an instant: none before it begins,
 *  Infinity when it is warm. */
export function warmUpCap({ startedOn }: WarmUp, now: Date): number {
  const day = Math.floor((now.getTime() - Date.parse(startedOn)) / dayMs);
  if (day < 0) return 0;
  if (day >= warmUpDays) return Number.POSITIVE_INFINITY;
  const doublings = Math.min(day, doublingDays);
  return Math.floor(firstDayMax * 2 ** doublings * dailyGrowth ** (day - doublings));
}

/** How much of a day's share is taken at once: single messages while every one counts, a thousandth later, so that not
 *  each message costs a commit and nearly nothing is left unused at the end of a day. */
export function warmUpPortion(cap: number): number {
  return Math.max(1, Math.floor(cap / 1000));
}

/** The first instant of the next day (UTC), when shares are given out anew. */
export function nextDay(now: Date): Date {
  return new Date((Math.floor(now.getTime() / dayMs) + 1) * dayMs);
}
