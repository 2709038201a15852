import type { Properties } from "../rest/property.ts";
import { flagFilter, int64, object, reference, text, time } from "../rest/property.ts";
import { type Declaration, defineResource, type Resource } from "../rest/resource.ts";
import { exportAction } from "./event-statistics.ts";
import { campaignFilters, countProperties } from "./statistics-filters.ts";

const counted = { isReadOnly: true } as const;

const activity = {
  Blocked: flagFilter(),
  Bounced: flagFilter(),
  Click: flagFilter(),
  HardBounced: flagFilter(),
  LastActivityAt: time(),
  MaxLastActivityAt: time(),
  MinLastActivityAt: time(),
  Open: flagFilter(),
  Queued: flagFilter(),
  Sent: flagFilter(),
  SoftBounced: flagFilter(),
  Spam: flagFilter(),
  Unsubscribed: flagFilter(),
};

type Empty = Pick<
  Declaration<Properties, Properties>,
  "name" | "typeName" | "description" | "properties" | "filters" | "uniqueKey" | "sort" | "actions"
>;

function empty(declaration: Empty): Resource {
  return defineResource({
    ...declaration,
    isReadOnly: true,
    list: async () => ({ rows: [], total: 0 }),
    get: async () => null,
  });
}

/** Statistics of contacts and lists, which do not exist yet, and of what is not kept: mail programs, profiles.
 *  They answer as for an account that has none. */
export function emptyStatisticsResources(): Resource[] {
  return [...ofContacts(), ...ofLists(), ...ofReaders(), ...others()];
}

function ofContacts(): Resource[] {
  return [
    empty({
      name: "contactstatistics",
      typeName: "ContactStatistics",
      description: "Counts by contact.",
      uniqueKey: "Email",
      properties: {
        ...countProperties,
        Contact: reference("TContact", counted),
        LastActivityAt: time(counted),
        MarketingContacts: int64(counted),
        UserMarketingContacts: int64(counted),
      },
      filters: { ...activity, IncludeAnonymized: flagFilter({ isUndescribed: true }) },
      sort: { ID: "ascending", ProcessedCount: "both" },
      actions: { export: exportAction },
    }),
    empty({
      name: "listrecipientstatistics",
      typeName: "ListRecipientStatistics",
      description: "Counts by contact of a list.",
      properties: {
        ...countProperties,
        Data: object({ ...counted, dataType: "TKeyValueList" }),
        LastActivityAt: time(counted),
        ListRecipient: reference("TListRecipient", counted),
      },
      filters: {
        ...activity,
        Contact: int64(),
        ContactsList: int64(),
        DateFormat: text(),
        IsActive: flagFilter(),
        IsExcludedFromCampaigns: flagFilter(),
        IsUnsubscribed: flagFilter(),
        MaxUnsubscribedAt: time(),
        MinUnsubscribedAt: time(),
        ShowExtraData: flagFilter(),
        TimeZone: text(),
      },
      sort: { ID: "ascending", ProcessedCount: "both", Email: "both" },
      actions: { export: exportAction },
    }),
  ];
}

function ofLists(): Resource[] {
  return [
    empty({
      name: "liststatistics",
      typeName: "ListStatistics",
      description: "Counts by list.",
      properties: {
        ...countProperties,
        ActiveCount: int64(counted),
        ActiveExcludedSubscriberCount: int64(counted),
        ActiveUnsubscribedCount: int64(counted),
        Address: text(counted),
        CreatedAt: time(counted),
        ExcludedSubscriberCount: int64(counted),
        ID: int64(counted),
        IsDeleted: flagFilter(counted),
        LastActivityAt: time(counted),
        Name: text(counted),
        SubscriberCount: int64(counted),
      },
      filters: {
        ...activity,
        Address: text(),
        ContactsListID: int64(),
        IsDeleted: flagFilter(),
        Name: text(),
      },
      sort: { ID: "both", ProcessedCount: "both", IsDeleted: "both", Name: "both" },
    }),
    empty({
      name: "contactactivity",
      typeName: "ContactActivity",
      description: "What contacts did.",
      properties: {
        Activity: text(counted),
        ContactId: int64(counted),
        CreatedAt: int64(counted),
        Details: text(counted),
        EventGuid: text(counted),
        Geo: text(counted),
        ID: int64(counted),
        Ip: text(counted),
        SourceId: int64(counted),
      },
      filters: { ContactId: int64() },
      sort: { ID: "ascending" },
    }),
  ];
}

function ofReaders(): Resource[] {
  return [
    empty({
      name: "useragentstatistics",
      typeName: "UserAgentStatistics",
      description: "Counts by mail program, which is not kept.",
      properties: {
        Count: int64(counted),
        DistinctCount: int64(counted),
        Platform: text({ ...counted, isRequired: true }),
        UserAgent: text({ ...counted, isRequired: true }),
      },
      filters: { ...campaignFilters, Event: text(), ExcludePlatform: text(), Platform: text() },
      sort: {},
    }),
    empty({
      name: "useragent",
      typeName: "UserAgent",
      description: "Mail programs, which are not kept.",
      properties: {
        Browser: text(counted),
        ID: int64(counted),
        IsBot: flagFilter(counted),
        IsMobile: flagFilter(counted),
        Platform: text(counted),
      },
      filters: {},
      sort: {},
    }),
  ];
}

function others(): Resource[] {
  return [
    empty({
      name: "useractivity",
      typeName: "UserActivity",
      description: "What users of an account did.",
      properties: { ts: time(counted), uid: int64(counted), use: int64(counted) },
      filters: { ts: time(), uid: int64() },
      sort: { ID: "ascending" },
    }),
    empty({
      name: "activitycounters",
      typeName: "ActivityCounters",
      description: "Counters of contacts.",
      properties: {
        APIKeyID: int64(counted),
        ContactCount: int64(counted),
        ContactCount2: int64(counted),
        EventCount: int64(counted),
        EventCount2: int64(counted),
        SourceID: int64(counted),
        SourceID2: int64(counted),
        Timeslice: text(counted),
      },
      filters: { APIKeyID: int64(), CounterType: text(), FromTS: time(), ToTS: time() },
      sort: {},
    }),
    empty({
      name: "aggregategraphstatistics",
      typeName: "AggregateGraphStatistics",
      description: "Means over campaigns that were put together, of which there are none.",
      properties: Object.fromEntries(aggregates.map((name) => [name, int64(counted)])),
      filters: { CampaignAggregateID: int64(), Range: text() },
      sort: { ID: "ascending" },
    }),
  ];
}

const aggregates = [
  ...["Blocked", "Bounced", "Clicked", "Opened", "Sent", "SpamComplaint", "Unsubscribed"].map(
    (what) => `${what}Count`,
  ),
  ...["Blocked", "Bounced", "Clicked", "Opened", "Sent", "Spamcomplaint", "Unsubscribed"].map(
    (what) => `${what}StdDev`,
  ),
  "CampaignAggregateID",
  "RefTimestamp",
];
