import { MutationCache, QueryCache, QueryClient } from "@tanstack/react-query";
import { ApiProblem } from "./client.ts";
import { type Session, sessionKey } from "./session.ts";

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

forgetOnChange(queryClient);

/** Nothing of one account is shown in the session of another, or of nobody, whoever changed it: another tab of the same
 *  browser signs in as well, and what is remembered here, secrets too, carries no account. */
function forgetOnChange(client: QueryClient): void {
  let shown: string | null = null;
  client.getQueryCache().subscribe(({ type, query }) => {
    if (type !== "updated" || query.queryKey[0] !== sessionKey[0]) return;
    // A look for the session that fails says nothing of whose it is.
    const session = query.state.data as Session | null | undefined;
    if (session === undefined) return;
    const next = session?.account.id ?? null;
    if (next === shown) return;
    shown = next;
    client.removeQueries({ predicate: (each) => each !== query });
    client.getMutationCache().clear();
  });
}

/** A session that has ended shows the way back in, whatever was being done. */
function noticeEnd(error: Error): void {
  // A link that does not work any more ends no session.
  if (error instanceof ApiProblem && error.code === "unauthorized")
    queryClient.setQueryData(sessionKey, null);
}
