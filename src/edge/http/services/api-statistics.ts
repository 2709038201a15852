import {
  selectCampaignStatistics,
  selectDomainStatistics,
  selectLinkStatistics,
  selectProviderStatistics,
  selectReasonStatistics,
  selectSeries,
} from "../../../core/statistics/index.ts";
import type { StatisticsApi } from "../api/statistics-api.ts";
import { readOwn, type ServiceContext } from "./context.ts";

/** The statistics of an account. */
export function statisticsApi(context: ServiceContext): StatisticsApi {
  const { keyring } = context;
  return {
    readSeries: (principal, wish) =>
      readOwn(context, principal, (reader) => selectSeries(reader, principal.accountId, wish)),
    listCampaignStatistics: (principal, wish) =>
      readOwn(context, principal, async (reader) => {
        const { accountId } = principal;
        const found = await selectCampaignStatistics(reader, accountId, wish);
        return found.map(({ id, sealedName, ...row }) => ({
          ...row,
          id,
          name: keyring.openIdentity({ table: "campaign", accountId, id }, sealedName).toString(),
        }));
      }),
    listDomainStatistics: (principal, wish) =>
      readOwn(context, principal, (reader) => selectDomainStatistics(reader, principal.accountId, wish)),
    listProviderStatistics: (principal, { campaignId, ...days }) =>
      readOwn(context, principal, (reader) =>
        selectProviderStatistics(reader, principal.accountId, { campaignId, days }),
      ),
    listReasonStatistics: (principal, { campaignId, ...days }) =>
      readOwn(context, principal, (reader) =>
        selectReasonStatistics(reader, principal.accountId, { campaignId: campaignId ?? 0n, ...days }),
      ),
    listLinkStatistics: (principal, { campaignId, offset, limit, ...days }) =>
      readOwn(context, principal, async (reader) => {
        const { accountId } = principal;
        const wish = { campaignId, days, offset, limit };
        return (await selectLinkStatistics(reader, accountId, wish)).map(({ id, sealedUrl, ...row }) => {
          const place = { table: "statistic_link_target", accountId, id: id ?? 0n };
          const url = sealedUrl === null ? "" : keyring.openIdentity(place, sealedUrl).toString();
          return { ...row, url };
        });
      }),
  };
}
