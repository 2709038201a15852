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

export type Webhook = Answer<"listWebhooks">["items"][number];
export type NewWebhook = Answer<"addWebhook">;
export type WebhookWish = Input<"addWebhook">["body"];
export type WebhookEvent = WebhookWish["events"][number];
export type WebhookAnswer = Answer<"testWebhook">;
export type WebhookAttempt = Answer<"listWebhookAttempts">["items"][number];
export type WebhookReplay = Answer<"listWebhookReplays">["items"][number];

/** What can be told to a webhook of our own API. */
export const webhookEvents: readonly WebhookEvent[] = [
  "sent",
  "deferred",
  "bounced",
  "blocked",
  "cancelled",
  "expired",
  "unknown",
  "opened",
  "clicked",
  "unsubscribed",
  "resubscribed",
  "complained",
];

const webhooksKey = ["webhooks"] as const;
const pageSize = 25;
// A failing webhook is tried every 30 seconds: whoever watches it come back sees it soon after.
const lookEveryMs = 5_000;

/** Every webhook, also those of Mailjet's eventcallbackurl. */
export function useWebhooks(): UseQueryResult<Webhook[]> {
  return useQuery({
    queryKey: [...webhooksKey, "list"],
    queryFn: async ({ signal }) => (await call("listWebhooks", {}, signal)).items,
    refetchInterval: lookEveryMs,
  });
}

/** The last requests to a webhook, and what it answered. */
export function useAttempts(id: string): UseInfiniteQueryResult<InfiniteData<Answer<"listWebhookAttempts">>> {
  return useInfiniteQuery({
    queryKey: [...webhooksKey, "attempts", id],
    queryFn: ({ pageParam, signal }) =>
      call("listWebhookAttempts", { path: { id }, query: { limit: pageSize, cursor: pageParam } }, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.nextCursor ?? undefined,
    refetchInterval: lookEveryMs,
  });
}

/** What was posted once more, newest first. */
export function useReplays(id: string): UseQueryResult<WebhookReplay[]> {
  return useQuery({
    queryKey: [...webhooksKey, "replays", id],
    queryFn: async ({ signal }) =>
      (await call("listWebhookReplays", { path: { id }, query: { limit: pageSize } }, signal)).items,
    refetchInterval: (query) =>
      query.state.data?.some(({ endedAt }) => endedAt === null) ? lookEveryMs : false,
  });
}

/** Adds a webhook. Its secret is in this answer and nowhere else. */
export function useAddWebhook(): UseMutationResult<NewWebhook, Error, WebhookWish> {
  return useChange((body: WebhookWish) => call("addWebhook", { body }));
}

interface WebhookChange {
  id: string;
  change: Input<"changeWebhook">["body"];
}

/** Changes a webhook, stops it, or tries it again. */
export function useChangeWebhook(): UseMutationResult<Webhook, Error, WebhookChange> {
  return useChange(({ id, change }: WebhookChange) => call("changeWebhook", { path: { id }, body: change }));
}

/** Posts nothing more to a webhook. */
export function useRemoveWebhook(): UseMutationResult<null, Error, string> {
  return useChange((id: string) => call("removeWebhook", { path: { id } }));
}

/** Makes a new secret; the one before signs for a day more. */
export function useRenewSecret(): UseMutationResult<{ secret: string }, Error, string> {
  return useChange((id: string) => call("renewWebhookSecret", { path: { id } }));
}

/** Posts an event that has not happened, and waits for the answer. */
export function useTestWebhook(): UseMutationResult<WebhookAnswer, Error, string> {
  return useChange((id: string) => call("testWebhook", { path: { id }, body: {} }));
}

interface ReplayWish {
  id: string;
  range: Input<"replayToWebhook">["body"];
}

/** Posts what happened within a time range once more. */
export function useReplay(): UseMutationResult<WebhookReplay, Error, ReplayWish> {
  return useChange(({ id, range }: ReplayWish) => call("replayToWebhook", { path: { id }, body: range }));
}

function useChange<Result, Wish>(change: (wish: Wish) => Promise<Result>) {
  const client = useQueryClient();
  return useMutation<Result, Error, Wish>({
    mutationFn: change,
    // Not waited for: whoever removes a webhook is led away before its page has nothing to show.
    onSettled: () => {
      client.invalidateQueries({ queryKey: webhooksKey });
    },
  });
}
