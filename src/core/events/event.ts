/** What delivery makes of a message. Every kind but `deferred` and `unknown` ends it. */
export const deliveryKinds = [
  "sent",
  "deferred",
  "bounced",
  "blocked",
  "cancelled",
  "expired",
  "unknown",
] as const;
export type DeliveryKind = (typeof deliveryKinds)[number];

/** What its reader, or the reader's provider, does with it afterwards. `resubscribed` takes back an `unsubscribed` that
 *  was a mistake. */
const readerKinds = ["opened", "clicked", "unsubscribed", "resubscribed", "complained"] as const;
type ReaderKind = (typeof readerKinds)[number];

/** What can happen to a message. */
export const eventKinds = [...deliveryKinds, ...readerKinds] as const;
export type EventKind = DeliveryKind | ReaderKind;

/** Who opened or clicked: a person, or a scanner, a prefetching program or the like. Both together are the raw count. */
export const verdicts = ["people", "machine"] as const;
export type Verdict = (typeof verdicts)[number];

/** How openings or clicks of a message are counted: with a link that is the same for everybody, or for each reader. */
export type CountedAs = "anonymous" | "identified";

/** What is known of an opening or a click. */
export interface Reading {
  campaignId: bigint | null;
  verdict: Verdict;
  /** Of a click: the keyed hash of where the link leads, the same for the same link of an account. */
  link: Buffer | null;
  /** Of a click: which link of the message it was, from 1. */
  position: number | null;
  /** Where it came from, as two letters (ISO 3166-1); absent where nobody told. */
  country?: string;
}

/** One thing that happened to one message. The id carries the time. */
export interface MessageEvent {
  accountId: bigint;
  id: bigint;
  /** Null only for an opening or a click that was counted without knowing whose it was. */
  messageId: bigint | null;
  kind: EventKind;
  /** Mailjet's message state (reference table of 21 reasons), or null. */
  reason: number | null;
  /** The remote server's reply: 250, 421, 550 …; null when there was none. */
  replyCode: number | null;
  /** RFC 3463 status, such as 5.1.1. */
  enhanced: string | null;
  /** JSON, sealed with the account's identity key (place: table event, id): the remote server's words and its name, or
   *  the `url` of a click. */
  sealed: Buffer | null;
  /** Of `opened` and `clicked`. */
  reading?: Reading;
  /** Of `sent`: how openings and clicks of this message are counted, and so what a rate may be counted from. */
  tracked?: { opens: CountedAs | null; clicks: CountedAs | null };
}

/** An event as it stands in the log. Positions are one order for all events: that of their writing. Events of one
 *  message are in the order in which they were settled. */
export interface RecordedEvent extends MessageEvent {
  logPosition: bigint;
}
