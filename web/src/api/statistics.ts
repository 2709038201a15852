import {
  type InfiniteData,
  keepPreviousData,
  type UseInfiniteQueryResult,
  type UseQueryResult,
  useInfiniteQuery,
  useQuery,
} from "@tanstack/react-query";
import { type Answer, call } from "./client.ts";

export type Series = Answer<"readStatistics">;
export type Counts = Series["total"];
export type PlaceCounts = Answer<"listDomainStatistics">["items"][number]["counts"];
export type DomainStatistics = Answer<"listDomainStatistics">;
export type ReasonStatistics = Answer<"listReasonStatistics">["items"][number];
export type CampaignStatistics = Answer<"listCampaignStatistics">["items"][number];
export type LinkStatistics = Answer<"listLinkStatistics">["items"][number];

/** How far back a page looks. */
export const periods = ["7", "30", "90", "365"] as const;
export type Period = (typeof periods)[number];

/** What a page of statistics is about. */
export interface Scope {
  period: Period;
  /** Null for everything. */
  campaignId: string | null;
}

const statisticsKey = ["statistics"] as const;
// Sums are kept as events happen; a person sees them move.
const lookEveryMs = 15_000;
const pageSize = 25;
const dayMs = 86_400_000;
// Twelve bars for a year; a bar a day for less.
const monthsFrom = 180;

// Rounded to the minute, so that the same question is asked again and not a new one each time.
function rangeOf({ period }: Scope): { from: string; until?: string } {
  const minute = Math.floor(Date.now() / 60_000) * 60_000;
  return { from: new Date(minute - Number(period) * dayMs).toISOString() };
}

function timeZone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone;
}

function campaignOf({ campaignId }: Scope): { campaignId?: string } {
  return campaignId === null ? {} : { campaignId };
}

const shared = { refetchInterval: lookEveryMs, placeholderData: keepPreviousData } as const;

/** What became of the messages of a period, step by step. */
export function useSeries(scope: Scope): UseQueryResult<Series> {
  const step = Number(scope.period) > monthsFrom ? "month" : "day";
  return useQuery({
    queryKey: [...statisticsKey, "series", scope],
    queryFn: ({ signal }) =>
      call(
        "readStatistics",
        { query: { ...rangeOf(scope), ...campaignOf(scope), step, timeZone: timeZone() } },
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

/** The recipients' domains of a period, the one with most messages first. */
export function useDomainStatistics(scope: Scope): UseQueryResult<DomainStatistics> {
  return useQuery({
    queryKey: [...statisticsKey, "domains", scope.period],
    queryFn: ({ signal }) =>
      call("listDomainStatistics", { query: { ...rangeOf(scope), limit: pageSize } }, signal),
    ...shared,
  });
}

/** The large providers of a period. */
export function useProviderStatistics(scope: Scope): UseQueryResult<Answer<"listProviderStatistics">> {
  return useQuery({
    queryKey: [...statisticsKey, "providers", scope],
    queryFn: ({ signal }) =>
      call("listProviderStatistics", { query: { ...rangeOf(scope), ...campaignOf(scope) } }, signal),
    ...shared,
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
