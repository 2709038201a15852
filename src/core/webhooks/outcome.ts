import { assertNever } from "../../base/errors.ts";
import type { Webhook } from "./webhook.ts";

// Mailjet's schedule: every 30 seconds, for a day (mailjet-api §6.1).
const retryMs = 30_000;
const givesUpMs = 86_400_000;
// So many refusals in a row, with nothing taken between them, and it is not the events that are at fault.
export const refusalsInARowMax = 5;

/** What came of a request to a webhook. */
export type PostOutcome =
  /** It answered, whatever it was. `answer` is the beginning of what it said. */
  | { kind: "answered"; status: number; answer: string; durationMs: number }
  /** No connection, no answer in time, or an address that this service does not post to. */
  | { kind: "unreachable"; detail: string; durationMs: number };

/** What that means for the events in it. */
export type Verdict = "delivered" | "rejected" | "unreachable";

/** Has a webhook taken what was posted? Mailjet counts 200 only; Standard Webhooks everything that begins with 2. */
export function verdictOf(format: Webhook["format"], outcome: PostOutcome): Verdict {
  switch (outcome.kind) {
    case "unreachable":
      return "unreachable";
    case "answered": {
      const { status } = outcome;
      const isTaken = format === "standard" ? status >= 200 && status < 300 : status === 200;
      return isTaken ? "delivered" : "rejected";
    }
    default:
      return assertNever(outcome);
  }
}

/** How a webhook is doing. */
export type Health = Pick<Webhook, "state" | "failingSince" | "failures" | "dueAt" | "diedAt">;

export const healthy: Health = {
  state: "alive",
  failingSince: null,
  failures: 0,
  dueAt: null,
  diedAt: null,
};

/** How it is doing after one more failure: it waits, and after a day without any success it is dead. */
export function afterFailure(health: Health, now: Date, isPause: boolean): Health {
  const failingSince = health.failingSince ?? now;
  const isDead = now.getTime() - failingSince.getTime() >= givesUpMs;
  return {
    state: isDead ? "dead" : "alive",
    failingSince,
    failures: health.failures + 1,
    dueAt: isPause ? nextRetryAt(now) : health.dueAt,
    diedAt: isDead ? now : null,
  };
}

export function nextRetryAt(now: Date): Date {
  return new Date(now.getTime() + retryMs);
}

/** Is an event that was first refused then to be given up? */
export function isGivenUp(failedAt: Date, now: Date): boolean {
  return now.getTime() - failedAt.getTime() >= givesUpMs;
}
