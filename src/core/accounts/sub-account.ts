import type { Transaction } from "../../base/database.ts";
import { Refusal } from "../../base/errors.ts";
import { type Account, createAccount } from "./account.ts";
import type { CreatedKey } from "./api-key.ts";
import type { CreateContext } from "./context.ts";
import { selectFamily, subAccountsMax, updateApiKey } from "./store.ts";

/** Opens a sub-account: keys, contacts, senders and statistics of its own, reached at its parent's address.
 *  @throws Refusal forbidden when the parent is a sub-account itself, too_many */
export async function createSubAccount(
  tx: Transaction,
  context: CreateContext,
  parent: Account,
  wish: { name: string; isActive: boolean },
): Promise<{ account: Account; key: CreatedKey }> {
  if (parent.parentId !== null) {
    throw new Refusal(
      "forbidden",
      "A sub-account has no sub-accounts. Use the key of the account it belongs to.",
    );
  }
  const family = await selectFamily(tx, parent.id);
  if (family.length > subAccountsMax) {
    throw new Refusal("too_many", `An account has at most ${subAccountsMax} sub-accounts.`);
  }
  const { name, isActive } = wish;
  const made = await createAccount(tx, context, {
    address: parent.address,
    name,
    keyName: name,
    parentId: parent.id,
  });
  if (!isActive) {
    const { accountId, id } = made.key;
    await updateApiKey(tx, { accountId, id }, { isActive, sealedName: null, revokedAt: null });
  }
  return made;
}
