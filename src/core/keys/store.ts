import { type Sql, sql, type Transaction } from "../../base/database.ts";

export async function insertAccountKey(tx: Transaction, accountId: bigint, sealedKey: Buffer): Promise<void> {
  await tx.run(sql`insert into account_key (account_id, sealed_key) values (${accountId}, ${sealedKey})`);
}

export async function selectAccountKeys(
  reader: Sql,
  accountIds: bigint[],
): Promise<{ accountId: bigint; sealedKey: Buffer }[]> {
  return reader.rows(sql`
    select k.account_id as "accountId", k.sealed_key as "sealedKey"
    from account_key k where k.account_id = any(${accountIds}::bigint[])`);
}

/** What this database says its keys are; undefined before the first start. */
export async function selectInstallation(
  reader: Sql,
): Promise<{ rootCheck: Buffer; ratchetId: Buffer; clockOffsetMs: bigint } | undefined> {
  return reader.row(sql`
    select i.root_check as "rootCheck", i.ratchet_id as "ratchetId", i.clock_offset_ms as "clockOffsetMs"
    from installation i`);
}

export async function insertInstallation(
  tx: Transaction,
  rootCheck: Buffer,
  ratchetId: Buffer,
): Promise<void> {
  await tx.run(sql`
    insert into installation (root_check, ratchet_id) values (${rootCheck}, ${ratchetId})
    on conflict do nothing`);
}

export async function updateClockOffset(tx: Transaction, offsetMs: bigint): Promise<void> {
  await tx.run(sql`
    update installation set clock_offset_ms = greatest(clock_offset_ms, ${offsetMs})`);
}
