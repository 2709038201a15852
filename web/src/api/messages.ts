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
import { type Answer, call, type Input } from "./client.ts";

export type Message = Answer<"listMessages">["items"][number];
export type MessageDetails = Answer<"readMessage">;
export type HistoryEntry = MessageDetails["history"][number];
export type MessageState = Message["state"];
/** Which messages are wanted. */
export type MessageFilter = Omit<Input<"listMessages">["query"], "limit" | "cursor">;

export const messageStates: readonly MessageState[] = [
  "queued",
  "deferred",
  "sent",
  "bounced",
  "blocked",
  "cancelled",
  "expired",
  "unknown",
];

const pageSize = 25;
// What waits moves by itself; what has ended does not.
const lookEveryMs = 4_000;

/** Messages page by page, newest first. */
export function useMessages(
  filter: MessageFilter,
): UseInfiniteQueryResult<InfiniteData<Answer<"listMessages">>> {
  return useInfiniteQuery({
    queryKey: ["messages", "list", filter],
    queryFn: ({ pageParam, signal }) =>
      call("listMessages", { query: { ...filter, limit: pageSize, cursor: pageParam } }, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.nextCursor ?? undefined,
    refetchInterval: lookEveryMs,
  });
}

const newestCount = 10;
const watchedEveryMs = 1_500;

/** The newest messages, looked at again and again while somebody waits for one. */
export function useNewestMessages(): UseQueryResult<Message[]> {
  return useQuery({
    queryKey: ["messages", "newest"],
    queryFn: async ({ signal }) =>
      (await call("listMessages", { query: { limit: newestCount } }, signal)).items,
    refetchInterval: watchedEveryMs,
    // Each watch begins with what is there at its beginning.
    gcTime: 0,
  });
}

/** One message with everything that happened to it. */
export function useMessage(id: string): UseQueryResult<MessageDetails> {
  return useQuery({
    queryKey: ["messages", "one", id],
    queryFn: ({ signal }) => call("readMessage", { path: { id } }, signal),
    refetchInterval: (query) => (isWaiting(query.state.data?.message.state) ? lookEveryMs : false),
  });
}

/** Is anything still to come? */
export function isWaiting(state: MessageState | undefined): boolean {
  return state === "queued" || state === "deferred";
}

/** Cancels a message; `underway` where an attempt is being made at this moment. */
export function useCancelMessage(id: string): UseMutationResult<Answer<"cancelMessage">, Error, void> {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => call("cancelMessage", { path: { id } }),
    onSettled: () => client.invalidateQueries({ queryKey: ["messages"] }),
  });
}

/** Tries a message again: the same where it waits, a new one where it has ended. */
export function useRetryMessage(id: string): UseMutationResult<Answer<"retryMessage">, Error, void> {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => call("retryMessage", { path: { id } }),
    onSettled: () => client.invalidateQueries({ queryKey: ["messages"] }),
  });
}
