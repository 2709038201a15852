import type { Sql } from "../../base/database.ts";
import type { Keyring } from "../keys/index.ts";
import { type MessageIdentity, uuidOf } from "./message.ts";
import { selectComposable } from "./store.ts";

/** The message of an account that one of these Message-IDs belongs to, the first that is kept; null when none does. Those
 *  we make name the message, and bear eight digits of its UUID, which nobody else knows. */
export async function findAnswered(
  reader: Sql,
  keyring: Keyring,
  accountId: bigint,
  messageIds: readonly string[],
): Promise<MessageIdentity | null> {
  for (const text of messageIds) {
    const [, name = "", mark = ""] = /^([0-9a-z]{1,13})\.([0-9a-f]{8})@/.exec(text) ?? [];
    if (name === "") continue;
    const id = [...name].reduce((sum, digit) => sum * 36n + BigInt(Number.parseInt(digit, 36)), 0n);
    if (id >= 1n << 63n || !uuidOf(keyring.lookup(accountId, `uuid/${id}`)).startsWith(mark)) continue;
    const [row] = await selectComposable(reader, [{ accountId, id }]);
    if (row === undefined) continue;
    const plain = keyring.openIdentity({ table: "message", accountId, id }, row.sealed).toString();
    return JSON.parse(plain) as MessageIdentity;
  }
  return null;
}
