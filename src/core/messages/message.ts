import type { DsnRequest } from "../../mail/smtp/index.ts";
import { messageReasons } from "../delivery/index.ts";

/** Where a message stands. `queued` and `deferred` are on their way; the others are final. */
export const messageStates = [
  "queued",
  "deferred",
  "sent",
  "bounced",
  "blocked",
  "cancelled",
  "expired",
  "unknown",
] as const;
export type MessageState = (typeof messageStates)[number];

/** What is sealed in a message row with the account's identity key. */
export interface MessageIdentity {
  address: string;
  name: string;
  role: "to" | "cc" | "bcc";
  subject: string;
  customId: string;
  eventPayload: string;
  /** The address in From; absent in messages of before it was kept. */
  from?: string;
  /** Handed in with MAIL FROM:<>: delivered so, too. */
  isFromNobody?: true;
  /** What the sender's program has asked of delivery reports, for the next server to know. */
  dsn?: DsnRequest;
}

/** A message as its readers see it. */
export interface Message {
  accountId: bigint;
  id: bigint;
  uuid: string;
  /** What is sealed; null when it was not asked for. */
  identity: MessageIdentity | null;
  campaignId: bigint | null;
  senderId: bigint | null;
  /** A number that stands for the recipient's address within the account (Mailjet's ContactID). */
  contactId: bigint;
  /** The recipient's domain. */
  domain: string;
  sizeBytes: number;
  attachmentCount: number;
  hasHtml: boolean;
  hasText: boolean;
  trackOpens: string;
  trackClicks: string;
  state: MessageState;
  /** Mailjet's message state number (mailjet-api §5.7), or null. */
  reason: number | null;
  attempts: number;
  /** An attempt's outcome was lost: the recipient may have the message although a later attempt says otherwise. */
  wasUnknown: boolean;
  acceptedAt: Date;
  changedAt: Date;
}

// The reasons that speak of the address or its domain as such: sending again would only do harm. A full mailbox, a
// policy or a broken connection may be gone tomorrow.
const lastingReasons: readonly number[] = [
  messageReasons.userUnknown,
  messageReasons.mailboxInactive,
  messageReasons.invalidDomain,
  messageReasons.noMailHost,
];

/** The reasons of a hard bounce. */
export function hardBounceReasons(): number[] {
  return [...lastingReasons];
}

/** Is this a bounce that will come again whenever the address is tried? */
export function isHardBounce({ state, reason }: Pick<Message, "state" | "reason">): boolean {
  return state === "bounced" && reason !== null && lastingReasons.includes(reason);
}

/** The number an account knows a recipient by: the first 52 bits of the address's keyed hash, so that it fits a
 *  JavaScript number exactly. */
export function contactIdOf(lookup: Buffer): bigint {
  return (lookup.readBigUInt64BE(0) >> 12n) + 1n;
}

/** The range of hashes that have this contact number: for an index range scan. */
export function lookupRangeOf(contactId: bigint): { from: Buffer; until: Buffer } | null {
  const prefix = contactId - 1n;
  if (prefix < 0n || prefix >= 1n << 52n) return null;
  const from = Buffer.alloc(16);
  from.writeBigUInt64BE(prefix << 12n);
  const until = Buffer.alloc(16, 0xff);
  until.writeBigUInt64BE((prefix << 12n) | 0xfffn);
  return { from, until };
}

/** A version 4 UUID made of 16 bytes of a keyed hash: stable for a message, and no column is needed for it. */
export function uuidOf(hash: Buffer): string {
  const bytes = Buffer.from(hash.subarray(0, 16));
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = bytes.toString("hex");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
