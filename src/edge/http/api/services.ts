import type { ApiKeyScope, SmtpRefusal } from "../../../core/accounts/index.ts";
import type { Wait, WaitCode } from "../../../core/delivery/index.ts";
import type { DomainReport, DomainWish } from "../../../core/domains/index.ts";
import type {
  AcceptRequest,
  AcceptResult,
  Cancellation,
  HistoryEntry,
  InboxEntry,
  InboxItem,
  Message,
  MessageState,
  QueueView,
} from "../../../core/messages/index.ts";
import type { SuppressionCause, SuppressionSource } from "../../../core/suppressions/index.ts";
import type { ParseServices } from "../mailjet/resources/parse-services.ts";
import type { Permission, Principal } from "../principal.ts";
import type { ConsentApi } from "./consent-api.ts";
import type { EventApi } from "./event-api.ts";
import type { LinkHostApi } from "./link-host-api.ts";
import type { StatisticsApi } from "./statistics-api.ts";
import type { TrackingApi } from "./tracking-api.ts";
import type { WebhookApi } from "./webhook-api.ts";

/** What a page of the dashboard has to know of this installation before it shows anything. */
export interface InstallationView {
  mode: "development" | "production";
  /** Without a slash at its end. */
  publicUrl: string;
  delivery: "direct" | "inbox" | "smartHost";
  /** Where programs hand in mail by SMTP; null when this service takes none that way. */
  submission: {
    host: string;
    port: number;
    tls: "implicit" | "starttls" | "none";
    /** Another port, where TLS begins at once; null where there is none. */
    implicitTlsPort: number | null;
  } | null;
  version: string;
}

/** Who speaks. */
export interface SessionView {
  account: { id: bigint; name: string; address: string };
  permissions: Permission[];
  /** The latest end of a session; null for a key pair. */
  expiresAt: Date | null;
}

/** Signing in and out. */
export interface SessionApi {
  installation(): InstallationView;
  /** Follows a link. The secret is the value of the cookie; it is known at this moment only.
   *  @param signedInTo the account that somebody is signed in to and has not agreed to leave
   *  @throws Refusal sign_in_link_invalid, account_suspended, other_account */
  signIn(
    token: string,
    signedInTo: bigint | null,
  ): Promise<{ secret: string; principal: Principal; secondsMax: number }>;
  /** Whose session this is; null when it has ended or never was one. */
  authenticateSession(secret: string): Promise<Principal | null>;
  readSession(principal: Principal): Promise<SessionView>;
  endSession(principal: Principal): Promise<void>;
}

/** A page of a list that grows at its front: newest first, from just before an id. */
export interface CursorPage {
  beforeId: bigint | null;
  limit: number;
}

/** Which messages are wanted; null restricts nothing. */
export interface MessageQuery extends CursorPage {
  recipient: string | null;
  customId: string | null;
  state: MessageState | null;
  /** When it was accepted: the first instant that counts, and the first that does not any more. */
  from: Date | null;
  until: Date | null;
}

/** A message, and when it is tried next while it waits. */
export interface MessageView extends Message {
  wait: Wait | null;
}

/** A message with everything that is known of it. */
export interface MessageDetails {
  message: MessageView;
  history: HistoryEntry[];
  /** `until`: when what is in the message can be read no more. */
  content: { isReadable: boolean; until: Date };
}

/** Messages, in and out. */
export interface MessageApi {
  /** @throws Refusal busy, idempotency_mismatch, account_suspended, quota_exceeded */
  accept(request: AcceptRequest): Promise<AcceptResult>;
  /** With their identity opened. */
  listMessages(principal: Principal, query: MessageQuery): Promise<MessageView[]>;
  readMessage(principal: Principal, id: bigint): Promise<MessageDetails | null>;
  /** @throws Refusal not_found, too_late */
  cancelMessage(principal: Principal, id: bigint): Promise<Cancellation>;
  /** Makes a message that waits due now; hands one in again that has ended without having been delivered. Asked twice
   *  within a day, the second answers what the first has made.
   *  @throws Refusal not_found, too_late, rate_limited, content_gone, and whatever refuses a new message */
  retryMessage(principal: Principal, id: bigint): Promise<{ newId: bigint | null }>;
}

/** A DKIM signature of a message. */
export interface SignatureView {
  domain: string;
  selector: string;
  algorithm: string;
  signedHeaders: string[];
  /** With the key that the domain is to publish. */
  verifies: boolean;
}

/** A message of the test inbox, and what it was signed with. */
export interface InboxDetails {
  entry: InboxEntry;
  signatures: SignatureView[];
}

/** The test inbox. */
export interface InboxApi {
  listInbox(principal: Principal, page: CursorPage): Promise<InboxItem[]>;
  readInbox(principal: Principal, id: bigint): Promise<InboxEntry | null>;
  readInboxDetails(principal: Principal, id: bigint): Promise<InboxDetails | null>;
  /** Answers how many messages were in it. */
  emptyInbox(principal: Principal): Promise<number>;
}

/** A sending domain with what is known of it. */
export interface DomainView {
  id: bigint;
  name: string;
  state: "pending" | "verified";
  verifiedBy: "dns" | "operator" | null;
  createdAt: Date;
  checkedAt: Date | null;
  report: DomainReport;
}

/** Sending domains. */
export interface DomainApi {
  listDomains(principal: Principal): Promise<DomainView[]>;
  /** Adding one that is there answers it as it is.  @throws Refusal invalid_domain */
  addDomain(principal: Principal, wish: DomainWish): Promise<DomainView>;
  /** Looks at the DNS now; null when the account has no such domain. */
  checkDomain(principal: Principal, name: string): Promise<DomainView | null>;
  /** False when the account has no such domain. */
  removeDomain(principal: Principal, name: string): Promise<boolean>;
}

/** An address, or `*@domain`, that the account may send from once it is active. */
export interface SenderView {
  id: bigint;
  address: string;
  name: string;
  domain: string;
  isDomainWide: boolean;
  isDefault: boolean;
  state: "active" | "inactive";
  createdAt: Date;
  /** Until when the link works that was mailed to it last; null when none waits. */
  confirmationEndsAt: Date | null;
}

/** Senders. */
export interface SenderApi {
  listSenders(principal: Principal): Promise<SenderView[]>;
  /** Adding one that is there answers it as it is.
   *  @throws Refusal invalid, too_many, busy, account_suspended, quota_exceeded */
  addSender(principal: Principal, wish: { address: string; name: string }): Promise<SenderView>;
  /** False when there is none. */
  removeSender(principal: Principal, id: bigint): Promise<boolean>;
  /** Asks again; null when there is no such sender. */
  confirmSender(principal: Principal, id: bigint): Promise<SenderView | null>;
}

/** A key pair without its secret. */
export interface KeyView {
  id: bigint;
  publicKey: string;
  name: string;
  scopes: ApiKeyScope[];
  isPrimary: boolean;
  isActive: boolean;
  createdAt: Date;
  /** A day in UTC: 2026-11-23. */
  lastUsedOn: string | null;
}

/** Key pairs. */
export interface KeyApi {
  listKeys(principal: Principal): Promise<KeyView[]>;
  createKey(
    principal: Principal,
    wish: { name: string; scopes: ApiKeyScope[] },
  ): Promise<{ key: KeyView; secretKey: string }>;
  /** Renames a pair, or switches it off and on. The primary pair is always on.
   *  @throws Refusal forbidden when it may do what the one who asks may not */
  changeKey(
    principal: Principal,
    id: bigint,
    change: { name?: string; isActive?: boolean },
  ): Promise<KeyView | "primary" | "unknown">;
  /** The primary pair stays: without it nobody could make another. */
  revokeKey(principal: Principal, id: bigint): Promise<"revoked" | "primary" | "unknown">;
}

/** What programs were refused by SMTP. */
export interface SmtpRefusalApi {
  /** Of the last hour, newest first. */
  listSmtpRefusals(principal: Principal): Promise<SmtpRefusal[]>;
}

/** An address the account may not send to, opened. */
export interface SuppressionView {
  id: bigint;
  /** "" where it was not known any more when its reader unsubscribed. */
  address: string;
  cause: SuppressionCause;
  source: SuppressionSource;
  createdAt: Date;
  /** The message that led to it. */
  sourceId: bigint | null;
}

/** Why a line of a file of addresses is left out. */
export const importProblemCodes = ["unreadable_line", "no_address", "unknown_cause"] as const;
export type ImportProblemCode = (typeof importProblemCodes)[number];

/** What came of a file of addresses. */
export interface SuppressionImport {
  /** New, or with a stronger cause now. */
  added: number;
  /** Suppressed before, or named twice. */
  known: number;
  /** The first lines that could not be read, and how many there were. */
  problems: { line: number; code: ImportProblemCode; detail: string }[];
  problemsTotal: number;
}

/** Addresses the account does not send to. */
export interface SuppressionApi {
  importSuppressions(principal: Principal, csv: string): Promise<SuppressionImport>;
  listSuppressions(
    principal: Principal,
    query: CursorPage & { address: string | null },
  ): Promise<SuppressionView[]>;
  /** Adding one that is there answers it with its first cause. */
  addSuppression(principal: Principal, address: string): Promise<SuppressionView>;
  /** False when there is none. */
  removeSuppression(principal: Principal, id: bigint): Promise<boolean>;
}

/** The queue. */
export interface QueueApi {
  readQueue(principal: Principal): Promise<QueueView>;
}

/** How a recipient domain of the account's queue stands. */
export interface DestinationView {
  domain: string;
  waiting: number;
  deferred: number;
  nextAttemptAt: Date | null;
  pausedUntil: Date | null;
  why: WaitCode | null;
  connections: number;
}

/** What an address that is new has sent to a group of providers today. */
export interface WarmUpView {
  source: string;
  provider: string;
  /** 2026-11-23 */
  day: string;
  sent: number;
  limit: number;
}

/** A process of this installation. */
export interface NodeView {
  name: string;
  delivers: boolean;
  seenAt: Date;
  isAlive: boolean;
}

/** How things stand. */
export interface StatusView {
  queue: Pick<QueueView, "waiting" | "deferred" | "oldestAcceptedAt">;
  destinations: DestinationView[];
  /** Null for who does not run the service. */
  operator: {
    warmUp: WarmUpView[];
    nodes: NodeView[];
    /** Of customers' link hosts; null where this process has none. */
    linkCertificates: {
      usable: number;
      endingSoon: number;
      problems: { file: string; wrong: string }[];
    } | null;
  } | null;
  today: { accepted: number; quota: number | null };
}

export interface StatusApi {
  readStatus(principal: Principal): Promise<StatusView>;
}

/** Classes of what is held, in words a person understands. */
export const holdingCodes = [
  "content",
  "events",
  "queue",
  "answers",
  "logs",
  "work",
  "account",
  "sessions",
  "operation",
] as const;

/** A class of what is held. */
export interface HoldingClassView {
  code: (typeof holdingCodes)[number];
  title: string;
  tables: string[];
  purposes: string[];
  legalBasis: string[];
  roles: string[];
  subjects: string[];
  retention: { code: string; text: string; figure: number | null };
  sealed: boolean;
  lastPurge: { lookedAt: Date; outcome: "done" | "failed"; removedAt: Date | null; removed: number } | null;
  oldest: Date | null;
}

export interface HoldingsApi {
  readHoldings(principal: Principal): Promise<HoldingClassView[]>;
}

export interface ExportApi {
  /** Everything that is held of the account, a line of JSON each; that it was taken out is noted in the account's record.
   *  @throws Refusal forbidden to all but the owner */
  exportAccount(principal: Principal): Promise<AsyncIterable<string>>;
}

/** Everything our own API needs from core. */
export interface ApiServices
  extends SessionApi,
    MessageApi,
    InboxApi,
    DomainApi,
    SenderApi,
    KeyApi,
    SmtpRefusalApi,
    SuppressionApi,
    ConsentApi,
    TrackingApi,
    LinkHostApi,
    QueueApi,
    StatusApi,
    HoldingsApi,
    ExportApi,
    WebhookApi,
    EventApi,
    StatisticsApi,
    ParseServices {}
