import type { Principal } from "../../principal.ts";
import type { Page, Part } from "./page.ts";

/** Mailjet's status of a message. */
export const messageStatuses = [
  "processed",
  "queued",
  "sent",
  "opened",
  "clicked",
  "bounce",
  "spam",
  "unsub",
  "blocked",
  "softbounced",
  "hardbounced",
  "deferred",
  "unknown",
] as const;
export type MessageStatus = (typeof messageStatuses)[number];

/** A message to one recipient. What is sealed is only opened when it was asked for, and null otherwise. */
export interface MessageRecord {
  id: bigint;
  uuid: string;
  arrivedAt: Date;
  /** When it came to be what it is. */
  changedAt: Date;
  status: MessageStatus;
  /** A number of the table of message states, or null. */
  reason: number | null;
  isPermanent: boolean;
  attempts: number;
  attachmentCount: number;
  sizeBytes: number;
  hasHtml: boolean;
  hasText: boolean;
  tracksOpens: boolean;
  tracksClicks: boolean;
  campaignId: bigint | null;
  contactId: bigint;
  destinationId: bigint;
  senderId: bigint | null;
  /** Seconds between arrival and delivery. */
  delaySeconds: number;
  recipient: string | null;
  subject: string | null;
  customId: string | null;
}

/** Which sealed fields of messages are wanted. */
export interface MessageReveal {
  recipient: boolean;
  subject: boolean;
  customId: boolean;
}

/** Which messages are wanted; a field that is absent restricts nothing. */
export interface MessageFilter {
  since?: Date;
  until?: Date;
  statuses?: MessageStatus[];
  reason?: number;
  customId?: string;
  recipient?: string;
  contactId?: bigint;
  campaignId?: bigint;
  customCampaign?: string;
  senderId?: bigint;
  senderAddress?: string;
  senderDomain?: string;
  destinationId?: bigint;
  contactsListId?: bigint;
  origin?: "transactional" | "marketing" | "unknown";
}

/** Something that happened to a message. */
export interface MessageEvent {
  at: Date;
  kind: "sent" | "opened" | "clicked" | "bounced" | "blocked" | "unsub" | "spam";
  /** What the other side said, or "". */
  comment: string;
  /** Words of the table of message states, or "". */
  state: string;
}

/** Counters of a message. */
export interface MessageInformation {
  id: bigint;
  createdAt: Date;
  /** When the last attempt ended; null while there was none. */
  endedAt: Date | null;
  campaignId: bigint | null;
  contactId: bigint;
  sizeBytes: number;
  openCount: number;
  clickCount: number;
  queuedCount: number;
  sentCount: number;
}

/** Messages and what became of them. */
export interface MessageServices {
  listMessages(
    principal: Principal,
    filter: MessageFilter,
    page: Page,
    reveal: MessageReveal,
  ): Promise<Part<MessageRecord>>;
  readMessage(principal: Principal, id: bigint, reveal: MessageReveal): Promise<MessageRecord | null>;
  /** Oldest first; none for an unknown message. */
  historyOf(principal: Principal, id: bigint): Promise<MessageEvent[]>;
  listInformation(principal: Principal, filter: MessageFilter, page: Page): Promise<Part<MessageInformation>>;
  readInformation(principal: Principal, id: bigint): Promise<MessageInformation | null>;
}
