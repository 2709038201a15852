import {
  type UseMutationResult,
  type UseQueryResult,
  useMutation,
  useQuery,
  useQueryClient,
} from "@tanstack/react-query";
import { type Answer, call } from "./client.ts";

export type Domain = Answer<"listDomains">["items"][number];
export type RecordName = keyof Domain["report"];
export type RecordReport = NonNullable<Domain["report"][RecordName]>;

export type Advice = RecordReport["advices"][number];

const domainsKey = ["domains"] as const;

/** The sending domains, as they were when last looked at. */
export function useDomains(): UseQueryResult<Domain[]> {
  return useQuery({
    queryKey: domainsKey,
    queryFn: async ({ signal }) => (await call("listDomains", {}, signal)).items,
  });
}

/** Adds a domain; one that is there is answered as it is. */
export function useAddDomain(): UseMutationResult<Domain, Error, string> {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (name: string) => call("addDomain", { body: { name } }),
    onSuccess: (domain) => client.setQueryData(domainsKey, (all: Domain[] = []) => withDomain(all, domain)),
  });
}

/** Looks at a domain's records in the DNS, now. */
export function useCheckDomain(): UseMutationResult<Domain, Error, string> {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (name: string) => call("checkDomain", { path: { name } }),
    onSuccess: (domain) => client.setQueryData(domainsKey, (all: Domain[] = []) => withDomain(all, domain)),
  });
}

/** Gives a domain up, and its keys with it. */
export function useRemoveDomain(): UseMutationResult<null, Error, string> {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (name: string) => call("removeDomain", { path: { name } }),
    onSuccess: () => client.invalidateQueries({ queryKey: domainsKey }),
  });
}

function withDomain(all: readonly Domain[], domain: Domain): Domain[] {
  const isKnown = all.some(({ id }) => id === domain.id);
  return isKnown ? all.map((each) => (each.id === domain.id ? domain : each)) : [...all, domain];
}
