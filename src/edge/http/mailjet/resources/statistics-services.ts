import type {
  CampaignTotal,
  CampaignWish,
  Counter,
  CountryStatistics,
  Counts,
  DayRange,
  PlaceCounts,
  Slice,
  SliceWish,
  Timing,
  Total,
} from "../../../../core/statistics/index.ts";
import type { Principal } from "../../principal.ts";
import type { Page, Part } from "./page.ts";

/** A campaign with its counts and its name. */
export type CampaignRecord = Omit<CampaignTotal, "sealedName"> & { name: string };

/** A recipient domain with its counts. */
export interface DomainRecordCounts {
  domain: string;
  id: bigint;
  counts: PlaceCounts;
}

/** A link with its clicks. */
export interface LinkRecord {
  id: bigint;
  url: string;
  position: number;
  people: number;
  machine: number;
}

/** Something that happened to a message that is known. */
export interface EventRecord {
  id: bigint;
  at: Date;
  messageId: bigint;
  arrivedAt: Date;
  campaignId: bigint | null;
  contactId: bigint;
  kind: "bounced" | "blocked" | "opened" | "clicked";
  reason: number | null;
  isPermanent: boolean;
  url: string;
}

/** Which events are wanted. */
export interface EventFilter {
  kinds: "bounces" | "openings" | "clicks";
  from: Date;
  until: Date;
  campaignId: bigint | null;
  messageId: bigint | null;
}

/** What statistics are made of: sums, and lists of events. */
export interface StatisticsServices {
  /** @param wish `source` account has no id of its own */
  listSlices(principal: Principal, wish: SliceWish): Promise<Slice[]>;
  listTotals(
    principal: Principal,
    wish: { source: SliceWish["source"]; sourceIds: bigint[]; timing: Timing; from?: Date; until?: Date },
  ): Promise<Total[]>;
  /** The campaign of a name; null when there is none. */
  findCampaign(principal: Principal, name: string): Promise<bigint | null>;
  listCampaigns(
    principal: Principal,
    wish: Omit<CampaignWish, "lookup" | "offset" | "limit" | "order"> & { name: string | null },
    page: Page & { by: CampaignWish["order"]["by"] },
  ): Promise<Part<CampaignRecord>>;
  listDomainCounts(principal: Principal, days: DayRange, limit: number): Promise<DomainRecordCounts[]>;
  listProviders(principal: Principal, campaignId: bigint): Promise<{ name: string; counts: PlaceCounts }[]>;
  listCountries(
    principal: Principal,
    wish: { campaignId: bigint | null; days: DayRange | null },
  ): Promise<CountryStatistics[]>;
  listLinks(
    principal: Principal,
    wish: { campaignId: bigint | null; days: DayRange | null; offset: number; limit: number },
  ): Promise<LinkRecord[]>;
  listEvents(principal: Principal, filter: EventFilter, page: Page): Promise<Part<EventRecord>>;
}

/** What is counted of messages once they were tried. */
export const triedCounters: Counter[] = [
  ...(["sent", "deferred", "bouncedHard", "bouncedSoft"] as const),
  ...(["blocked", "cancelled", "expired", "unknown"] as const),
];

/** Messages that wait for their first try. */
export function queuedOf(counts: Counts): number {
  const seen = triedCounters.reduce((sum, counter) => sum + counts[counter], 0);
  return Math.max(0, counts.accepted - seen);
}
