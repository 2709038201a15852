import type { Sql } from "../../../base/database.ts";
import { Refusal } from "../../../base/errors.ts";
import {
  type AccountRow,
  type ApiKeyRow,
  changeAccount,
  createSubAccount,
  openAccount,
  openKeyName,
  sealKeyName,
  selectAccount,
  selectApiKeys,
  selectFamily,
  updateApiKey,
} from "../../../core/accounts/index.ts";
import type { Keyring } from "../../../core/keys/index.ts";
import type { ApiKeyRecord, KeyServices } from "../mailjet/resources/account-services.ts";
import type { Change } from "../mailjet/resources/page.ts";
import type { Principal } from "../principal.ts";
import { changes, isMaster, making, note, requireMaster, type ServiceContext } from "./context.ts";

const operator = { role: "operator" } as const;

/** Mailjet's `apikey`: the primary pairs of the account and of its sub-accounts. */
export function keyServices(context: ServiceContext): KeyServices {
  return {
    listApiKeys: (principal) => listApiKeys(context, principal),
    createSubAccountKey: (principal, name, isActive) => createKey(context, principal, { name, isActive }),
    updateApiKey: (principal, id, change) => changeKey(context, principal, id, change),
  };
}

async function listApiKeys(context: ServiceContext, principal: Principal): Promise<ApiKeyRecord[]> {
  const { database, keyring, publicUrl } = context;
  const found = await database.read(operator, (reader) => selectVisible(reader, keyring, principal));
  return found.map((pair) => recordOf(keyring, pair, publicUrl));
}

interface Pair {
  account: AccountRow;
  key: ApiKeyRow;
}

// The right is asked here, since this reads across accounts: only the master key sees those below it.
async function selectVisible(reader: Sql, keyring: Keyring, principal: Principal): Promise<Pair[]> {
  const { accountId } = principal;
  const own = await selectAccount(reader, accountId);
  const accounts = isMaster(principal)
    ? await selectFamily(reader, accountId)
    : own === undefined
      ? []
      : [own];
  const accountIds = accounts.map((account) => account.id);
  await keyring.load(reader, accountIds);
  const keys = await selectApiKeys(reader, accountIds);
  return keys
    .filter((key) => key.isPrimary && key.revokedAt === null && keyring.has(key.accountId))
    .flatMap((key) => accounts.filter(({ id }) => id === key.accountId).map((account) => ({ account, key })));
}

function recordOf(keyring: Keyring, { account, key }: Pair, publicUrl: string): ApiKeyRecord {
  const { id, publicKey, createdAt, isActive } = key;
  const name = openKeyName(keyring, key);
  return {
    id,
    publicKey,
    name,
    createdAt,
    isActive,
    isMaster: account.parentId === null,
    trackHost: hostOf(publicUrl),
  };
}

function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : "";
}

async function createKey(
  context: ServiceContext,
  principal: Principal,
  wish: { name: string; isActive: boolean },
): Promise<{ key: ApiKeyRecord; secret: string }> {
  requireMaster(principal, "open sub-accounts");
  const name = checkedName(wish.name);
  const { database, keyring, publicUrl } = context;
  return database.write(operator, async (tx) => {
    await keyring.load(tx, [principal.accountId]);
    const row = await selectAccount(tx, principal.accountId);
    if (row === undefined) throw new Error("An account that has just authenticated is gone.");
    const made = await createSubAccount(tx, making(context), openAccount(keyring, row), { ...wish, name });
    await note(tx, context, principal, { action: "sub_account.created", subjectId: made.account.id });
    const { id, publicKey, secretKey } = made.key;
    const { createdAt } = made.account;
    const key = {
      id,
      publicKey,
      name,
      createdAt,
      isActive: wish.isActive,
      isMaster: false,
      trackHost: hostOf(publicUrl),
    };
    return { key, secret: secretKey };
  });
}

async function changeKey(
  context: ServiceContext,
  principal: Principal,
  id: bigint,
  change: { name?: string; isActive?: boolean },
): Promise<Change<ApiKeyRecord>> {
  requireMaster(principal, "change key pairs");
  const { database, keyring, publicUrl, senders } = context;
  const wanted = change.name === undefined ? change : { ...change, name: checkedName(change.name) };
  return database.write(operator, async (tx) => {
    const pair = (await selectVisible(tx, keyring, principal)).find(({ key }) => key.id === id);
    if (pair === undefined) return { kind: "unknown" };
    const old = recordOf(keyring, pair, publicUrl);
    if (!changes(old, wanted)) return { kind: "unchanged" };
    if (wanted.isActive === false && old.isMaster) {
      throw new Refusal("primary_key", "The primary key pair of the main account cannot be switched off.");
    }
    const { account, key } = pair;
    const { name, isActive = null } = wanted;
    const sealedName = name === undefined ? null : sealKeyName(keyring, key, name);
    await updateApiKey(tx, key, { isActive, sealedName, revokedAt: null });
    // A sub-account is known by the name of its key, as in Mailjet's lists.
    if (name !== undefined && !old.isMaster)
      await changeAccount(tx, keyring, openAccount(keyring, account), { name });
    await note(tx, context, principal, { action: "api_key.changed", subjectId: id });
    tx.onCommit(() => senders.forget(account.id));
    return { kind: "changed", value: { ...old, ...wanted } };
  });
}

// As long as the name of a company with its legal form and town.
const nameCharactersMax = 200;

function checkedName(text: string): string {
  const name = text.trim();
  if (name !== "" && name.length <= nameCharactersMax) return name;
  throw new Refusal("invalid", `A name has 1 to ${nameCharactersMax} characters.`, { field: "Name" });
}
