import { type Sql, sql, type Transaction } from "../../base/database.ts";

/** The key of an account as it lies in the database. */
export interface AccountKeyRow {
  accountId: bigint;
  sealedKey: Buffer;
  /** The day of the chain it is sealed under; 0 for one that is sealed under the root key alone. */
  sealedOn: number;
}

const accountKeyColumns = sql`k.account_id as "accountId", k.sealed_key as "sealedKey", k.sealed_on as "sealedOn"`;

export async function insertAccountKey(tx: Transaction, row: AccountKeyRow): Promise<void> {
  await tx.run(sql`
    insert into account_key (account_id, sealed_key, sealed_on)
    values (${row.accountId}, ${row.sealedKey}, ${row.sealedOn})`);
}

export async function selectAccountKeys(reader: Sql, accountIds: bigint[]): Promise<AccountKeyRow[]> {
  return reader.rows(sql`
    select ${accountKeyColumns} from account_key k where k.account_id = any(${accountIds}::bigint[])`);
}

/** Keys that were sealed before a day; those that another process is at are left to it. */
export async function lockKeysSealedBefore(
  tx: Transaction,
  day: number,
  page: { afterId: bigint; limit: number },
): Promise<AccountKeyRow[]> {
  return tx.rows(sql`
    select ${accountKeyColumns} from account_key k where k.sealed_on < ${day} and k.account_id > ${page.afterId}
    order by k.account_id limit ${page.limit} for update skip locked`);
}

export async function updateAccountKeys(tx: Transaction, rows: AccountKeyRow[]): Promise<void> {
  await tx.run(sql`
    update account_key k set sealed_key = n.sealed_key, sealed_on = n.sealed_on
    from unnest(${rows.map((row) => row.accountId)}::bigint[], ${rows.map((row) => row.sealedKey)}::bytea[],
      ${rows.map((row) => row.sealedOn)}::int[]) as n (account_id, sealed_key, sealed_on)
    where k.account_id = n.account_id`);
}

/** The first day of the chain that a key still needs; null when no key needs any. */
export async function selectFirstSealedOn(reader: Sql): Promise<number | null> {
  const row = await reader.row<{ day: number | null }>(sql`
    select min(k.sealed_on) as day from account_key k where k.sealed_on > 0`);
  return row?.day ?? null;
}

/** What this database says its keys are; undefined before the first start. */
export async function selectInstallation(
  reader: Sql,
): Promise<
  { rootCheck: Buffer; ratchetId: Buffer; accountChainId: Buffer | null; clockOffsetMs: bigint } | undefined
> {
  return reader.row(sql`
    select i.root_check as "rootCheck", i.ratchet_id as "ratchetId", i.account_chain_id as "accountChainId",
      i.clock_offset_ms as "clockOffsetMs"
    from installation i`);
}

export async function insertInstallation(
  tx: Transaction,
  keys: { rootCheck: Buffer; ratchetId: Buffer; accountChainId: Buffer },
): Promise<void> {
  await tx.run(sql`
    insert into installation (root_check, ratchet_id, account_chain_id)
    values (${keys.rootCheck}, ${keys.ratchetId}, ${keys.accountChainId})
    on conflict do nothing`);
  // An installation from before there was such a chain takes the first one it is offered.
  await tx.run(sql`
    update installation set account_chain_id = ${keys.accountChainId} where account_chain_id is null`);
}

export async function updateClockOffset(tx: Transaction, offsetMs: bigint): Promise<void> {
  await tx.run(sql`
    update installation set clock_offset_ms = greatest(clock_offset_ms, ${offsetMs})`);
}
