import type { CountryStatistics, PlaceCounts } from "../../../../core/statistics/index.ts";
import { invalidParameter } from "../rest/failure.ts";
import { flagFilter, int64, text } from "../rest/property.ts";
import { type ActionCall, defineResource, type Listing, type Resource } from "../rest/resource.ts";
import type { SenderServices } from "./account-services.ts";
import { exportAction } from "./event-statistics.ts";
import { campaignFilters, daysOf, scopeOf } from "./statistics-filters.ts";
import type { LinkRecord, StatisticsServices } from "./statistics-services.ts";
import { requireAll } from "./total-statistics.ts";

const counted = { isReadOnly: true } as const;
type Services = StatisticsServices & Pick<SenderServices, "listSenders">;

/** `toplinkclicked`: links by how often people followed them. */
export function topLinkClickedResource(services: Services): Resource {
  return defineResource({
    name: "toplinkclicked",
    typeName: "TopLinkClicked",
    description: "Links by how often people followed them.",
    isReadOnly: true,
    properties: { ClickedCount: int64(counted), LinkId: int64(counted), Url: text(counted) },
    filters: { ...campaignFilters, ActualClicks: flagFilter(), Contact: int64(), Message: int64() },
    sort: { ID: "ascending" },
    list: async (query, { principal, now }): Promise<Listing<ReturnType<typeof linkOf>>> => {
      const { Contact, Message, FromTS, ToTS } = query.filters;
      const scope = await scopeOf(services, principal, query.filters);
      // Links are counted for all readers together.
      if (scope === null || Contact !== undefined || Message !== undefined) return { rows: [], total: 0 };
      if (scope.source === "sender") requireAll(scope, query.filters);
      const days = FromTS === undefined && ToTS === undefined ? null : daysOf(scope, now);
      const { campaignId } = scope;
      const all = await services.listLinks(principal, { campaignId, days, offset: 0, limit: linksMax });
      const rows = all.slice(query.offset, query.offset + query.limit).map(linkOf);
      return { rows, total: all.length };
    },
    actions: { export: exportAction },
  });
}

/** `geostatistics`: countries in which people read, as far as the operator has a list of them. */
export function geoStatisticsResource(services: Services): Resource {
  return defineResource({
    name: "geostatistics",
    typeName: "GeoStatistics",
    description: "Openings and clicks of people by country; those with too few together, under no name.",
    uniqueKey: "Country",
    isReadOnly: true,
    properties: { ClickedCount: int64(counted), Country: text(counted), OpenedCount: int64(counted) },
    filters: { ...campaignFilters, MessageStatus: text({ dataType: "TMessageStatus" }) },
    sort: {},
    list: async (query, { principal, now }): Promise<Listing<ReturnType<typeof countryOf>>> => {
      const { FromTS, ToTS } = query.filters;
      const scope = await scopeOf(services, principal, query.filters);
      if (scope === null) return { rows: [], total: 0 };
      if (scope.source === "sender") requireAll(scope, query.filters);
      const days = FromTS === undefined && ToTS === undefined ? null : daysOf(scope, now);
      const all = await services.listCountries(principal, { campaignId: scope.campaignId, days });
      const rows = all.slice(query.offset, query.offset + query.limit).map(countryOf);
      return { rows, total: all.length };
    },
    get: async (key, { principal }) => {
      if (key.kind !== "unique") return null;
      const all = await services.listCountries(principal, { campaignId: null, days: null });
      const found = all.find(({ country }) => country === key.parts[0]?.toUpperCase());
      return found === undefined ? null : countryOf(found);
    },
  });
}

function countryOf({ country, opened, clicked }: CountryStatistics) {
  return { ClickedCount: clicked, Country: country, OpenedCount: opened };
}

// Links of one campaign, or of an account, that are looked at: mails have dozens.
const linksMax = 1000;

function linkOf({ id, url, people }: LinkRecord) {
  return { ClickedCount: people, LinkId: id, Url: url };
}

/** `statistics/link-click` and `statistics/recipient-esp`: of one campaign. */
export function statisticsResource(services: Services): Resource {
  const get = (run: (call: ActionCall, campaignId: bigint) => Promise<Record<string, unknown>[]>) => ({
    ...{ isGlobal: true, parameters: {}, properties: {} },
    operations: { Get: (call: ActionCall) => run(call, campaignIn(call)) },
  });
  return defineResource({
    name: "statistics",
    typeName: "Statistics",
    description: "Links and large providers of a campaign.",
    isReadOnly: true,
    format: "compact",
    properties: {},
    filters: { CampaignId: int64(), ESP_Name: text() },
    sort: {},
    actions: {
      "link-click": get(async ({ context }, campaignId) => {
        const wish = { campaignId, days: null, offset: 0, limit: linksMax };
        return (await services.listLinks(context.principal, wish)).map(({ url, position, people }) => ({
          ClickedEventsCount: people,
          ClickedMessagesCount: people,
          PositionIndex: position,
          URL: url,
        }));
      }),
      "recipient-esp": get(async ({ context }, campaignId) => {
        const wanted = String((context.filters as { ESP_Name?: string }).ESP_Name ?? "").toLowerCase();
        const providers = await services.listProviders(context.principal, campaignId);
        return providers
          .filter(({ name }) => wanted === "" || name.toLowerCase() === wanted)
          .map(({ name, counts }) => providerOf(name, counts));
      }),
    },
  });
}

function campaignIn({ context }: ActionCall): bigint {
  const { CampaignId: id } = context.filters as { CampaignId?: bigint | number };
  if (id === undefined) throw invalidParameter("CampaignId", "");
  return BigInt(id);
}

function providerOf(name: string, counts: PlaceCounts) {
  const { sent, deferred, bouncedHard, blocked, unsubscribed, complained } = counts;
  const soft = counts.bouncedSoft + counts.expired;
  const attempted = sent + deferred + bouncedHard + soft + blocked;
  return {
    ESPName: name,
    AttemptedMessagesCount: attempted,
    ClickedMessagesCount: 0,
    DeferredMessagesCount: deferred,
    DeliveredMessagesCount: sent,
    HardBouncedMessagesCount: bouncedHard,
    OpenedMessagesCount: 0,
    SoftBouncedMessagesCount: soft,
    SpamReportsCount: complained,
    UnsubscribedMessagesCount: unsubscribed,
    OpenRate: 0,
    ClickThroughRate: 0,
    SoftBouncedRate: ratio(soft, attempted),
    HardBouncedRate: ratio(bouncedHard, attempted),
    UnsubscribedRate: ratio(unsubscribed, sent),
    SpamReportsRate: ratio(complained, sent),
    DeferredRate: ratio(deferred, attempted),
  };
}

function ratio(part: number, whole: number): number {
  return whole === 0 ? 0 : Math.round((part / whole) * 10_000) / 10_000;
}
