import {
  type UseMutationResult,
  type UseQueryResult,
  useMutation,
  useQuery,
  useQueryClient,
} from "@tanstack/react-query";
import { type Answer, ApiProblem, call } from "./client.ts";

export type LinkHost = Answer<"readLinkHost">;

const keyOf = (domain: string) => ["link-host", domain] as const;

/** The host that links in a domain's mail lead to; null where it is the service's own. */
export function useLinkHost(domain: string): UseQueryResult<LinkHost | null> {
  return useQuery({
    queryKey: keyOf(domain),
    queryFn: async ({ signal }) => {
      try {
        return await call("readLinkHost", { path: { name: domain } }, signal);
      } catch (error) {
        if (error instanceof ApiProblem && error.status === 404) return null;
        throw error;
      }
    },
  });
}

/** Names the host and looks at it, now; named again, it is looked at again. */
export function useSetLinkHost(domain: string): UseMutationResult<LinkHost, Error, string> {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (host: string) => call("setLinkHost", { path: { name: domain }, body: { host } }),
    onSuccess: (found) => client.setQueryData(keyOf(domain), found),
    // It may have been removed meanwhile, or given another host.
    onError: () => client.invalidateQueries({ queryKey: keyOf(domain) }),
  });
}

/** Lets links lead to the service's own host again. */
export function useRemoveLinkHost(domain: string): UseMutationResult<null, Error, void> {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => call("removeLinkHost", { path: { name: domain } }),
    onSuccess: () => client.setQueryData(keyOf(domain), null),
  });
}
