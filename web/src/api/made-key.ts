import { type QueryClient, useQuery, useQueryClient } from "@tanstack/react-query";
import type { Answer } from "./client.ts";

type NewApiKey = Answer<"createApiKey">;

const madeKey = ["made-key"] as const;

/** The key pair that was made in this page, with its secret: in the memory of the page until it is closed, so that the
 *  examples stay filled in, and nowhere else. */
export function useMadeKey(): { key: NewApiKey | null; keep: (key: NewApiKey) => void } {
  const client = useQueryClient();
  const { data = null } = useQuery<NewApiKey | null>({
    queryKey: madeKey,
    queryFn: () => client.getQueryData<NewApiKey>(madeKey) ?? null,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: Number.POSITIVE_INFINITY,
  });
  return { key: data, keep: (key) => client.setQueryData(madeKey, key) };
}

/** Forgets that pair, once it is revoked: examples that are filled in with it would work no more. */
export function forgetMadeKey(client: QueryClient, id: string): void {
  if (client.getQueryData<NewApiKey>(madeKey)?.id === id) client.setQueryData(madeKey, null);
}
