import {
  type InfiniteData,
  type UseInfiniteQueryResult,
  type UseMutationResult,
  useInfiniteQuery,
  useMutation,
  useQueryClient,
} from "@tanstack/react-query";
import { type Answer, call, callWithFile, urlOf } from "./client.ts";
import { places } from "./places.ts";

export type Suppression = Answer<"listSuppressions">["items"][number];
export type SuppressionImport = Answer<"importSuppressions">;

const suppressionsKey = ["suppressions"] as const;
const pageSize = 25;

/** The suppressed addresses page by page, newest first; one only, where an address is given. */
export function useSuppressions(
  address: string,
): UseInfiniteQueryResult<InfiniteData<Answer<"listSuppressions">>> {
  return useInfiniteQuery({
    queryKey: [...suppressionsKey, address],
    queryFn: ({ pageParam, signal }) =>
      call("listSuppressions", { query: { address, limit: pageSize, cursor: pageParam } }, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.nextCursor ?? undefined,
  });
}

/** Suppresses an address; one that is there is answered with its first cause. */
export function useAddSuppression(): UseMutationResult<Suppression, Error, string> {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (address: string) => call("addSuppression", { body: { address } }),
    onSuccess: () => client.invalidateQueries({ queryKey: suppressionsKey }),
  });
}

/** Sends to an address again. */
export function useRemoveSuppression(): UseMutationResult<null, Error, string> {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => call("removeSuppression", { path: { id } }),
    onSuccess: () => client.invalidateQueries({ queryKey: suppressionsKey }),
  });
}

/** Suppresses the addresses of a CSV file. */
export function useImportSuppressions(): UseMutationResult<SuppressionImport, Error, Blob> {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (file: Blob) => callWithFile("importSuppressions", file, "text/csv"),
    onSuccess: () => client.invalidateQueries({ queryKey: suppressionsKey }),
  });
}

/** Where the whole list can be fetched as CSV. */
export const exportUrl: string = urlOf(places.exportSuppressions.split(" ")[1] ?? "", null, null);
