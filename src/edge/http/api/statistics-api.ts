import type {
  Counts,
  DayRange,
  PlaceStatistics,
  Point,
  ReasonStatistics,
  SeriesWish,
  Timing,
} from "../../../core/statistics/index.ts";
import type { Principal } from "../principal.ts";

/** A campaign with its counts. */
export interface CampaignStatisticsView {
  id: bigint;
  name: string;
  createdAt: Date;
  counts: Counts;
}

/** A link with its clicks. */
export interface LinkStatisticsView {
  /** "" when it is not known any more where it leads. */
  url: string;
  position: number;
  people: number;
  machine: number;
}

/** The statistics of an account. */
export interface StatisticsApi {
  readSeries(principal: Principal, wish: SeriesWish): Promise<Point[]>;
  listCampaignStatistics(
    principal: Principal,
    wish: DayRange & { timing: Timing; offset: number; limit: number },
  ): Promise<CampaignStatisticsView[]>;
  listDomainStatistics(
    principal: Principal,
    wish: DayRange & { limit: number },
  ): Promise<{ domains: PlaceStatistics[]; others: PlaceStatistics["counts"]; count: number }>;
  listProviderStatistics(
    principal: Principal,
    wish: DayRange & { campaignId: bigint | null },
  ): Promise<PlaceStatistics[]>;
  listReasonStatistics(
    principal: Principal,
    wish: DayRange & { campaignId: bigint | null },
  ): Promise<ReasonStatistics[]>;
  listLinkStatistics(
    principal: Principal,
    wish: DayRange & { campaignId: bigint | null; offset: number; limit: number },
  ): Promise<LinkStatisticsView[]>;
}
