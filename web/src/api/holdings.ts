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

/** The figure of a period, as the policy in force has it: the number in the service's own sentence; "" for none. */
export function figureOf({ retention }: Pick<HoldingClass, "retention">): string {
  return /\d+/.exec(retention.text)?.[0] ?? "";
}
