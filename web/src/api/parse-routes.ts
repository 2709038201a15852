import {
  type UseMutationResult,
  type UseQueryResult,
  useMutation,
  useQuery,
  useQueryClient,
} from "@tanstack/react-query";
import { type Answer, call, type Input } from "./client.ts";

export type ParseRoute = Answer<"listParseRoutes">["items"][number];
type ParseRouteWish = Input<"addParseRoute">["body"];

const routesKey = ["parse-routes"] as const;

/** The addresses whose mail is posted to a program. */
export function useParseRoutes(): UseQueryResult<ParseRoute[]> {
  return useQuery({
    queryKey: routesKey,
    queryFn: async ({ signal }) => (await call("listParseRoutes", {}, signal)).items,
  });
}

/** Posts the mail of an address; without one, the service makes it. */
export function useAddParseRoute(): UseMutationResult<ParseRoute, Error, ParseRouteWish> {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: ParseRouteWish) => call("addParseRoute", { body }),
    onSuccess: () => client.invalidateQueries({ queryKey: routesKey }),
  });
}

/** Takes no more mail for an address. */
export function useRemoveParseRoute(): UseMutationResult<null, Error, string> {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => call("removeParseRoute", { path: { id } }),
    onSuccess: () => client.invalidateQueries({ queryKey: routesKey }),
  });
}
