import { MutationCache, QueryCache, QueryClient } from "@tanstack/react-query";
import { ApiProblem } from "./client.ts";
import { sessionKey } from "./session.ts";

// A restart of the service takes a few seconds: three tries with growing pauses reach across it.
const triesMax = 3;
// How long an answer is taken as current when a page is opened again.
const freshMs = 5_000;

/** What the dashboard remembers of the service's answers. */
export const queryClient: QueryClient = new QueryClient({
  queryCache: new QueryCache({ onError: noticeEnd }),
  mutationCache: new MutationCache({ onError: noticeEnd }),
  defaultOptions: {
    queries: {
      staleTime: freshMs,
      retry: (failures, error) => !(error instanceof ApiProblem) && failures < triesMax,
      networkMode: "always",
    },
    mutations: { networkMode: "always" },
  },
});

/** A session that has ended shows the way back in, whatever was being done. */
function noticeEnd(error: Error): void {
  // A link that does not work any more ends no session.
  if (error instanceof ApiProblem && error.code === "unauthorized")
    queryClient.setQueryData(sessionKey, null);
}
