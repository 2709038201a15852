import { add, type Counts, noCounts } from "../../../../core/statistics/index.ts";
import type { Principal } from "../../principal.ts";
import { invalidParameter } from "../rest/failure.ts";
import { decimal, flagFilter, int32, int64, reference, text, time } from "../rest/property.ts";
import { defineResource, type Resource } from "../rest/resource.ts";
import { pageOf } from "../rest/rows.ts";
import type { SenderRecord, SenderServices } from "./account-services.ts";
import { findByKey } from "./lookup.ts";
import {
  boundsOf,
  campaignFilters,
  countFields,
  countProperties,
  dayMs,
  daysOf,
  type Scope,
  scopeOf,
} from "./statistics-filters.ts";
import type { StatisticsServices } from "./statistics-services.ts";

const counted = { isReadOnly: true } as const;
const MessageStatus = text({ dataType: "TMessageStatus" });
type Services = StatisticsServices & Pick<SenderServices, "listSenders">;

// What one source is made of is the sum over its parts: several senders of a domain.
async function totalOf(services: Services, principal: Principal, scope: Scope | null): Promise<Counts> {
  const sum = noCounts();
  if (scope === null) return sum;
  const { source, sourceIds } = scope;
  const wish = { source, sourceIds, timing: "message", ...boundsOf(scope) } as const;
  for (const { counts } of await services.listTotals(principal, wish)) add(sum, counts);
  return sum;
}

/** `apikeytotals`: everything that was ever counted. */
export function apiKeyTotalsResource(services: Services): Resource {
  const { QueuedCount: _, SpamComplaintCount, ...shared } = countProperties;
  return defineResource({
    name: "apikeytotals",
    typeName: "APIKeyTotals",
    description: "Everything that was ever counted.",
    isReadOnly: true,
    properties: { ...shared, LastActivity: int64(counted), SpamcomplaintCount: SpamComplaintCount },
    filters: {},
    sort: { ID: "ascending" },
    list: async (query, { principal }) => {
      const [total] = await services.listTotals(principal, {
        ...{ source: "account", timing: "message" },
        sourceIds: [0n],
      });
      const {
        QueuedCount: PreQueuedCount,
        SpamComplaintCount: SpamcomplaintCount,
        ...rest
      } = countFields(total?.counts ?? noCounts());
      const LastActivity = Math.floor((total?.lastAt?.getTime() ?? 0) / 1000);
      return pageOf([{ ...rest, PreQueuedCount, SpamcomplaintCount, LastActivity }], query, {});
    },
  });
}

/** `messagestatistics`: one row of sums. */
export function messageStatisticsResource(services: Services): Resource {
  const { PreQueuedCount: _, WorkFlowExitedCount: __, ...shared } = countProperties;
  return defineResource({
    name: "messagestatistics",
    typeName: "MessageStatistics",
    description: "Sums over messages.",
    isReadOnly: true,
    properties: {
      ...shared,
      AverageClickDelay: decimal(counted),
      AverageClickedCount: decimal(counted),
      AverageOpenDelay: decimal(counted),
      AverageOpenedCount: decimal(counted),
      CampaignCount: int64(counted),
      TotalClicksCount: int64(counted),
      TotalOpensCount: int64(counted),
      TransactionalCount: int64(counted),
    },
    filters: {
      ...campaignFilters,
      ContactEmail: text(),
      ContactID: int64(),
      ContactListID: int64(),
      MessageStatus,
      ProcessTotalClicksCount: flagFilter(),
      ProcessTotalOpensCount: flagFilter(),
    },
    sort: { ID: "ascending" },
    list: async (query, { principal }) => {
      const { ContactEmail, ContactID, ContactListID } = query.filters;
      // Nothing is summed up by contact: that would be a profile of a person.
      const isNobodys = [ContactEmail, ContactID, ContactListID].some((value) => value !== undefined);
      const scope = isNobodys ? null : await scopeOf(services, principal, query.filters);
      const counts = await totalOf(services, principal, scope);
      const { PreQueuedCount: ___, WorkFlowExitedCount: ____, ...fields } = countFields(counts);
      const row = {
        ...fields,
        AverageClickDelay: 0,
        AverageClickedCount: ratio(counts.clickedPeople, counts.sent),
        AverageOpenDelay: 0,
        AverageOpenedCount: ratio(counts.openedPeople, counts.sent),
        CampaignCount: 0,
        TotalClicksCount: counts.clickedPeople,
        TotalOpensCount: counts.openedPeople,
        TransactionalCount: counts.accepted,
      };
      return pageOf([row], query, {});
    },
  });
}

function ratio(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole;
}

/** `openstatistics`: openings over what was processed. */
export function openStatisticsResource(services: Services): Resource {
  return defineResource({
    name: "openstatistics",
    typeName: "OpenStatistics",
    description: "Openings over what was processed.",
    isReadOnly: true,
    properties: {
      OpenedCount: int64(counted),
      OpenedDelay: decimal(counted),
      ProcessedCount: int64(counted),
    },
    filters: { ...campaignFilters, MessageStatus },
    sort: { ID: "ascending" },
    list: async (query, { principal }) => {
      const counts = await totalOf(services, principal, await scopeOf(services, principal, query.filters));
      const row = { OpenedCount: counts.openedMessages, OpenedDelay: 0, ProcessedCount: counts.accepted };
      return pageOf([row], query, {});
    },
  });
}

const senderFilters = {
  Blocked: flagFilter(),
  Bounced: flagFilter(),
  Click: flagFilter(),
  domain: text(),
  Email: text(),
  HardBounced: flagFilter(),
  MaxLastActivityAt: time(),
  MinLastActivityAt: time(),
  Open: flagFilter(),
  Queued: flagFilter(),
  Sender: int64(),
  SenderID: int64(),
  Sent: flagFilter(),
  SoftBounced: flagFilter(),
  Spam: flagFilter(),
  Unsubscribed: flagFilter(),
};

/** `senderstatistics`: the sums of all time by sender. */
export function senderStatisticsResource(services: Services): Resource {
  const rowsOf = async (principal: Principal) => {
    const senders = await services.listSenders(principal);
    const totals = await services.listTotals(principal, {
      ...{ source: "sender", timing: "message" },
      sourceIds: senders.map(({ id }) => id),
    });
    const known = new Map(totals.map((total) => [total.sourceId, total]));
    return senders.map((sender) => ({
      id: sender.id,
      address: sender.address,
      row: {
        ...countFields(known.get(sender.id)?.counts ?? noCounts()),
        LastActivityAt: known.get(sender.id)?.lastAt ?? null,
        SenderID: sender.id as bigint | null,
      },
    }));
  };
  return defineResource({
    name: "senderstatistics",
    typeName: "SenderStatistics",
    description: "Counts by sender.",
    isReadOnly: true,
    uniqueKey: "Email",
    properties: {
      ...countProperties,
      LastActivityAt: time(counted),
      Sender: reference("TSender", { ...counted, isRequired: true }),
    },
    filters: senderFilters,
    sort: { ID: "ascending", ProcessedCount: "both" },
    list: async (query, { principal }) => {
      const { domain, Email, Sender, SenderID } = query.filters;
      const wanted = (await rowsOf(principal)).filter(
        ({ id, address }) =>
          matches(address, domain, Email) &&
          [Sender, SenderID].every((value) => value === undefined || BigInt(value) === id),
      );
      type Row = (typeof wanted)[number]["row"];
      const has = (field: keyof Row) => (row: Row, isWanted: boolean) => Number(row[field]) > 0 === isWanted;
      const at = (row: Row) => row.LastActivityAt?.getTime() ?? 0;
      return pageOf(
        wanted.map(({ row }) => row),
        query,
        {
          Blocked: has("BlockedCount"),
          Bounced: has("BouncedCount"),
          Click: has("ClickedCount"),
          HardBounced: has("HardBouncedCount"),
          Open: has("OpenedCount"),
          Queued: has("QueuedCount"),
          Sent: has("DeliveredCount"),
          SoftBounced: has("SoftBouncedCount"),
          Spam: has("SpamComplaintCount"),
          Unsubscribed: has("UnsubscribedCount"),
          MaxLastActivityAt: (row, wish) => at(row) <= wish.getTime(),
          MinLastActivityAt: (row, wish) => at(row) >= wish.getTime(),
        },
      );
    },
    get: async (key, { principal }) =>
      findByKey(await rowsOf(principal), key, ({ address }) => address)?.row ?? null,
  });
}

function matches(
  address: SenderRecord["address"],
  domain: string | undefined,
  wanted: string | undefined,
): boolean {
  const own = address.toLowerCase();
  return (
    (wanted === undefined || own === wanted.toLowerCase()) &&
    (domain === undefined || own.endsWith(`@${domain.toLowerCase()}`))
  );
}

// Domains of one answer; those with most messages come first.
const domainsMax = 1000;

/** `domainstatistics`: counts by the recipients' domain, when they happened. */
export function domainStatisticsResource(services: Services): Resource {
  const { DeferredCount: _, HardBouncedCount: __, SoftBouncedCount: ___, ...some } = countProperties;
  const { PreQueuedCount: ____, WorkFlowExitedCount: _____, ...shared } = some;
  return defineResource({
    name: "domainstatistics",
    typeName: "DomainStatistics",
    description: "Counts by the recipients' domain.",
    isReadOnly: true,
    properties: { ...shared, Domain: text(counted), ID: int64(counted) },
    filters: { ...campaignFilters, MessageStatus },
    sort: { ID: "ascending" },
    list: async (query, { principal, now }) => {
      const scope = await scopeOf(services, principal, query.filters);
      if (scope === null) return { rows: [], total: 0 };
      requireAll(scope, query.filters);
      const from = scope.from ?? new Date((scope.until ?? now).getTime() - graphDays * dayMs);
      const days = daysOf({ ...scope, from }, now);
      const domains = await services.listDomainCounts(principal, days, domainsMax);
      const rows = domains.map(({ domain, id, counts }) => {
        const bounced = counts.bouncedHard + counts.bouncedSoft + counts.expired;
        return {
          BlockedCount: counts.blocked,
          BouncedCount: bounced,
          ClickedCount: 0,
          DeliveredCount: counts.sent,
          Domain: domain,
          ID: id,
          OpenedCount: 0,
          ProcessedCount: counts.sent + bounced + counts.blocked,
          QueuedCount: 0,
          SpamComplaintCount: counts.complained,
          UnsubscribedCount: counts.unsubscribed,
        };
      });
      return pageOf(rows, query, {});
    },
  });
}

/** Statistics that are kept of the whole account only: a filter that cannot be followed is better refused than ignored.
 *  @throws RestFailure 400 */
export function requireAll(scope: Scope, filters: object): void {
  if (scope.source === "account") return;
  const names = ["CampaignID", "CustomCampaign", "FromID", "From", "FromDomain"];
  const [name, value] = Object.entries(filters).find(([each]) => names.includes(each)) ?? ["", ""];
  throw invalidParameter(name, String(value));
}

const scales: Record<string, "hour" | "day"> = { hour: "hour", day: "day" };
// Points of one chart, the newest.
const pointsMax = 1000;

/** `graphstatistics`: counts over time. */
export function graphStatisticsResource(services: Services): Resource {
  const { PreQueuedCount: _, WorkFlowExitedCount: __, SpamComplaintCount, ...shared } = countProperties;
  return defineResource({
    name: "graphstatistics",
    typeName: "GraphStatistics",
    description: "Counts over time.",
    isReadOnly: true,
    properties: {
      ...shared,
      RefTimestamp: text(counted),
      SendtimeStart: int64(counted),
      SpamcomplaintCount: SpamComplaintCount,
    },
    filters: {
      ...campaignFilters,
      Contact: int32(),
      MessageStatus: text(),
      RefTimeStampOldFormat: flagFilter(),
      Scale: text(),
      TimeShift: time(),
      WorkflowID: int64(),
    },
    sort: { ID: "ascending" },
    list: async (query, { principal, now }) => {
      const { Contact, WorkflowID, Scale = "Day", RefTimeStampOldFormat: isOld } = query.filters;
      const resolution = scales[Scale.toLowerCase()];
      if (resolution === undefined) throw invalidParameter("Scale", Scale);
      const scope = await scopeOf(services, principal, query.filters);
      if (scope === null || Contact !== undefined || WorkflowID !== undefined) return { rows: [], total: 0 };
      const until = scope.until ?? now;
      const first = scope.from ?? new Date(until.getTime() - (resolution === "day" ? graphDays : 1) * dayMs);
      const from = floorTo(resolution, first);
      const { source, sourceIds } = scope;
      const slices = await services.listSlices(principal, {
        ...{ source, sourceIds, timing: "message", resolution, from, until },
        ...{ isTogether: true, limit: pointsMax },
      });
      const rows = slices.map(({ at, counts }) => {
        const {
          PreQueuedCount: ___,
          WorkFlowExitedCount: ____,
          SpamComplaintCount: spam,
          ...fields
        } = countFields(counts);
        const seconds = Math.floor(at.getTime() / 1000);
        return {
          ...fields,
          RefTimestamp: isOld === true ? String(seconds) : `${at.toISOString().slice(0, 19)}Z`,
          SendtimeStart: seconds,
          SpamcomplaintCount: spam,
        };
      });
      return pageOf(rows, query, {});
    },
  });
}

const graphDays = 31;

function floorTo(resolution: "hour" | "day", time: Date): Date {
  const span = resolution === "day" ? dayMs : dayMs / 24;
  return new Date(Math.floor(time.getTime() / span) * span);
}
