import { type UseQueryResult, useQuery } from "@tanstack/react-query";
import { type Answer, call } from "./client.ts";

/** What a program was refused by SMTP. */
export type SmtpRefusal = Answer<"listSmtpRefusals">["items"][number];

const watchedEveryMs = 1_500;

/** What programs were refused, looked at again and again while somebody tries one out. */
export function useSmtpRefusals(): UseQueryResult<SmtpRefusal[]> {
  return useQuery({
    queryKey: ["smtp-refusals"],
    queryFn: async ({ signal }) => (await call("listSmtpRefusals", {}, signal)).items,
    refetchInterval: watchedEveryMs,
    // Each watch begins with what is there at its beginning.
    gcTime: 0,
  });
}
