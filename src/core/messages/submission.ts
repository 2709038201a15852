import type { DsnRequest } from "../../mail/smtp/index.ts";
import type { TrackingWish } from "../tracking/index.ts";

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

/** What a message says of itself, whoever writes its octets. */
export interface ContentTerms {
  from: Party | null;
  sender: Party | null;
  subject: string | null;
  trackOpens: TrackingWish;
  trackClicks: TrackingWish;
  /** Mailjet's priority: 0 low, 1 front of low, 2 high (the default), 3 front of high. */
  priority: 0 | 1 | 2 | 3;
  customCampaign: string;
  deduplicatesCampaign: boolean;
  monitoringCategory: string;
  contactsListId: bigint | null;
  /** Must its reader be able to leave? Present where the sender says so, by whatever word: see purpose.ts. */
  isMarketing?: true;
}

/** What several recipients may share: stored, sealed and encoded once however many messages point at it.
 *  Messages that share it hold the same object; the identity of the object is what counts. */
export interface SubmissionContent extends ContentTerms {
  replyTo: Party | null;
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
  urlTags: string;
}

/** A message whose octets its author has written and handed in by SMTP. They are delivered as they are; core only puts
 *  fields on top. Shared by reference, like the other kind. */
export interface RawContent extends ContentTerms {
  /** Header, empty line and body. Every line ends with CRLF and has at most 998 octets; blind copies and what was meant
   *  for this service alone are not in it any more. */
  octets: Buffer;
  /** Where the body begins, behind the empty line. */
  headBytes: number;
  hasText: boolean;
  hasHtml: boolean;
  attachmentCount: number;
  /** For the Received field: the name of the server that took it, and the protocol in the words of RFC 3848. Null for a
   *  report of our own, which nobody has handed in and nothing is put on top of. */
  received: { by: string; protocol: string } | null;
}

/** Both ways to hand in a message. */
export type MessageContent = SubmissionContent | RawContent;

/** Tells which of the two a content is. */
export function isRaw<Terms extends object>(content: Terms): content is Extract<Terms, { octets: Buffer }> {
  return "octets" in content;
}

/** What an SMTP client has asked of the envelope. */
export interface EnvelopeWish {
  /** MAIL FROM:<>: whatever becomes of it, nothing is to be sent back (RFC 5321 §4.5.5). */
  isFromNobody: boolean;
  /** Where reports go; absent where it is not known, or no sender of the account. */
  from?: string;
  /** Delivery reports, by the recipient's address as in its party (RFC 3461). */
  reports: ReadonlyMap<string, DsnRequest>;
}

/** One message as it was handed in: each of its recipients gets an id and a delivery of its own, and all of
 *  To and Cc see each other. */
interface SubmissionOf<Content extends ContentTerms> {
  content: Content;
  to: Party[];
  cc: Party[];
  bcc: Party[];
  variables: Record<string, unknown>;
  customId: string;
  eventPayload: string;
  /** Whom its To and Cc name, where that is not who gets it: of a message that is handed in again, one recipient gets it
   *  and all are shown as they were. */
  shown?: { to: Party[]; cc: Party[] };
  /** Absent where the way in knows no envelope, as over HTTP. */
  envelope?: EnvelopeWish;
}

/** A message to be composed from its parts. */
export type Submission = SubmissionOf<SubmissionContent>;

/** A message that is written already. */
export type RawSubmission = SubmissionOf<RawContent>;

/** What acceptance takes. */
export type AnySubmission = SubmissionOf<MessageContent>;
