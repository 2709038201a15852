import type { Counts, Source } from "../../../../core/statistics/index.ts";
import type { Principal } from "../../principal.ts";
import { RestFailure } from "../rest/failure.ts";
import { flagFilter, int16, int64, text, time } from "../rest/property.ts";
import type { Context } from "../rest/resource.ts";
import type { SenderServices } from "./account-services.ts";
import { readOrigin } from "./message-filters.ts";
import { queuedOf, type StatisticsServices } from "./statistics-services.ts";

/** What most statistics can be asked for. */
export const campaignFilters = {
  CampaignID: int64(),
  CampaignStatus: int16(),
  ContactsList: int64(),
  ContactsListID: int64(),
  CustomCampaign: text(),
  From: text(),
  FromDomain: text(),
  FromID: int64(),
  FromTS: time(),
  FromType: text({ dataType: "LongInt" }),
  IsDeleted: flagFilter(),
  IsNewsletterTool: flagFilter(),
  IsStarred: flagFilter(),
  Period: text(),
  ToTS: time(),
};

/** Of what statistics are wanted. */
export interface Scope {
  source: Source;
  sourceIds: bigint[];
  /** Null for all. */
  campaignId: bigint | null;
  from: Date | null;
  until: Date | null;
}

/** As Mailjet numbers the states of campaigns: every campaign here is sent. */
export const sentStatus = 2;

/** A filter that the sums know nothing of is better refused than ignored. */
export function notCounted(name: string, reason: string): RestFailure {
  return new RestFailure(400, `${reason}: leave out ${name}`, { relatedTo: [name] });
}

/** Reads the filters of the campaign group; null when nothing can match. There are no lists, newsletters, starred or
 *  deleted campaigns, and every message is a transactional one.
 *  @throws RestFailure 400 for a filter that the sums do not know */
export async function scopeOf(
  services: StatisticsServices & Pick<SenderServices, "listSenders">,
  principal: Principal,
  wanted: Context<typeof campaignFilters>["filters"] & { MessageStatus?: string },
): Promise<Scope | null> {
  if ((wanted.MessageStatus ?? "") !== "") {
    throw notCounted("MessageStatus", "There is a count for each status, and no other sum by it");
  }
  const isElsewhere =
    wanted.ContactsList !== undefined ||
    wanted.ContactsListID !== undefined ||
    wanted.IsDeleted === true ||
    wanted.IsNewsletterTool === true ||
    wanted.IsStarred === true ||
    (wanted.CampaignStatus ?? sentStatus) !== sentStatus ||
    (wanted.FromType !== undefined && readOrigin(wanted.FromType) !== "transactional");
  if (isElsewhere) return null;
  const time = { from: wanted.FromTS ?? null, until: wanted.ToTS ?? null };
  const campaignId = await campaignOf(services, principal, wanted);
  if (campaignId === "none") return null;
  if (campaignId === null && wanted.CampaignStatus !== undefined) {
    throw notCounted("CampaignStatus", "Without a campaign, messages of none are counted, too");
  }
  const senderIds = await sendersOf(services, principal, wanted);
  if (senderIds?.length === 0) return null;
  if (campaignId !== null && senderIds !== null) {
    const named = (["From", "FromID", "FromDomain"] as const).find((name) => wanted[name] !== undefined);
    throw notCounted(named ?? "From", "Nothing is counted by campaign and sender together");
  }
  if (campaignId !== null) return { source: "campaign", sourceIds: [campaignId], campaignId, ...time };
  if (senderIds !== null) return { source: "sender", sourceIds: senderIds, campaignId: null, ...time };
  return { source: "account", sourceIds: [0n], campaignId: null, ...time };
}

async function campaignOf(
  services: StatisticsServices,
  principal: Principal,
  { CampaignID: id, CustomCampaign: name }: { CampaignID?: bigint | number; CustomCampaign?: string },
): Promise<bigint | "none" | null> {
  if (name === undefined || name === "") return id === undefined ? null : BigInt(id);
  const named = await services.findCampaign(principal, name);
  if (named === null) return "none";
  return id === undefined || BigInt(id) === named ? named : "none";
}

async function sendersOf(
  services: Pick<SenderServices, "listSenders">,
  principal: Principal,
  wanted: { From?: string; FromDomain?: string; FromID?: bigint | number },
): Promise<bigint[] | null> {
  const { From: address, FromDomain: domain, FromID: id } = wanted;
  if (address === undefined && domain === undefined && id === undefined) return null;
  const senders = await services.listSenders(principal);
  return senders
    .filter(
      (sender) =>
        (id === undefined || sender.id === BigInt(id)) &&
        (address === undefined || sender.address.toLowerCase() === address.toLowerCase()) &&
        (domain === undefined || sender.address.toLowerCase().endsWith(`@${domain.toLowerCase()}`)),
    )
    .map((sender) => sender.id);
}

/** Whole days in UTC that hold a time. */
export function daysOf({ from, until }: { from: Date | null; until: Date | null }, now: Date) {
  const [first, last] = [from ?? new Date(0), until ?? now];
  const end = new Date(Math.ceil((last.getTime() + 1) / dayMs) * dayMs);
  return { fromDay: first.toISOString().slice(0, 10), untilDay: end.toISOString().slice(0, 10) };
}

/** The same as instants; nothing is restricted where nothing was said. */
export function boundsOf({ from, until }: { from: Date | null; until: Date | null }): {
  from?: Date;
  until?: Date;
} {
  return {
    ...(from === null ? {} : { from: new Date(Math.floor(from.getTime() / dayMs) * dayMs) }),
    ...(until === null ? {} : { until: new Date(Math.ceil(until.getTime() / dayMs) * dayMs) }),
  };
}

export const dayMs = 86_400_000;

const counted = { isReadOnly: true } as const;

/** The counts most statistics show. */
export const countProperties = {
  BlockedCount: int64(counted),
  BouncedCount: int64(counted),
  ClickedCount: int64(counted),
  DeferredCount: int64(counted),
  DeliveredCount: int64(counted),
  HardBouncedCount: int64(counted),
  OpenedCount: int64(counted),
  PreQueuedCount: int64(counted),
  ProcessedCount: int64(counted),
  QueuedCount: int64(counted),
  SoftBouncedCount: int64(counted),
  SpamComplaintCount: int64(counted),
  UnsubscribedCount: int64(counted),
  WorkFlowExitedCount: int64(counted),
};

/** Counts in Mailjet's words: cancelled messages are blocked, expired ones soft bounces; openings and clicks are those of
 *  people. */
export function countFields(counts: Counts) {
  const soft = counts.bouncedSoft + counts.expired;
  return {
    BlockedCount: counts.blocked + counts.cancelled,
    BouncedCount: counts.bouncedHard + soft,
    ClickedCount: counts.clickedMessages,
    DeferredCount: counts.deferred,
    DeliveredCount: counts.sent,
    HardBouncedCount: counts.bouncedHard,
    OpenedCount: counts.openedMessages,
    PreQueuedCount: 0,
    ProcessedCount: counts.accepted,
    QueuedCount: queuedOf(counts),
    SoftBouncedCount: soft,
    SpamComplaintCount: counts.complained,
    UnsubscribedCount: counts.unsubscribed,
    WorkFlowExitedCount: 0,
  };
}
