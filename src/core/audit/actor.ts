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
  | { kind: "operator" }
  /** This service by itself: a webhook that has died. */
  | { kind: "service" };

/** How an actor is written. */
export function actorName(actor: Actor): string {
  switch (actor.kind) {
    case "key":
    case "session":
      return `${actor.kind}/${actor.id}`;
    case "link":
    case "operator":
    case "service":
      return actor.kind;
    default:
      return assertNever(actor);
  }
}
