import { type Sql, sql, type Transaction } from "../../base/database.ts";

export type AccountState = "active" | "suspended" | "closed";

export interface AccountRow {
  id: bigint;
  parentId: bigint | null;
  state: AccountState;
  addressLookup: Buffer;
  sealed: Buffer;
  dayQuota: bigint | null;
  createdAt: Date;
  /** An account of the probes that watch the promises. */
  isSynthetic: boolean;
  /** Since when it is closed; null while it is open. */
  closedAt: Date | null;
  /** From when on nothing of it may be there; null while it is open. */
  eraseAt: Date | null;
}

export interface ApiKeyRow {
  accountId: bigint;
  id: bigint;
  publicKey: string;
  secretHash: Buffer;
  sealedName: Buffer;
  scopes: string[];
  isPrimary: boolean;
  isActive: boolean;
  createdAt: Date;
  lastUsedOn: string | null;
  revokedAt: Date | null;
}

const accountColumns = sql`a.id, a.parent_id as "parentId", a.state, a.address_lookup as "addressLookup", a.sealed,
  a.day_quota as "dayQuota", a.created_at as "createdAt", a.is_synthetic as "isSynthetic",
  a.closed_at as "closedAt", a.erase_at as "eraseAt"`;
const keyColumns = sql`k.account_id as "accountId", k.id, k.public_key as "publicKey", k.secret_hash as "secretHash",
  k.sealed_name as "sealedName", k.scopes, k.is_primary as "isPrimary", k.is_active as "isActive",
  k.created_at as "createdAt", k.last_used_on::text as "lastUsedOn", k.revoked_at as "revokedAt"`;

export async function insertAccount(
  tx: Transaction,
  row: Omit<AccountRow, "closedAt" | "eraseAt">,
): Promise<void> {
  await tx.run(sql`
    insert into account (id, parent_id, state, address_lookup, sealed, day_quota, created_at, is_synthetic)
    values (${row.id}, ${row.parentId}, ${row.state}, ${row.addressLookup}, ${row.sealed}, ${row.dayQuota},
      ${row.createdAt}, ${row.isSynthetic})`);
}

export async function selectAccount(reader: Sql, id: bigint): Promise<AccountRow | undefined> {
  return reader.row(sql`select ${accountColumns} from account a where a.id = ${id}`);
}

/** Of many accounts, those that are there and whose time is not over: one query by key for all of them. */
export async function selectServed(reader: Sql, ids: Iterable<bigint>, now: Date): Promise<Set<bigint>> {
  const rows = await reader.rows<{ id: bigint }>(sql.named("select_served")`
    select a.id from account a
    where a.id = any(${[...ids]}::bigint[]) and (a.erase_at is null or a.erase_at > ${now})`);
  return new Set(rows.map(({ id }) => id));
}

export async function selectAccountsByAddress(reader: Sql, lookup: Buffer): Promise<AccountRow[]> {
  return reader.rows(sql`
    select ${accountColumns} from account a where a.address_lookup = ${lookup} order by a.id`);
}

/** A page of accounts in order of their ids. */
export async function selectAccounts(reader: Sql, afterId: bigint, limit: number): Promise<AccountRow[]> {
  return reader.rows(sql`
    select ${accountColumns} from account a where a.id > ${afterId} order by a.id limit ${limit}`);
}

/** Is there any account of a customer? */
export async function accountsExist(reader: Sql): Promise<boolean> {
  return (await reader.row(sql`select a.id from account a where not a.is_synthetic limit 1`)) !== undefined;
}

/** How many sub-accounts an account may have: they are listed as a whole. */
export const subAccountsMax = 1000;

/** The account and its sub-accounts, the account first. */
export async function selectFamily(reader: Sql, accountId: bigint): Promise<AccountRow[]> {
  return reader.rows(sql`
    select ${accountColumns} from account a where a.id = ${accountId} or a.parent_id = ${accountId}
    order by a.id limit ${subAccountsMax + 1}`);
}

/** Closes accounts, or opens them again. */
export async function updateClosing(
  tx: Transaction,
  accountIds: bigint[],
  change: { state: AccountState; closedAt: Date | null; eraseAt: Date | null; now: Date },
): Promise<number> {
  // Not one that is being erased: it may have been taken for that since it was read.
  return tx.run(sql`
    update account set state = ${change.state}, closed_at = ${change.closedAt}::timestamptz,
      erase_at = ${change.eraseAt}::timestamptz
    where id = any(${accountIds}::bigint[]) and (erase_at is null or erase_at > ${change.now})`);
}

export async function updateAccountIdentity(
  tx: Transaction,
  id: bigint,
  identity: { addressLookup: Buffer; sealed: Buffer },
): Promise<void> {
  await tx.run(sql`
    update account set address_lookup = ${identity.addressLookup}, sealed = ${identity.sealed} where id = ${id}`);
}

export async function insertApiKey(tx: Transaction, row: ApiKeyRow): Promise<void> {
  await tx.run(sql`
    insert into api_key (account_id, id, public_key, secret_hash, sealed_name, scopes, is_primary, is_active, created_at)
    values (${row.accountId}, ${row.id}, ${row.publicKey}, ${row.secretHash}, ${row.sealedName},
      ${row.scopes}::text[], ${row.isPrimary}, ${row.isActive}, ${row.createdAt})`);
}

/** A key by its public half, with its account: what a sign-in by key needs, in one look. */
export async function selectByPublicKey(
  reader: Sql,
  publicKey: string,
): Promise<
  (ApiKeyRow & { accountState: AccountState; parentId: bigint | null; eraseAt: Date | null }) | undefined
> {
  return reader.row(sql.named("select_by_public_key")`
    select ${keyColumns}, a.state as "accountState", a.parent_id as "parentId", a.erase_at as "eraseAt"
    from api_key k join account a on a.id = k.account_id
    where k.public_key = ${publicKey}`);
}

export async function selectApiKeys(reader: Sql, accountIds: bigint[]): Promise<ApiKeyRow[]> {
  return reader.rows(sql`
    select ${keyColumns} from api_key k where k.account_id = any(${accountIds}::bigint[]) order by k.id`);
}

/** What may change of a key. Null leaves it as it is. */
export interface ApiKeyChange {
  isActive: boolean | null;
  sealedName: Buffer | null;
  revokedAt: Date | null;
}

export async function updateApiKey(
  tx: Transaction,
  key: { accountId: bigint; id: bigint },
  change: ApiKeyChange,
): Promise<boolean> {
  const count = await tx.run(sql`
    update api_key set is_active = coalesce(${change.isActive}::boolean, is_active),
      sealed_name = coalesce(${change.sealedName}::bytea, sealed_name),
      revoked_at = coalesce(${change.revokedAt}::timestamptz, revoked_at)
    where account_id = ${key.accountId} and id = ${key.id}`);
  return count > 0;
}

/** Removes a key that nobody is to see any more, such as one of a probe. */
export async function deleteApiKey(tx: Transaction, key: { accountId: bigint; id: bigint }): Promise<void> {
  await tx.run(sql`delete from api_key where account_id = ${key.accountId} and id = ${key.id}`);
}

/** Notes the day a key was last used; at most one write a key and day. */
export async function touchApiKey(
  tx: Transaction,
  key: { accountId: bigint; id: bigint },
  day: string,
): Promise<void> {
  await tx.run(sql`
    update api_key set last_used_on = ${day}::date
    where account_id = ${key.accountId} and id = ${key.id}
      and (last_used_on is null or last_used_on < ${day}::date)`);
}

export async function selectProfile(reader: Sql, accountId: bigint): Promise<Buffer | undefined> {
  const row = await reader.row<{ sealed: Buffer }>(sql`
    select p.sealed from profile p where p.account_id = ${accountId}`);
  return row?.sealed;
}

export async function upsertProfile(
  tx: Transaction,
  accountId: bigint,
  sealed: Buffer,
  updatedAt: Date,
): Promise<void> {
  await tx.run(sql`
    insert into profile (account_id, sealed, updated_at) values (${accountId}, ${sealed}, ${updatedAt})
    on conflict (account_id) do update set sealed = excluded.sealed, updated_at = excluded.updated_at`);
}
