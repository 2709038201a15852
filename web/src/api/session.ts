import {
  type UseMutationResult,
  type UseQueryResult,
  useMutation,
  useQuery,
  useQueryClient,
} from "@tanstack/react-query";
import { type Answer, ApiProblem, call, type Input } from "./client.ts";

/** Who is signed in, and to what. */
export type Session = Answer<"readSession">;

export const sessionKey = ["session"] as const;

// Noticed soon, where a session has ended while the page lay in the background.
const askedEveryMs = 60_000;

/** The session; null when nobody is signed in. */
export function useSession({ isAsked }: { isAsked: boolean }): UseQueryResult<Session | null> {
  return useQuery({
    enabled: isAsked,
    queryKey: sessionKey,
    queryFn: async ({ signal }) => {
      try {
        return await call("readSession", {}, signal);
      } catch (error) {
        if (error instanceof ApiProblem && error.status === 401) return null;
        throw error;
      }
    },
    refetchInterval: (query) => (query.state.data === null ? false : askedEveryMs),
  });
}

/** The word of a link, and whether another account may be left for it. */
type SignInWish = Input<"startSession">["body"];

/** Exchanges the word of a link for a session. It works once; where somebody is signed in to another account, it asks
 *  first (`other_account`). Nothing stays of what was shown before. */
export function useSignIn(): UseMutationResult<Session, Error, SignInWish> {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: SignInWish) => call("startSession", { body }),
    onSuccess: (session) => {
      client.clear();
      client.setQueryData(sessionKey, session);
    },
  });
}

/** Ends the session, and forgets everything that was shown in it. */
export function useSignOut(): UseMutationResult<null, Error, void> {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => call("endSession", {}),
    onSuccess: () => {
      client.clear();
      client.setQueryData(sessionKey, null);
    },
  });
}
