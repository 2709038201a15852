import { DatabaseUnavailable } from "./postgres-errors.ts";

/** Where PostgreSQL is: an address as in DATABASE_URL, or the private socket of the embedded server. */
export type DatabaseAddress =
  | { url: string }
  | { socketDir: string; port: number; user: string; database: string };

/** Names the place without user or password, for messages. */
export function placeOf(address: DatabaseAddress): string {
  if (!("url" in address)) return `the embedded server (socket in ${address.socketDir})`;
  const url = URL.canParse(address.url) ? new URL(address.url) : undefined;
  if (!url || !/^postgres(ql)?:$/.test(url.protocol)) {
    throw new Error(
      "DATABASE_URL is not an address of the form postgres://user:password@host:5432/database.",
    );
  }
  return `${url.host || url.searchParams.get("host") || "localhost"}${url.pathname}`;
}

/** What went wrong on the way to the server, with its place and what to check. */
export function unreachable(error: unknown, where: string): DatabaseUnavailable {
  const { message, code } = error as { message?: string; code?: string };
  if (/role "facteur_/.test(message ?? "")) {
    return new DatabaseUnavailable(
      `The database at ${where} lacks a role (${message}). Run: facteur migrate`,
    );
  }
  const advice = where.startsWith("the embedded") ? "See its log in the data folder." : "Check DATABASE_URL.";
  const reason = message || code || "no answer"; // an AggregateError of two refused addresses has no message
  return new DatabaseUnavailable(`PostgreSQL at ${where} cannot be reached: ${reason}. ${advice}`);
}
