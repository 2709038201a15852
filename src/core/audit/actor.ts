import { assertNever } from "../../base/errors.ts";

/** Who changes an account's set-up. */
export type Actor =
  /** A program, by a key pair. */
  | { kind: "key"; id: bigint }
  /** A person who is signed in to the dashboard. */
  | { kind: "session"; id: bigint }
  /** Whoever followed a link in a mail. */
  | { kind: "link" }
  /** Whoever has the machine: a command. */
  | { kind: "operator" };

/** How an actor is written. */
export function actorName(actor: Actor): string {
  switch (actor.kind) {
    case "key":
    case "session":
      return `${actor.kind}/${actor.id}`;
    case "link":
    case "operator":
      return actor.kind;
    default:
      return assertNever(actor);
  }
}
