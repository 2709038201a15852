/** What became of a message on its way to one recipient, in the words of RFC 3464 §2.3.3. */
export type ReportedAction = "failed" | "delayed" | "delivered" | "relayed" | "expanded";

/** What a report says of one recipient. */
export interface ReportedRecipient {
  action: ReportedAction;
  /** Whom the reporting server could not reach; null when it does not say. */
  address: string | null;
  /** Whom the message was for where it was sent, before anybody forwarded it. */
  originalAddress: string | null;
  /** RFC 3463, such as `5.1.1`. */
  status: string | null;
  /** Of the reply that the reporting server got. */
  replyCode: number | null;
  /** The words of that reply, or what stands for them; "" when there are none. */
  text: string;
  /** The server that refused, or that reports. */
  host: string | null;
}

/** The message a report is about, as far as it came along: fields of its header by name in lower case. */
export type OriginalFields = ReadonlyMap<string, readonly string[]>;

/** A mail that came back, understood. */
export type ReadReport =
  /** `isStandard`: written as RFC 3464 has it; everything else is guessed from words. */
  | { kind: "bounce"; isStandard: boolean; recipients: ReportedRecipient[]; original: OriginalFields }
  | { kind: "complaint"; complaint: Complaint; original: OriginalFields }
  /** A program answers for somebody: vacation notices, receipts, requests to confirm. */
  | { kind: "automatic" }
  | { kind: "other" };

/** A feedback report. RFC 5965 §3. */
export interface Complaint {
  /** In lower case: `abuse`, `fraud`, `not-spam`, `opt-out` … */
  feedbackType: string;
  /** Envelope sender and recipients of the message complained of. */
  mailFrom: string | null;
  recipients: string[];
  /** Who reports: the program's name. */
  userAgent: string | null;
}
