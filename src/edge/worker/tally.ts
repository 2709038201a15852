import type { DeliveryKind } from "../../core/events/index.ts";
import type { Settlement } from "../../core/messages/index.ts";

/** What a remote server's reply began with; `none` where there was none, or no attempt. */
export type ReplyClass = "2" | "4" | "5" | "none";

/** What this process has done since it began, for the metrics. */
export class DeliveryTally {
  /** Outcomes that are on disk, by kind and class of reply. */
  readonly outcomes = new Map<`${DeliveryKind}/${ReplyClass}`, number>();
  /** Outcomes of messages that a server was asked to take. */
  attempts = 0;
  claims = 0;
  claimedRows = 0;

  settled(settlements: readonly Settlement[]): void {
    for (const { kind, replyCode, isAttempt } of settlements) {
      const key = `${kind}/${classOf(replyCode)}` as const;
      this.outcomes.set(key, (this.outcomes.get(key) ?? 0) + 1);
      if (isAttempt) this.attempts++;
    }
  }

  claimed(rows: number): void {
    this.claims++;
    this.claimedRows += rows;
  }
}

function classOf(code: number | null): ReplyClass {
  if (code === null) return "none";
  return code < 400 ? "2" : code < 500 ? "4" : "5";
}
