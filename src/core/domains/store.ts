import { type Sql, sql, type Transaction } from "../../base/database.ts";
import type { DomainReport } from "./report.ts";

export type DomainState = "pending" | "verified";

export interface DomainRow {
  accountId: bigint;
  id: bigint;
  name: string;
  ownershipToken: string;
  selector: string;
  rsaPublic: string;
  sealedRsa: Buffer;
  /** A second key, for receivers that know RFC 8463; null where nobody has asked for one. */
  ed25519: { public: string; sealed: Buffer } | null;
  state: DomainState;
  verifiedBy: "dns" | "operator" | null;
  verifiedAt: Date | null;
  spfStatus: string;
  dkimStatus: string;
  report: DomainReport;
  checkedAt: Date | null;
  createdAt: Date;
}

/** How many domains an account may have: they are listed as a whole, and each costs a key. */
export const domainsMax = 1000;

// As it comes: the two columns of the second key are null together.
interface StoredDomain extends Omit<DomainRow, "ed25519"> {
  ed25519Public: string | null;
  sealedEd25519: Buffer | null;
}

function domainOf({ ed25519Public, sealedEd25519, ...row }: StoredDomain): DomainRow {
  const hasSecond = ed25519Public !== null && sealedEd25519 !== null;
  return { ...row, ed25519: hasSecond ? { public: ed25519Public, sealed: sealedEd25519 } : null };
}

const columns = sql`d.account_id as "accountId", d.id, d.name, d.ownership_token as "ownershipToken", d.selector,
  d.rsa_public as "rsaPublic", d.sealed_rsa as "sealedRsa", d.ed25519_public as "ed25519Public",
  d.sealed_ed25519 as "sealedEd25519", d.state, d.verified_by as "verifiedBy",
  d.verified_at as "verifiedAt", d.spf_status as "spfStatus", d.dkim_status as "dkimStatus", d.report,
  d.checked_at as "checkedAt", d.created_at as "createdAt"`;

/** Adds a domain; answers false when the account has it already. */
export async function insertDomain(tx: Transaction, row: DomainRow, nextCheckAt: Date): Promise<boolean> {
  const count = await tx.run(sql`
    insert into domain (account_id, id, name, ownership_token, selector, rsa_public, sealed_rsa, ed25519_public,
      sealed_ed25519, state, verified_by, verified_at, spf_status, dkim_status, report, checked_at, next_check_at, created_at)
    values (${row.accountId}, ${row.id}, ${row.name}, ${row.ownershipToken}, ${row.selector}, ${row.rsaPublic},
      ${row.sealedRsa}, ${row.ed25519?.public ?? null}, ${row.ed25519?.sealed ?? null}, ${row.state}, ${row.verifiedBy}, ${row.verifiedAt}, ${row.spfStatus}, ${row.dkimStatus},
      ${JSON.stringify(row.report)}::jsonb, ${row.checkedAt}, ${nextCheckAt}, ${row.createdAt})
    on conflict (account_id, name) do nothing`);
  return count > 0;
}

export async function selectDomains(reader: Sql, accountId: bigint): Promise<DomainRow[]> {
  const rows = await reader.rows<StoredDomain>(sql`
    select ${columns} from domain d where d.account_id = ${accountId} order by d.id limit ${domainsMax}`);
  return rows.map(domainOf);
}

export async function countDomains(reader: Sql, accountId: bigint): Promise<number> {
  const row = await reader.row<{ count: bigint }>(sql`
    select count(*) as count from domain d where d.account_id = ${accountId}`);
  return Number(row?.count ?? 0n);
}

export async function selectDomain(
  reader: Sql,
  accountId: bigint,
  key: { name: string } | { id: bigint },
): Promise<DomainRow | undefined> {
  const condition = "name" in key ? sql`d.name = ${key.name}` : sql`d.id = ${key.id}`;
  const row = await reader.row<StoredDomain>(sql`
    select ${columns} from domain d where d.account_id = ${accountId} and ${condition}`);
  return row && domainOf(row);
}

/** Gives a domain its second key; answers false when it has one already. */
export async function insertEd25519(
  tx: Transaction,
  { accountId, id }: Pick<DomainRow, "accountId" | "id">,
  key: { public: string; sealed: Buffer },
): Promise<boolean> {
  const count = await tx.run(sql`
    update domain set ed25519_public = ${key.public}, sealed_ed25519 = ${key.sealed}
    where account_id = ${accountId} and id = ${id} and ed25519_public is null`);
  return count > 0;
}

export async function updateDomain(
  tx: Transaction,
  row: Pick<
    DomainRow,
    | "accountId"
    | "id"
    | "state"
    | "verifiedBy"
    | "verifiedAt"
    | "spfStatus"
    | "dkimStatus"
    | "report"
    | "checkedAt"
  >,
  nextCheckAt: Date,
): Promise<void> {
  await tx.run(sql`
    update domain set state = ${row.state}, verified_by = ${row.verifiedBy}, verified_at = ${row.verifiedAt},
      spf_status = ${row.spfStatus}, dkim_status = ${row.dkimStatus}, report = ${JSON.stringify(row.report)}::jsonb,
      checked_at = ${row.checkedAt}, next_check_at = ${nextCheckAt}
    where account_id = ${row.accountId} and id = ${row.id}`);
}

export async function deleteDomain(tx: Transaction, accountId: bigint, id: bigint): Promise<boolean> {
  return (await tx.run(sql`delete from domain where account_id = ${accountId} and id = ${id}`)) > 0;
}

/** Domains whose daily check is due, over all accounts. */
export async function selectDueDomains(
  reader: Sql,
  now: Date,
  limit: number,
): Promise<{ accountId: bigint; id: bigint }[]> {
  return reader.rows(sql`
    select d.account_id as "accountId", d.id from domain d
    where d.next_check_at <= ${now} order by d.next_check_at limit ${limit}`);
}
