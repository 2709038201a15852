import { type UseMutationResult, useMutation, useQueryClient } from "@tanstack/react-query";
import { type Answer, call, type Input } from "./client.ts";

export type ApiKey = Answer<"listApiKeys">["items"][number];
export type NewApiKey = Answer<"createApiKey">;
export type KeyWish = Input<"createApiKey">["body"];

export const keysKey = ["api-keys"] as const;

/** Makes a key pair. Its secret is in this answer and nowhere else. */
export function useCreateKey(): UseMutationResult<NewApiKey, Error, KeyWish> {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: KeyWish) => call("createApiKey", { body }),
    onSuccess: () => client.invalidateQueries({ queryKey: keysKey }),
  });
}
