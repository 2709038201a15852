import { type UseQueryResult, useQuery } from "@tanstack/react-query";
import { type Answer, call } from "./client.ts";

export type Holdings = Answer<"readHoldings">;
export type HoldingClass = Holdings["classes"][number];

/** What is held, why, and until when. */
export function useHoldings(): UseQueryResult<Holdings> {
  return useQuery({
    queryKey: ["holdings"],
    queryFn: ({ signal }) => call("readHoldings", {}, signal),
  });
}
