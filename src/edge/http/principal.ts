/** What a key may be used for. The primary pair of an account has all of them; scoped keys have fewer. */
export type Permission =
  | "send" // hand in messages
  | "read" // see messages, their history, templates, the test inbox, the queue
  | "manage"; // change anything else: keys, senders, domains, templates, suppressions

/** Who speaks. The ids are those of the rows, not the public key or the cookie: they may be logged. */
export type Actor =
  /** A program. `isPrimary`: the pair an account was opened with, not one that was made beside it. */
  | { kind: "key"; id: bigint; isPrimary: boolean }
  /** A person who is signed in to the dashboard, with everything the account may do. */
  | { kind: "session"; id: bigint };

/** Who a request speaks for, once its credentials are known. */
export interface Principal {
  accountId: bigint;
  actor: Actor;
  /** The account this one is a sub-account of; null for a main account. */
  parentId: bigint | null;
  /** The credentials are right, and yet the key or its account has been stopped. */
  isSuspended: boolean;
  /** The account is closed, and can be read until then; null while it is open. */
  readableUntil: Date | null;
  permissions: ReadonlySet<Permission>;
}

/** What a session may do, and a key with the scope `full`. */
export const allPermissions: ReadonlySet<Permission> = new Set(["send", "read", "manage"]);

/** May this actor do what only the account's owner may: act for sub-accounts, share keys, hand on every permission? */
export function isOwner(actor: Actor): boolean {
  return actor.kind === "session" || actor.isPrimary;
}

/** Looks a pair of public and secret key up; null when there is no such pair. */
export type Authenticate = (user: string, secret: string) => Promise<Principal | null>;
