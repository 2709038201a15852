import { type UseQueryResult, useQuery } from "@tanstack/react-query";
import { type Answer, call } from "./client.ts";

export type Status = Answer<"readStatus">;
export type Destination = Status["destinations"][number];

// What stands in a queue changes by the second; a person reads it in more than that.
const lookEveryMs = 5_000;

/** How the queue, its destinations, and the service stand. */
export function useStatus(): UseQueryResult<Status> {
  return useQuery({
    queryKey: ["status"],
    queryFn: ({ signal }) => call("readStatus", {}, signal),
    refetchInterval: lookEveryMs,
  });
}
