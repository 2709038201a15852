import {
  type UseMutationResult,
  type UseQueryResult,
  useMutation,
  useQuery,
  useQueryClient,
} from "@tanstack/react-query";
import { type Answer, call, type Input } from "./client.ts";
import { forgetMadeKey } from "./made-key.ts";

export type ApiKey = Answer<"listApiKeys">["items"][number];
export type NewApiKey = Answer<"createApiKey">;
type KeyChange = Input<"changeApiKey">["body"];
export type KeyWish = Input<"createApiKey">["body"];

const keysKey = ["api-keys"] as const;

/** Makes a key pair. Its secret is in this answer and nowhere else. */
export function useCreateKey(): UseMutationResult<NewApiKey, Error, KeyWish> {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: KeyWish) => call("createApiKey", { body }),
    onSuccess: () => client.invalidateQueries({ queryKey: keysKey }),
  });
}

/** The key pairs, without their secrets. */
export function useKeys(): UseQueryResult<ApiKey[]> {
  return useQuery({
    queryKey: keysKey,
    queryFn: async ({ signal }) => (await call("listApiKeys", {}, signal)).items,
  });
}

/** Renames a key pair, or switches it off and on; it holds on every node within seconds. */
export function useChangeKey(): UseMutationResult<ApiKey, Error, { id: string; change: KeyChange }> {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ id, change }) => call("changeApiKey", { path: { id }, body: change }),
    onSuccess: () => client.invalidateQueries({ queryKey: keysKey }),
  });
}

/** Revokes a key pair; it stops working on every node within seconds. */
export function useRevokeKey(): UseMutationResult<null, Error, string> {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => call("revokeApiKey", { path: { id } }),
    onSuccess: (_, id) => {
      forgetMadeKey(client, id);
      return client.invalidateQueries({ queryKey: keysKey });
    },
  });
}
