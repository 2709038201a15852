import { noPlaceCounts } from "../../../core/statistics/index.ts";
import type { StatisticsApi } from "../api/statistics-api.ts";
import type { StatisticsServices } from "../mailjet/resources/statistics-services.ts";

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

/** The same for Mailjet's resources. */
export function statisticsResourceMemory(): StatisticsServices {
  return {
    listSlices: async () => [],
    listTotals: async () => [],
    findCampaign: async () => null,
    listCampaigns: async () => ({ rows: [], total: 0 }),
    listDomainCounts: async () => [],
    listProviders: async () => [],
    listCountries: async () => [],
    listLinks: async () => [],
    listEvents: async () => ({ rows: [], total: 0 }),
  };
}
