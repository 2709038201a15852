// Minutes until the next attempt, by the number of attempts made. Quick at first, since most deferrals (greylisting,
// a restart) pass within the hour; then as RFC 5321 §4.5.4.1 advises, half an hour and more. After the last entry it
// goes on every six hours until the message expires.
const minutesAfter = [5, 15, 30, 60, 120, 180, 240, 360];
// ±10 %: what was deferred together must not come back together.
const jitterShare = 0.1;

/** When a message is tried again after `attempts` attempts; null when that would be after its end.
 *  @param random from 0 to 1 */
export function nextAttemptAt(
  attempts: number,
  times: { now: Date; expiresAt: Date },
  random: number,
): Date | null {
  const step = Math.min(Math.max(attempts, 1), minutesAfter.length) - 1;
  const minutes = minutesAfter[step] ?? 360;
  const delayMs = minutes * 60_000 * (1 + jitterShare * (2 * random - 1));
  const at = new Date(times.now.getTime() + delayMs);
  return at < times.expiresAt ? at : null;
}
