import { type Sql, sql, type Transaction } from "../../base/database.ts";

export interface AccessRow {
  accountId: bigint;
  id: bigint;
  sealed: Buffer;
  isActive: boolean;
  createdAt: Date;
}

/** How often an account may share its keys: the shares are listed as a whole. */
export const accessesMax = 1000;

const columns = sql`x.account_id as "accountId", x.id, x.sealed, x.is_active as "isActive",
  x.created_at as "createdAt"`;

export async function insertAccess(tx: Transaction, row: AccessRow): Promise<void> {
  await tx.run(sql`
    insert into account_access (account_id, id, sealed, is_active, created_at)
    values (${row.accountId}, ${row.id}, ${row.sealed}, ${row.isActive}, ${row.createdAt})`);
}

export async function selectAccesses(reader: Sql, accountId: bigint): Promise<AccessRow[]> {
  return reader.rows(sql`
    select ${columns} from account_access x where x.account_id = ${accountId} order by x.id limit ${accessesMax}`);
}

export async function countAccesses(reader: Sql, accountId: bigint): Promise<number> {
  const row = await reader.row<{ count: bigint }>(sql`
    select count(*) as count from account_access x where x.account_id = ${accountId}`);
  return Number(row?.count ?? 0n);
}

export async function selectAccess(
  reader: Sql,
  accountId: bigint,
  id: bigint,
): Promise<AccessRow | undefined> {
  return reader.row(sql`
    select ${columns} from account_access x where x.account_id = ${accountId} and x.id = ${id}`);
}

export async function updateAccess(tx: Transaction, row: AccessRow): Promise<boolean> {
  const count = await tx.run(sql`
    update account_access set sealed = ${row.sealed}, is_active = ${row.isActive}
    where account_id = ${row.accountId} and id = ${row.id}`);
  return count > 0;
}

export async function deleteAccess(tx: Transaction, accountId: bigint, id: bigint): Promise<boolean> {
  return (await tx.run(sql`delete from account_access where account_id = ${accountId} and id = ${id}`)) > 0;
}
