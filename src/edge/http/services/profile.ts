import type { Sql, Transaction } from "../../../base/database.ts";
import {
  type Account,
  changeAccount,
  openAccount,
  type Profile,
  readProfile,
  selectAccount,
  subAccountsMax,
  writeProfile,
} from "../../../core/accounts/index.ts";
import type { ProfileRecord, ProfileServices, UserRecord } from "../mailjet/resources/account-services.ts";
import type { Change } from "../mailjet/resources/page.ts";
import type { Principal } from "../principal.ts";
import { changes, making, note, readOwn, requireMaster, type ServiceContext, writeOwn } from "./context.ts";

/** Mailjet's `user` and `myprofile`: the account's own data. */
export function profileServices(context: ServiceContext): ProfileServices {
  return {
    readUser: (principal) =>
      readOwn(context, principal, async (reader) =>
        userOf(await readBoth(context, reader, principal.accountId)),
      ),
    updateUser: (principal, change) => updateUser(context, principal, change),
    readProfile: (principal) =>
      readOwn(context, principal, async (reader) =>
        profileOf(principal, await readProfile(reader, context.keyring, principal.accountId)),
      ),
    updateProfile: (principal, change) =>
      writeOwn(context, principal, async (tx) => {
        const old = await readProfile(tx, context.keyring, principal.accountId);
        if (!changes(old, change)) return { kind: "unchanged" };
        const profile = { ...old, ...change };
        await writeProfile(tx, making(context), principal.accountId, profile);
        await note(tx, context, principal, { action: "profile.changed", subjectId: null });
        return { kind: "changed", value: profileOf(principal, profile) };
      }),
  };
}

interface Both {
  account: Account;
  profile: Profile;
}

async function readBoth({ keyring }: ServiceContext, reader: Sql, accountId: bigint): Promise<Both> {
  const row = await selectAccount(reader, accountId);
  if (row === undefined) throw new Error("An account that has just authenticated is gone.");
  return { account: openAccount(keyring, row), profile: await readProfile(reader, keyring, accountId) };
}

type UserChange = Parameters<ProfileServices["updateUser"]>[1];

async function updateUser(
  context: ServiceContext,
  principal: Principal,
  change: UserChange,
): Promise<Change<UserRecord>> {
  const { database, keyring } = context;
  if (change.address === undefined) {
    return writeOwn(context, principal, (tx) => changeUser(context, principal, change, tx));
  }
  // The address is the account's: who may change it may take the account over.
  requireMaster(principal, "change the address of the account");
  return database.write({ role: "operator" }, async (tx) => {
    await keyring.load(tx, [principal.accountId]);
    return changeUser(context, principal, change, tx);
  });
}

async function changeUser(
  context: ServiceContext,
  principal: Principal,
  { address, ...change }: UserChange,
  tx: Transaction,
): Promise<Change<UserRecord>> {
  const { keyring } = context;
  const { accountId } = principal;
  const old = await readBoth(context, tx, accountId);
  const isMoved = address !== undefined && address !== old.account.address;
  if (!isMoved && !changes(userOf(old), change)) return { kind: "unchanged" };
  const account = isMoved ? await changeAccount(tx, keyring, old.account, { address }) : old.account;
  const profile = { ...old.profile, ...change };
  await writeProfile(tx, making(context), accountId, profile);
  await note(tx, context, principal, { action: "user.changed", subjectId: null });
  return { kind: "changed", value: userOf({ account, profile }) };
}

function userOf({ account, profile }: Both): UserRecord {
  return {
    id: account.id,
    address: account.address,
    username: profile.username === "" ? account.name : profile.username,
    locale: profile.locale,
    timezone: profile.timezone,
    createdAt: account.createdAt,
    lastLoginAt: null,
    apiKeysMax: subAccountsMax + 1,
    isActivated: true,
  };
}

function profileOf({ accountId }: Principal, profile: Profile): ProfileRecord {
  const { username: _username, locale: _locale, timezone: _timezone, ...rest } = profile;
  return { ...rest, id: accountId, userId: accountId, vatRate: 0 };
}
