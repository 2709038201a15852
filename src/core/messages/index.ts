export {
  Acceptance,
  type AcceptOptions,
  type AcceptOutcome,
  type AcceptRequest,
  type AcceptResult,
  type AcceptRules,
} from "./accept.ts";
export { findAnswered } from "./answered.ts";
export { type Cancellation, cancelMessage } from "./cancel.ts";
export { type Composed, type ComposeInput, compose, octetsToCompose } from "./compose.ts";
export type { Tracked } from "./counting.ts";
export { forgetRecipients } from "./forget-store.ts";
export { openSubmitted } from "./frame.ts";
export type { HandOver, Reservation } from "./hand-over.ts";
export { emptyInbox, type InboxEntry, type InboxItem, keepInInbox, listInbox, readInbox } from "./inbox.ts";
export {
  type CountedMessageRow,
  countAccepted,
  type IntakeRow,
  selectCountedMessages,
  takeIntake,
} from "./intake-store.ts";
export {
  campaignCharactersMax,
  categoryCharactersMax,
  customIdCharactersMax,
  eventPayloadCharactersMax,
  idempotencyKeyCharactersMax,
  isIdempotencyKey,
  isLongerThan,
  nameCharactersMax,
  subjectCharactersMax,
  variablesMax,
} from "./limits.ts";
export { type ClaimedDelivery, carriedMsMax, type Loaded, MessageLoader } from "./load.ts";
export {
  contactIdOf,
  isHardBounce,
  type Message,
  type MessageIdentity,
  type MessageState,
  messageStates,
} from "./message.ts";
export { noticeTo } from "./notice.ts";
export { type Original, Originals } from "./original.ts";
export {
  type AcceptedRecipient,
  type AcceptedSubmission,
  deliveryDays,
} from "./prepare.ts";
export { holdings as messageHoldings } from "./privacy.ts";
export { type QueueView, readQueue, type WaitingDestination } from "./queue-view.ts";
export { wayOutOpener } from "./raw-body.ts";
export {
  destinationIdOf,
  type HistoryEntry,
  isReportedByNext,
  listMessages,
  type MessageCriteria,
  type MessagePage,
  openWords,
  type ReadContext,
  readHistory,
  readMessage,
} from "./read.ts";
export { type DescribedEvent, describeEvents, type EventMessage } from "./read-events.ts";
export { type Standing, selectOldest } from "./read-store.ts";
export { type AcceptRefusalCode, acceptRefusalCodes } from "./refusal-codes.ts";
export { type ReportMail, sealReport } from "./report-mail.ts";
export { countReports, putReports, type ReportRow } from "./report-store.ts";
export {
  openReturned,
  openTerms,
  type ReportTerms,
  type ReturnedReport,
  sealReturned,
} from "./report-wish.ts";
export {
  endWishes,
  noteReturned,
  type OpenWish,
  quietWishes,
  selectDueWishes,
  selectWishes,
} from "./report-wish-store.ts";
export {
  type ContentKept,
  lookAtContent,
  type RetryNow,
  readForResubmission,
  retryNow,
} from "./retry.ts";
export { readReturnPath, returnPathOf } from "./return-path.ts";
export {
  type MessageName,
  type ReturnContext,
  type ReturnedBounce,
  recordBounce,
  recordComplaint,
  selectRecipient,
} from "./returned.ts";
export { StandardRules } from "./rules.ts";
export type { SenderRight } from "./sender-right.ts";
export { type Settlement, settle } from "./settle.ts";
export { selectComposable, selectDelivered, usageOf } from "./store.ts";
export type {
  AnySubmission,
  Attachment,
  ContentTerms,
  EnvelopeWish,
  InlineAttachment,
  MessageContent,
  Party,
  RawContent,
  RawSubmission,
  Submission,
  SubmissionContent,
} from "./submission.ts";
export { type TemplateFault, TemplateFaultReports } from "./template-fault.ts";
export { resubscribe, type Unsubscription, unsubscribe } from "./unsubscribe.ts";
export { waitsOf } from "./waiting.ts";
export { withdrawConsent } from "./withdraw-consent.ts";
