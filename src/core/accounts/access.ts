import type { Transaction } from "../../base/database.ts";
import { Refusal } from "../../base/errors.ts";
import type { Keyring } from "../keys/index.ts";
import { type AccessRow, accessesMax, countAccesses, insertAccess, updateAccess } from "./access-store.ts";
import type { CreateContext } from "./context.ts";

/** Somebody with whom an account shares a key. */
export interface Access {
  id: bigint;
  keyId: bigint;
  userId: bigint;
  /** Areas, separated by commas; "" for all. */
  areas: string;
  customName: string;
  isActive: boolean;
  createdAt: Date;
}

// Names of areas and a name for the other side; the shares are listed as a whole.
const textCharactersMax = 1000;

interface AccessSealed {
  keyId: string;
  userId: string;
  areas: string;
  customName: string;
}

/** Shares a key. The account's keys must be loaded.
 *  @throws Refusal invalid, too_many */
export async function grantAccess(
  tx: Transaction,
  { keyring, ids, now }: CreateContext,
  accountId: bigint,
  grant: Omit<Access, "id" | "createdAt">,
): Promise<Access> {
  if ((await countAccesses(tx, accountId)) >= accessesMax) {
    throw new Refusal("too_many", `An account shares its keys at most ${accessesMax} times.`);
  }
  const access: Access = { ...grant, id: ids.nextSmall(now), createdAt: now };
  await insertAccess(tx, rowOf(keyring, accountId, access));
  return access;
}

/** Writes a changed share. Answers false when it is gone.
 *  @throws Refusal invalid */
export async function changeAccess(
  tx: Transaction,
  keyring: Keyring,
  accountId: bigint,
  access: Access,
): Promise<boolean> {
  return updateAccess(tx, rowOf(keyring, accountId, access));
}

/** Opens a row. The account's keys must be loaded. */
export function openAccess(keyring: Keyring, row: AccessRow): Access {
  const { accountId, id, sealed, isActive, createdAt } = row;
  const place = { table: "account_access", accountId, id };
  const { keyId, userId, areas, customName } = JSON.parse(
    keyring.openIdentity(place, sealed).toString(),
  ) as AccessSealed;
  return { id, keyId: BigInt(keyId), userId: BigInt(userId), areas, customName, isActive, createdAt };
}

function rowOf(keyring: Keyring, accountId: bigint, access: Access): AccessRow {
  const { id, keyId, userId, areas, customName, isActive, createdAt } = access;
  if (Math.max(areas.length, customName.length) > textCharactersMax) {
    throw new Refusal("invalid", `A shared key's texts have at most ${textCharactersMax} characters.`);
  }
  const plain: AccessSealed = { keyId: keyId.toString(), userId: userId.toString(), areas, customName };
  const sealed = keyring.sealIdentity({ table: "account_access", accountId, id }, JSON.stringify(plain));
  return { accountId, id, sealed, isActive, createdAt };
}
