import type { ReadingToken } from "./reading-token.ts";

// How soon after a server has taken a mail nobody can have read it: it still has to be filtered, to be stored, to show up,
// and to be opened. Scanners look while the server still filters, or right behind it.
const tooSoonMs = { opened: 1000, clicked: 3000 } as const;

/** Is this an opening or a click that only a program can have made? Those before the delivery was written down are. */
export function isTooSoon(kind: ReadingToken["kind"], sinceDeliveryMs: number): boolean {
  return sinceDeliveryMs < tooSoonMs[kind];
}
