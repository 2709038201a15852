import {
  type UseMutationResult,
  type UseQueryResult,
  useMutation,
  useQuery,
  useQueryClient,
} from "@tanstack/react-query";
import { type Answer, call, type Input } from "./client.ts";

export type Counting = Answer<"readTracking">;
export type CountingMode = Counting["mode"];
type CountingChange = Input<"changeTracking">["body"];

/** From nothing to most. */
export const countingModes = ["off", "anonymous", "identified"] as const satisfies readonly CountingMode[];

/** Of two modes the one that tells less. */
export function stricter(one: CountingMode, other: CountingMode): CountingMode {
  return countingModes.indexOf(one) <= countingModes.indexOf(other) ? one : other;
}

const countingKey = ["counting"] as const;

/** How far readers are counted. */
export function useCounting(): UseQueryResult<Counting> {
  return useQuery({ queryKey: countingKey, queryFn: ({ signal }) => call("readTracking", {}, signal) });
}

/** Decides it anew; holds at once, also for mail that is delivered already. */
export function useChangeCounting(): UseMutationResult<Counting, Error, CountingChange> {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: CountingChange) => call("changeTracking", { body }),
    onSuccess: (counting) => client.setQueryData(countingKey, counting),
  });
}
