import {
  type InfiniteData,
  keepPreviousData,
  type UseInfiniteQueryResult,
  type UseQueryResult,
  useInfiniteQuery,
  useQuery,
} from "@tanstack/react-query";
import { type Answer, call } from "./client.ts";
import { domainsPeriodOf, type Period, startOf, stepOf } from "./period.ts";

export type Series = Answer<"readStatistics">;
export type Counts = Series["total"];
export type PlaceCounts = Answer<"listDomainStatistics">["items"][number]["counts"];
export type DomainStatistics = Answer<"listDomainStatistics">;
export type ReasonStatistics = Answer<"listReasonStatistics">["items"][number];
export type CampaignStatistics = Answer<"listCampaignStatistics">["items"][number];
export type LinkStatistics = Answer<"listLinkStatistics">["items"][number];

/** What a page of statistics is about. */
export interface Scope {
  period: Period;
  /** Null for everything. */
  campaignId: string | null;
}

const statisticsKey = ["statistics"] as const;
// Sums are kept as events happen; a person sees them move.
const lookEveryMs = 15_000;
// Those by place add up a row for each day and domain, tens of thousands at worst: a page that is left open shall not
// ask for that all day.
const lookAtPlacesEveryMs = 5 * 60_000;
const pageSize = 25;

function rangeOf({ period }: { period: Period }): { from: string } {
  return { from: startOf(period, new Date()).toISOString() };
}

function timeZone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone;
}

function campaignOf({ campaignId }: Scope): { campaignId?: string } {
  return campaignId === null ? {} : { campaignId };
}

const shared = { refetchInterval: lookEveryMs, placeholderData: keepPreviousData } as const;
const sharedByPlaces = { ...shared, refetchInterval: lookAtPlacesEveryMs } as const;

/** Whether what happened counts on the day of its message, or on its own. */
type Timing = Series["timing"];

/** What became of the messages of a period, step by step; or what happened in it, to earlier messages too. */
export function useSeries(
  scope: Scope,
  { timing, isAsked }: { timing: Timing; isAsked: boolean },
): UseQueryResult<Series> {
  const step = stepOf(scope.period);
  return useQuery({
    enabled: isAsked,
    queryKey: [...statisticsKey, "series", timing, scope],
    queryFn: ({ signal }) =>
      call(
        "readStatistics",
        { query: { ...rangeOf(scope), ...campaignOf(scope), step, timing, timeZone: timeZone() } },
        signal,
      ),
    ...shared,
  });
}

/** The campaigns of a period, the one with most messages first. */
export function useCampaigns(
  scope: Scope,
): UseInfiniteQueryResult<InfiniteData<Answer<"listCampaignStatistics">>> {
  return useInfiniteQuery({
    queryKey: [...statisticsKey, "campaigns", scope.period],
    queryFn: ({ pageParam, signal }) =>
      call(
        "listCampaignStatistics",
        { query: { ...rangeOf(scope), limit: pageSize, cursor: pageParam } },
        signal,
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.nextCursor ?? undefined,
  });
}

/** The recipients' domains of a period, the one with most messages first; of its last part, where it is too long. */
export function useDomainStatistics(scope: Scope): UseQueryResult<DomainStatistics> {
  const period = domainsPeriodOf(scope.period);
  return useQuery({
    queryKey: [...statisticsKey, "domains", period],
    queryFn: ({ signal }) =>
      call("listDomainStatistics", { query: { ...rangeOf({ period }), limit: pageSize } }, signal),
    ...sharedByPlaces,
  });
}

/** The large providers of a period. */
export function useProviderStatistics(scope: Scope): UseQueryResult<Answer<"listProviderStatistics">> {
  return useQuery({
    queryKey: [...statisticsKey, "providers", scope],
    queryFn: ({ signal }) =>
      call("listProviderStatistics", { query: { ...rangeOf(scope), ...campaignOf(scope) } }, signal),
    ...sharedByPlaces,
  });
}

/** Why messages did not arrive, the most frequent reason first. */
export function useReasons(scope: Scope): UseQueryResult<ReasonStatistics[]> {
  return useQuery({
    queryKey: [...statisticsKey, "reasons", scope],
    queryFn: async ({ signal }) =>
      (await call("listReasonStatistics", { query: { ...rangeOf(scope), ...campaignOf(scope) } }, signal))
        .items,
    ...shared,
  });
}

/** The links that were followed, the most followed first. */
export function useLinks(scope: Scope): UseInfiniteQueryResult<InfiniteData<Answer<"listLinkStatistics">>> {
  return useInfiniteQuery({
    queryKey: [...statisticsKey, "links", scope],
    queryFn: ({ pageParam, signal }) =>
      call(
        "listLinkStatistics",
        { query: { ...rangeOf(scope), ...campaignOf(scope), limit: pageSize, cursor: pageParam } },
        signal,
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.nextCursor ?? undefined,
  });
}
