export { type Batch, type CountContext, countNext } from "./count-next.ts";
export { add, type Counter, type Counts, noCounts, noPlaceCounts, type PlaceCounts } from "./counts.ts";
export { holdings as statisticHoldings } from "./privacy.ts";
export {
  type CampaignStatistics,
  type CountryStatistics,
  type DayRange,
  type LinkStatistics,
  type PlaceStatistics,
  type Point,
  type ReasonStatistics,
  type SeriesWish,
  type Step,
  selectCampaignStatistics,
  selectCountryStatistics,
  selectDomainStatistics,
  selectLinkStatistics,
  selectProviderStatistics,
  selectReasonStatistics,
  selectSeries,
  steps,
} from "./read-store.ts";
export { type Days, rebuildStatistics } from "./rebuild.ts";
export { type Resolution, type Source, type Timing, timings } from "./tally.ts";
export { domainsOfDayMax } from "./tally-store.ts";
export {
  type CampaignTotal,
  type CampaignWish,
  countCampaigns,
  isBySums,
  type Slice,
  type SliceWish,
  selectCampaignTotals,
  selectSlices,
  selectTotals,
  type Total,
} from "./totals-store.ts";
