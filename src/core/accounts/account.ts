import type { Transaction } from "../../base/database.ts";
import { Refusal } from "../../base/errors.ts";
import {
  type Address,
  isAddressProblem,
  normaliseForLookup,
  parseAddress,
} from "../../mail/address/index.ts";
import type { Keyring } from "../keys/index.ts";
import { type CreatedKey, createApiKey } from "./api-key.ts";
import type { CreateContext } from "./context.ts";
import { type AccountRow, type AccountState, insertAccount, updateAccountIdentity } from "./store.ts";

/** What is sealed in an account's row. */
export interface AccountIdentity {
  address: string;
  name: string;
}

/** An account as its readers see it. */
export interface Account extends AccountIdentity {
  id: bigint;
  parentId: bigint | null;
  state: AccountState;
  createdAt: Date;
}

/** Creates an account with its key and its primary key pair. The secret is in the answer and nowhere else.
 *  @throws Refusal invalid_address */
export async function createAccount(
  tx: Transaction,
  context: CreateContext,
  wish: { address: string; name: string; parentId: bigint | null; keyName?: string; isSynthetic?: boolean },
): Promise<{ account: Account; key: CreatedKey }> {
  const address = parseOwner(wish.address);
  const { keyring, ids, now } = context;
  const id = ids.nextSmall(now);
  await keyring.create(tx, id, now);
  const identity: AccountIdentity = { address: address.text, name: wish.name };
  await insertAccount(tx, {
    id,
    parentId: wish.parentId,
    state: "active",
    addressLookup: keyring.rootLookup(normaliseForLookup(address)),
    sealed: sealAccount(keyring, id, identity),
    dayQuota: null,
    createdAt: now,
    isSynthetic: wish.isSynthetic ?? false,
  });
  const key = await createApiKey(tx, context, {
    accountId: id,
    name: wish.keyName ?? "Primary",
    scopes: ["full"],
    isPrimary: true,
  });
  return { account: { id, parentId: wish.parentId, state: "active", createdAt: now, ...identity }, key };
}

/** Writes another address or name of an account. Its keys must be loaded.
 *  @throws Refusal invalid_address */
export async function changeAccount(
  tx: Transaction,
  keyring: Keyring,
  { id, ...old }: Account,
  change: Partial<AccountIdentity>,
): Promise<Account> {
  const address = parseOwner(change.address ?? old.address);
  const identity: AccountIdentity = { address: address.text, name: change.name ?? old.name };
  const addressLookup = keyring.rootLookup(normaliseForLookup(address));
  await updateAccountIdentity(tx, id, { addressLookup, sealed: sealAccount(keyring, id, identity) });
  return { ...old, id, ...identity };
}

function parseOwner(text: string): Address {
  const address = parseAddress(text);
  if (!isAddressProblem(address)) return address;
  throw new Refusal("invalid_address", `"${text}" is not an e-mail address: ${address.message}.`, {
    field: "address",
  });
}

function sealAccount(keyring: Keyring, id: bigint, identity: AccountIdentity): Buffer {
  return keyring.sealIdentity({ table: "account", accountId: id, id }, JSON.stringify(identity));
}

/** Opens an account's row. Its keys must be loaded. */
export function openAccount(keyring: Keyring, row: AccountRow): Account {
  const plain = keyring.openIdentity({ table: "account", accountId: row.id, id: row.id }, row.sealed);
  const identity = JSON.parse(plain.toString()) as AccountIdentity;
  return { id: row.id, parentId: row.parentId, state: row.state, createdAt: row.createdAt, ...identity };
}
