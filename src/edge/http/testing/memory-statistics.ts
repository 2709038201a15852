import { noPlaceCounts } from "../../../core/statistics/index.ts";
import type { StatisticsApi } from "../api/statistics-api.ts";

/** Statistics have tests of their own, with the database: here nothing was counted. */
export function statisticsMemory(): StatisticsApi {
  return {
    readSeries: async () => [],
    listCampaignStatistics: async () => [],
    listDomainStatistics: async () => ({ domains: [], others: noPlaceCounts(), count: 0 }),
    listProviderStatistics: async () => [],
    listReasonStatistics: async () => [],
    listLinkStatistics: async () => [],
  };
}
