/** What can happen to a message. Every kind but `deferred` and `unknown` ends it. */
export const eventKinds = [
  "sent",
  "deferred",
  "bounced",
  "blocked",
  "cancelled",
  "expired",
  "unknown",
] as const;
export type EventKind = (typeof eventKinds)[number];

/** One thing that happened to one message. The id carries the time. */
export interface MessageEvent {
  accountId: bigint;
  id: bigint;
  messageId: bigint;
  kind: EventKind;
  /** Mailjet's message state (reference table of 21 reasons), or null. */
  reason: number | null;
  /** The remote server's reply: 250, 421, 550 …; null when there was none. */
  replyCode: number | null;
  /** RFC 3463 status, such as 5.1.1. */
  enhanced: string | null;
  /** The remote server's words and its name, sealed with the account's identity key (place: table event, id). */
  sealed: Buffer | null;
}
