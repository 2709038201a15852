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
import { type Answer, call, callWithFile, type Input, urlOf } from "./client.ts";
import { places } from "./places.ts";

export type Consent = Answer<"listConsents">["items"][number];
export type ConsentStandings = Answer<"readConsentState">;
export type ConsentPurpose = Consent["purpose"];
export type DecisionWish = Input<"recordConsent">["body"];
export type ConsentFileRead = Answer<"importConsentFile">;

/** In the order in which they are shown. */
export const consentPurposes = ["opens", "clicks"] as const satisfies readonly ConsentPurpose[];

const consentsKey = ["consents"] as const;
const pageSize = 25;

/** Decisions page by page, those that came last first; of one reader, where an address is given. */
export function useConsents(address: string): UseInfiniteQueryResult<InfiniteData<Answer<"listConsents">>> {
  return useInfiniteQuery({
    queryKey: [...consentsKey, "list", address],
    queryFn: ({ pageParam, signal }) =>
      call("listConsents", { query: { address, limit: pageSize, cursor: pageParam } }, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.nextCursor ?? undefined,
  });
}

/** How one reader stands to each purpose. */
export function useConsentState(address: string): UseQueryResult<ConsentStandings> {
  return useQuery({
    queryKey: [...consentsKey, "state", address],
    queryFn: ({ signal }) => call("readConsentState", { query: { address } }, signal),
  });
}

/** Adds a decision to the history. */
export function useRecordConsent(): UseMutationResult<ConsentStandings, Error, DecisionWish> {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: DecisionWish) => call("recordConsent", { body }),
    onSuccess: () => client.invalidateQueries({ queryKey: consentsKey }),
  });
}

/** Adds the decisions of a CSV file. */
export function useImportConsents(): UseMutationResult<ConsentFileRead, Error, Blob> {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (file: Blob) => callWithFile("importConsentFile", file, "text/csv"),
    onSuccess: () => client.invalidateQueries({ queryKey: consentsKey }),
  });
}

/** Where the whole history can be fetched as CSV. */
export const consentsUrl: string = urlOf(places.exportConsents.split(" ")[1] ?? "", null, null);
