import { type UseQueryResult, useQuery } from "@tanstack/react-query";
import { type Answer, call } from "./client.ts";

export type InboxItem = Answer<"listInbox">["items"][number];

// Somebody is waiting for their first message: soon enough to be felt as at once.
const watchedEveryMs = 1_500;

/** The newest messages of the test inbox, looked at again and again while the page is seen. */
export function useNewestInbox(limit: number): UseQueryResult<InboxItem[]> {
  return useQuery({
    queryKey: ["inbox", "newest", limit],
    queryFn: async ({ signal }) => (await call("listInbox", { query: { limit } }, signal)).items,
    refetchInterval: watchedEveryMs,
  });
}
