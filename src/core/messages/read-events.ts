import type { Sql } from "../../base/database.ts";
import { dateOf } from "../../base/ids.ts";
import type { RecordedEvent } from "../events/index.ts";
import type { Keyring } from "../keys/index.ts";
import { contactIdOf, type MessageIdentity, uuidOf } from "./message.ts";
import { openWords, type Words } from "./read.ts";
import { selectCampaignNames } from "./read-store.ts";
import { type ComposableRow, selectComposable } from "./store.ts";

/** The message an event is about. */
export interface EventMessage {
  id: bigint;
  uuid: string;
  contactId: bigint;
  campaignId: bigint | null;
  /** The sender's name for the campaign; "" without one. */
  campaign: string;
  identity: MessageIdentity;
}

/** An event with what it is about, opened. */
export interface DescribedEvent {
  event: RecordedEvent;
  at: Date;
  words: Words;
  /** Null when the message has reached the end of its retention, or was counted without knowing which it was. */
  message: EventMessage | null;
}

/** Opens events of one account, whose keys must be loaded: two queries by key, however many there are. */
export async function describeEvents(
  reader: Sql,
  keyring: Keyring,
  accountId: bigint,
  events: readonly RecordedEvent[],
): Promise<DescribedEvent[]> {
  if (events.length === 0) return [];
  const ids = [...new Set(events.flatMap(({ messageId }) => messageId ?? []))];
  const keys = ids.map((id) => ({ accountId, id }));
  const rows = keys.length === 0 ? [] : await selectComposable(reader, keys);
  const campaignIds = [...new Set(rows.flatMap(({ campaignId }) => campaignId ?? []))];
  const campaigns = new Map(
    (await selectCampaignNames(reader, accountId, campaignIds)).map(({ id, sealedName }) => [
      id,
      keyring.openIdentity({ table: "campaign", accountId, id }, sealedName).toString(),
    ]),
  );
  const messages = new Map(rows.map((row) => [row.id, openMessage(keyring, row, campaigns)]));
  return events.map((event) => ({
    event,
    at: dateOf(event.id),
    words: openWords(keyring, event),
    message: event.messageId === null ? null : (messages.get(event.messageId) ?? null),
  }));
}

function openMessage(
  keyring: Keyring,
  { accountId, id, lookup, sealed, campaignId }: ComposableRow,
  campaigns: ReadonlyMap<bigint, string>,
): EventMessage {
  const identity = keyring.openIdentity({ table: "message", accountId, id }, sealed).toString();
  return {
    id,
    uuid: uuidOf(keyring.lookup(accountId, `uuid/${id}`)),
    contactId: contactIdOf(lookup),
    campaignId,
    campaign: campaignId === null ? "" : (campaigns.get(campaignId) ?? ""),
    identity: JSON.parse(identity) as MessageIdentity,
  };
}
