/** A person in a header: `address` is parsed and normalised (mail/address). */
export interface Party {
  address: string;
  name: string;
}

/** A file; `content` is decoded. */
export interface Attachment {
  contentType: string;
  filename: string;
  content: Buffer;
}

/** A file the HTML refers to as `cid:` + contentId. */
export interface InlineAttachment extends Attachment {
  contentId: string;
}

/** How Mailjet's API speaks of tracking for one message; what is done with it is decided by consent. */
export type TrackingWish = "account_default" | "disabled" | "enabled";

/** What several recipients may share: stored, sealed and encoded once however many messages point at it.
 *  Messages that share it hold the same object; the identity of the object is what counts. */
export interface SubmissionContent {
  from: Party | null;
  sender: Party | null;
  replyTo: Party | null;
  subject: string | null;
  text: string | null;
  html: string | null;
  /** A stored template: by id, or by name (v3 only). */
  template: { id: bigint } | { name: string } | null;
  usesTemplateLanguage: boolean;
  templateErrorReporting: Party | null;
  deliversDespiteTemplateError: boolean;
  attachments: Attachment[];
  inlined: InlineAttachment[];
  headers: [name: string, value: string][];
  trackOpens: TrackingWish;
  trackClicks: TrackingWish;
  urlTags: string;
  /** Mailjet's priority: 0 low, 1 front of low, 2 high (the default), 3 front of high. */
  priority: 0 | 1 | 2 | 3;
  customCampaign: string;
  deduplicatesCampaign: boolean;
  monitoringCategory: string;
  contactsListId: bigint | null;
}

/** One message as it was handed in: each of its recipients gets an id and a delivery of its own, and all of
 *  To and Cc see each other. */
export interface Submission {
  content: SubmissionContent;
  to: Party[];
  cc: Party[];
  bcc: Party[];
  variables: Record<string, unknown>;
  customId: string;
  eventPayload: string;
}
