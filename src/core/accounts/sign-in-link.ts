import { randomBytes } from "node:crypto";
import type { Transaction } from "../../base/database.ts";
import { Refusal } from "../../base/errors.ts";
import type { Keyring } from "../keys/index.ts";
import type { CreateContext } from "./context.ts";
import { insertSignInLink } from "./session-store.ts";
import { selectAccount } from "./store.ts";

/** How long a link to sign in works: long enough to read it from a terminal and open it, too short to be found in the
 *  terminal's history the next day. */
export const signInLinkHours = 1;

// 256 random bits, as base64url: nothing to guess, however many try.
const tokenBytes = 32;

/** A link to sign in, at the only moment its word is known. */
export interface SignInLink {
  token: string;
  expiresAt: Date;
}

/** Makes a link that signs somebody in to an account with everything the account may do. Whoever has it is in, once.
 *  @throws Refusal account_suspended */
export async function makeSignInLink(
  tx: Transaction,
  { keyring, ids, now }: CreateContext,
  accountId: bigint,
): Promise<SignInLink> {
  const account = await selectAccount(tx, accountId);
  if (account?.state !== "active") {
    throw new Refusal("account_suspended", "Nobody can sign in to this account: it is suspended or closed.");
  }
  const token = randomBytes(tokenBytes).toString("base64url");
  const expiresAt = new Date(now.getTime() + signInLinkHours * 3_600_000);
  const tokenHash = hashOfToken(keyring, token);
  await insertSignInLink(tx, { accountId, id: ids.next(now), tokenHash, expiresAt });
  return { token, expiresAt };
}

/** What is kept of a link's word. */
export function hashOfToken(keyring: Keyring, token: string): Buffer {
  return keyring.rootHash("sign-in link", token);
}
