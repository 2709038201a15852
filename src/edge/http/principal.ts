/** What a key may be used for. The primary pair of an account has all of them; scoped keys have fewer. */
export type Permission =
  | "send" // hand in messages
  | "read" // see messages, their history, templates, the test inbox, the queue
  | "manage"; // change anything else: keys, senders, domains, templates, suppressions

/** Who a request speaks for, once its credentials are known. */
export interface Principal {
  accountId: bigint;
  /** The id of the key pair, not the public key itself: this one may be logged. */
  keyId: bigint;
  /** The account this one is a sub-account of; null for a main account. */
  parentId: bigint | null;
  /** The pair an account was opened with, not one that was made beside it. */
  isPrimary: boolean;
  /** The credentials are right, and yet the key or its account has been stopped. */
  isSuspended: boolean;
  permissions: ReadonlySet<Permission>;
}

/** Looks a pair of public and secret key up; null when there is no such pair. */
export type Authenticate = (user: string, secret: string) => Promise<Principal | null>;
