import type { Transaction } from "../../base/database.ts";
import type { IdSource } from "../../base/ids.ts";
import { selectAccount } from "../accounts/index.ts";
import type { Keyring } from "../keys/index.ts";
import type { ReaderOf } from "../tracking/index.ts";
import type { MessageIdentity } from "./message.ts";
import { selectComposable } from "./store.ts";

/** What a wish of a reader is written with. */
export interface ReaderContext {
  keyring: Keyring;
  ids: IdSource;
  now: Date;
}

/** May anything be written for readers of this account? Loads its keys. Not when it is erased: a key that is still in
 *  memory must not write into an account that is being erased. */
export async function isReaderServed(
  tx: Transaction,
  { keyring, now }: Pick<ReaderContext, "keyring" | "now">,
  accountId: bigint,
): Promise<boolean> {
  const account = await selectAccount(tx, accountId);
  await keyring.load(tx, [accountId]);
  const isErased = account === undefined || (account.eraseAt !== null && account.eraseAt <= now);
  return !isErased && keyring.has(accountId);
}

/** The address behind a reader's link; null when the message is not kept any more. The account's keys must be loaded. */
export async function readerAddress(
  tx: Transaction,
  keyring: Keyring,
  { accountId, messageId }: ReaderOf,
): Promise<string | null> {
  const [row] = await selectComposable(tx, [{ accountId, id: messageId }]);
  if (row === undefined || !keyring.has(accountId)) return null;
  const plain = keyring.openIdentity({ table: "message", accountId, id: messageId }, row.sealed).toString();
  return (JSON.parse(plain) as MessageIdentity).address;
}
