import { createHash } from "node:crypto";
import type { Sql } from "../../base/database.ts";
import { dateOf, idAt } from "../../base/ids.ts";
import { isAddressProblem, normaliseForLookup, parseAddress } from "../../mail/address/index.ts";
import { selectSender, selectSenderIdsOfDomain, senderLookup } from "../domains/index.ts";
import { type EventKind, historyOf, type Verdict } from "../events/index.ts";
import type { Keyring } from "../keys/index.ts";
import { contactIdOf, lookupRangeOf, type Message, type MessageIdentity, uuidOf } from "./message.ts";
import {
  countMessages,
  type MessageSelection,
  type Standing,
  type StoredMessage,
  selectCampaignId,
  selectMessage,
  selectMessages,
} from "./read-store.ts";

// A message that was accepted while the list was being asked for has an id a little ahead of the clock.
const aheadMs = 60_000;

/** Which messages are wanted. What is absent restricts nothing; without `since`, it is everything that is kept. */
export interface MessageCriteria {
  /** The first instant of acceptance. */
  since?: Date;
  /** The first instant that does not count any more. */
  until?: Date;
  /** Only messages accepted before this one: where the last page ended. */
  beforeId?: bigint;
  standings?: Standing[];
  reason?: number;
  customId?: string;
  /** The recipient's address. */
  recipient?: string;
  contactId?: bigint;
  campaignId?: bigint;
  campaignName?: string;
  senderId?: bigint;
  senderAddress?: string;
  senderDomain?: string;
  /** The number of the recipient's domain: see `destinationIdOf`. */
  destinationId?: bigint;
}

/** Which of the messages, and what of them. Rows and their number are each read only when wanted. */
export interface MessagePage {
  offset: number;
  limit: number;
  isNewestFirst: boolean;
  wantsRows: boolean;
  wantsTotal: boolean;
  /** Open what is sealed: addresses, names, subjects. */
  wantsIdentity: boolean;
}

/** What reading an account's messages needs. The keys of the account must be loaded. */
export interface ReadContext {
  keyring: Keyring;
  accountId: bigint;
  now: Date;
}

/** A page of an account's messages, in order of acceptance. */
export async function listMessages(
  reader: Sql,
  context: ReadContext,
  criteria: MessageCriteria,
  page: MessagePage,
): Promise<{ messages: Message[]; total: number }> {
  const selection = await selectionOf(reader, context, criteria);
  if (selection === null) return { messages: [], total: 0 };
  const [rows, total] = await Promise.all([
    page.wantsRows ? selectMessages(reader, selection, page) : [],
    page.wantsTotal ? countMessages(reader, selection) : 0,
  ]);
  return { messages: rows.map((row) => openMessage(context.keyring, row, page.wantsIdentity)), total };
}

/** One message; null when the account has none with this id. */
export async function readMessage(
  reader: Sql,
  { keyring, accountId }: Pick<ReadContext, "keyring" | "accountId">,
  id: bigint,
  wantsIdentity: boolean,
): Promise<Message | null> {
  const row = await selectMessage(reader, { accountId, id });
  return row === undefined ? null : openMessage(keyring, row, wantsIdentity);
}

/** Something that happened to a message, with the remote server's words. */
export interface HistoryEntry {
  id: bigint;
  at: Date;
  kind: EventKind;
  reason: number | null;
  replyCode: number | null;
  enhanced: string | null;
  /** What the remote server said; null when it said nothing. */
  text: string | null;
  /** What we saw ourselves: a connection that broke, a policy that forbade it. */
  detail: string | null;
  /** The name of the remote server; null when none was reached. */
  host: string | null;
  /** Who opened or clicked, as far as the request told; null for everything else. */
  verdict: Verdict | null;
  /** Where a clicked link leads. */
  url: string | null;
}

/** What happened to a message, oldest first; nothing for a message the account does not have. */
export async function readHistory(
  reader: Sql,
  { keyring, accountId }: Pick<ReadContext, "keyring" | "accountId">,
  messageId: bigint,
): Promise<HistoryEntry[]> {
  const events = await historyOf(reader, accountId, messageId);
  return events.map((event) => {
    const { id, kind, reason, replyCode, enhanced, reading } = event;
    const verdict = reading?.verdict ?? null;
    return { id, at: dateOf(id), kind, reason, replyCode, enhanced, verdict, ...openWords(keyring, event) };
  });
}

/** What was said and seen when something happened: see `HistoryEntry`. */
export type Words = Pick<HistoryEntry, "text" | "detail" | "host" | "url">;

/** Opens the words of an event. The keys of its account must be loaded. */
export function openWords(
  keyring: Keyring,
  { accountId, id, sealed }: { accountId: bigint; id: bigint; sealed: Buffer | null },
): Words {
  const { text, detail, host, url } = openSaid(keyring, { accountId, id, sealed });
  return { text: text ?? null, detail: detail ?? null, host: host ?? null, url: url ?? null };
}

/** Has the server that took a message promised the reports that were asked for? */
export function isReportedByNext(keyring: Keyring, event: Parameters<typeof openWords>[1]): boolean {
  return openSaid(keyring, event).passesReports === true;
}

function openSaid(
  keyring: Keyring,
  { accountId, id, sealed }: Parameters<typeof openWords>[1],
): Partial<Words> & { passesReports?: true } {
  if (sealed === null) return {};
  return JSON.parse(keyring.openIdentity({ table: "event", accountId, id }, sealed).toString());
}

/** A number that stands for a recipient domain in every account (Mailjet's DestinationID): 52 bits of its hash, so that
 *  it fits a JavaScript number exactly. */
export function destinationIdOf(domain: string): bigint {
  const digits = createHash("sha256").update(domain).digest("hex").slice(0, 13);
  return BigInt(`0x${digits}`) + 1n;
}

function openMessage(keyring: Keyring, row: StoredMessage, wantsIdentity: boolean): Message {
  const { lookup, sealed, ...plain } = row;
  const { accountId, id } = row;
  const place = { table: "message", accountId, id };
  return {
    ...plain,
    uuid: uuidOf(keyring.lookup(accountId, `uuid/${id}`)),
    contactId: contactIdOf(lookup),
    acceptedAt: dateOf(id),
    identity: wantsIdentity
      ? (JSON.parse(keyring.openIdentity(place, sealed).toString()) as MessageIdentity)
      : null,
  };
}

/** Turns criteria into what is stored: names and addresses into keyed hashes, times into ids. Null when nothing can
 *  match, such as an address that is none. */
async function selectionOf(
  reader: Sql,
  context: ReadContext,
  criteria: MessageCriteria,
): Promise<MessageSelection | null> {
  const { accountId, keyring } = context;
  const range = rangeOf(criteria, context.now);
  const recipient = recipientOf(context, criteria);
  const campaignId = await campaignOf(reader, context, criteria);
  const senderIds = await sendersOf(reader, context, criteria);
  const { standings, reason, destinationId, customId } = criteria;
  if (recipient === null || campaignId === null || senderIds === null || !isReason(reason)) return null;
  return {
    accountId,
    ...range,
    ...recipient,
    ...(customId === undefined ? {} : { customLookup: keyring.lookup(accountId, `custom/${customId}`) }),
    ...(campaignId === undefined ? {} : { campaignId }),
    ...(senderIds === undefined ? {} : { senderIds }),
    ...(standings === undefined ? {} : { standings }),
    ...(reason === undefined ? {} : { reason }),
    ...(destinationId === undefined ? {} : { destinationId }),
  };
}

// The column is a smallint, and PostgreSQL refuses to compare it with anything larger.
function isReason(reason: number | undefined): boolean {
  return reason === undefined || (Number.isInteger(reason) && reason >= 0 && reason < 2 ** 15);
}

function rangeOf(
  { since, until, beforeId }: MessageCriteria,
  now: Date,
): { fromId: bigint; untilId: bigint } {
  const newestMs = now.getTime() + aheadMs;
  const fromId = idAt(new Date(Math.max(since?.getTime() ?? 0, 0)));
  const endId = idAt(new Date(Math.min(until?.getTime() ?? newestMs, newestMs)));
  return { fromId, untilId: beforeId !== undefined && beforeId < endId ? beforeId : endId };
}

function recipientOf(
  { keyring, accountId }: ReadContext,
  { recipient, contactId }: MessageCriteria,
): Pick<MessageSelection, "lookup" | "lookupRange"> | null {
  const selection: Pick<MessageSelection, "lookup" | "lookupRange"> = {};
  if (recipient !== undefined) {
    const address = parseAddress(recipient.trim());
    if (isAddressProblem(address)) return null;
    selection.lookup = keyring.lookup(accountId, normaliseForLookup(address));
  }
  if (contactId !== undefined) {
    const range = lookupRangeOf(contactId);
    if (range === null) return null;
    selection.lookupRange = range;
  }
  return selection;
}

// Undefined restricts nothing, null finds nothing.
async function campaignOf(
  reader: Sql,
  { keyring, accountId }: ReadContext,
  { campaignId, campaignName }: MessageCriteria,
): Promise<bigint | undefined | null> {
  if (campaignName === undefined) return campaignId;
  const lookup = keyring.lookup(accountId, `campaign/${campaignName}`);
  const found = await selectCampaignId(reader, accountId, lookup);
  if (found === undefined || (campaignId !== undefined && campaignId !== found)) return null;
  return found;
}

async function sendersOf(
  reader: Sql,
  context: ReadContext,
  { senderId, senderAddress, senderDomain }: MessageCriteria,
): Promise<bigint[] | undefined | null> {
  const sets: bigint[][] = [];
  if (senderId !== undefined) sets.push([senderId]);
  if (senderAddress !== undefined) sets.push(await senderNamed(reader, context, senderAddress));
  if (senderDomain !== undefined) {
    sets.push(await selectSenderIdsOfDomain(reader, context.accountId, senderDomain.trim().toLowerCase()));
  }
  const [first, ...others] = sets;
  if (first === undefined) return undefined;
  const common = first.filter((id) => others.every((set) => set.includes(id)));
  return common.length === 0 ? null : common;
}

async function senderNamed(
  reader: Sql,
  { keyring, accountId }: ReadContext,
  text: string,
): Promise<bigint[]> {
  const address = parseAddress(text.trim());
  if (isAddressProblem(address)) return [];
  const lookup = senderLookup(keyring, accountId, normaliseForLookup(address));
  const sender = await selectSender(reader, accountId, { lookup });
  return sender === undefined ? [] : [sender.id];
}
