import { type Sql, sql, type Transaction } from "../../base/database.ts";

/** Why a program was refused: `refused` is what was said to its message or to its sender. */
export const smtpRefusalKinds = [
  "wrong_secret",
  "not_encrypted",
  "not_allowed",
  "crowded",
  "refused",
] as const;
export type SmtpRefusalKind = (typeof smtpRefusalKinds)[number];

export interface SmtpRefusalRow {
  accountId: bigint;
  id: bigint;
  keyId: bigint;
  kind: SmtpRefusalKind;
  code: number;
  sealed: Buffer;
}

/** Adds a refusal and forgets what an account has too many of. @param rowsMax how many are left */
export async function insertSmtpRefusal(
  tx: Transaction,
  row: SmtpRefusalRow,
  rowsMax: number,
): Promise<void> {
  const { accountId, id, keyId, kind, code, sealed } = row;
  await tx.run(sql`
    insert into smtp_refusal (account_id, id, key_id, kind, code, sealed)
    values (${accountId}, ${id}, ${keyId}, ${kind}, ${code}::smallint, ${sealed})`);
  await tx.run(sql`
    delete from smtp_refusal where account_id = ${accountId} and id <= (
      select r.id from smtp_refusal r where r.account_id = ${accountId} order by r.id desc offset ${rowsMax} limit 1)`);
}

/** The refusals of an account from an id on, newest first. Several that are noted at once may leave a few more in the table. */
export async function selectSmtpRefusals(
  reader: Sql,
  accountId: bigint,
  { fromId, limit }: { fromId: bigint; limit: number },
): Promise<SmtpRefusalRow[]> {
  return reader.rows(sql`
    select r.account_id as "accountId", r.id, r.key_id as "keyId", r.kind, r.code, r.sealed from smtp_refusal r
    where r.account_id = ${accountId} and r.id >= ${fromId} order by r.id desc limit ${limit}`);
}
