import {
  type InfiniteData,
  type UseInfiniteQueryResult,
  type UseMutationResult,
  type UseQueryResult,
  useInfiniteQuery,
  useMutation,
  useQuery,
  useQueryClient,
} from "@tanstack/react-query";
import { type Answer, call, urlOf } from "./client.ts";
import { places } from "./places.ts";

export type InboxItem = Answer<"listInbox">["items"][number];
export type InboxMessage = Answer<"readInbox">;

// Somebody is waiting for their first message: soon enough to be felt as at once.
const watchedEveryMs = 1_500;
// A list that lies open follows by itself, without being asked for each letter.
const listedEveryMs = 4_000;
const pageSize = 25;

/** The newest messages of the test inbox, looked at again and again while the page is seen. */
export function useNewestInbox(limit: number): UseQueryResult<InboxItem[]> {
  return useQuery({
    queryKey: ["inbox", "newest", limit],
    queryFn: async ({ signal }) => (await call("listInbox", { query: { limit } }, signal)).items,
    refetchInterval: watchedEveryMs,
  });
}

/** The test inbox page by page, newest first. */
export function useInbox(): UseInfiniteQueryResult<InfiniteData<Answer<"listInbox">>> {
  return useInfiniteQuery({
    queryKey: ["inbox", "list"],
    queryFn: ({ pageParam, signal }) =>
      call("listInbox", { query: { limit: pageSize, cursor: pageParam } }, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.nextCursor ?? undefined,
    refetchInterval: listedEveryMs,
  });
}

/** One message of the test inbox, taken apart. What is in it never changes. */
export function useInboxMessage(id: string): UseQueryResult<InboxMessage> {
  return useQuery({
    queryKey: ["inbox", "message", id],
    queryFn: ({ signal }) => call("readInbox", { path: { id } }, signal),
    staleTime: Number.POSITIVE_INFINITY,
  });
}

/** The message as it would have gone over the wire. */
export function useInboxSource(id: string): UseQueryResult<string> {
  return useQuery({
    queryKey: ["inbox", "source", id],
    queryFn: ({ signal }) => call("readInboxSource", { path: { id } }, signal),
    staleTime: Number.POSITIVE_INFINITY,
  });
}

/** Where one part of a message can be fetched. */
export function partUrl(id: string, part: number): string {
  const [, pattern = ""] = places.readInboxPart.split(" ");
  return urlOf(pattern, { id, part }, null);
}

/** Removes everything from the test inbox; answers how much that was. */
export function useEmptyInbox(): UseMutationResult<Answer<"emptyInbox">, Error, void> {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => call("emptyInbox", {}),
    onSuccess: () => client.resetQueries({ queryKey: ["inbox"] }),
  });
}
