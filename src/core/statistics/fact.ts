import type { Outcome, RecordedEvent } from "../events/index.ts";

/** What statistics need to know of the message of an event. */
export interface CountedMessage {
  campaignId: bigint | null;
  senderId: bigint | null;
  domain: string;
}

/** An event with everything that decides where it counts. */
export interface Fact {
  event: RecordedEvent;
  /** Null when it belongs to none, or to one that is not kept any more. */
  message: CountedMessage | null;
  /** What delivery made of the message last, before this. */
  earlier: Outcome | null;
  /** Of an opening or a click by a person: has its message had one before? False where the message is not known. */
  isRepeated: boolean;
}
