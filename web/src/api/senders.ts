import {
  type UseMutationResult,
  type UseQueryResult,
  useMutation,
  useQuery,
  useQueryClient,
} from "@tanstack/react-query";
import { type Answer, call } from "./client.ts";

export type Sender = Answer<"listSenders">["items"][number];

const sendersKey = ["senders"] as const;

/** Addresses, and every address of a domain, that the account may send from. */
export function useSenders(): UseQueryResult<Sender[]> {
  return useQuery({
    queryKey: sendersKey,
    queryFn: async ({ signal }) => (await call("listSenders", {}, signal)).items,
  });
}

/** Adds an address; its owner gets a mail with a link. */
export function useAddSender(): UseMutationResult<Sender, Error, string> {
  return useSenderChange((address: string) => call("addSender", { body: { address } }));
}

/** Sends the mail with the link again. */
export function useConfirmSender(): UseMutationResult<unknown, Error, string> {
  return useSenderChange((id: string) => call("confirmSender", { path: { id } }));
}

/** Takes a sender away: from then on nothing goes out in its name. */
export function useRemoveSender(): UseMutationResult<unknown, Error, string> {
  return useSenderChange((id: string) => call("removeSender", { path: { id } }));
}

function useSenderChange<A>(change: (wish: string) => Promise<A>): UseMutationResult<A, Error, string> {
  const client = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSuccess: () => client.invalidateQueries({ queryKey: sendersKey }),
  });
}
