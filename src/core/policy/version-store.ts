import { type Sql, sql, type Transaction } from "../../base/database.ts";
import type { PolicyVersion } from "./version.ts";

/** Every version, the oldest first. There is one in years. */
export async function selectPolicyVersions(reader: Sql): Promise<PolicyVersion[]> {
  return reader.rows(sql`
    select v.number, v.published_at as "publishedAt", v.effective_at as "effectiveAt", a.at as "announcedAt",
      v.document as text, v.hash
    from policy_version v left join policy_announced a on a.version = v.number
    order by v.number`);
}

/** One after the other: two who publish at once must not both follow the same version. */
export async function lockPolicy(tx: Transaction): Promise<void> {
  await tx.run(sql`select pg_advisory_xact_lock(hashtext('policy_version'))`);
}

export async function insertPolicyVersion(
  tx: Transaction,
  { number, publishedAt, effectiveAt, text, hash }: Omit<PolicyVersion, "announcedAt">,
): Promise<void> {
  await tx.run(sql`
    insert into policy_version (number, published_at, effective_at, document, hash)
    values (${number}, ${publishedAt}, ${effectiveAt}, ${text}, ${hash})`);
}

export async function insertAnnounced(tx: Transaction, version: number, at: Date): Promise<void> {
  await tx.run(sql`
    insert into policy_announced (version, at) values (${version}, ${at}) on conflict (version) do nothing`);
}

/** Owners of open accounts who have not been written to about a version. A sub-account of the same owner is not written to
 *  again; who came when a version was announced already has read of it. */
export async function selectUntold(
  reader: Sql,
  { number, announcedAt }: Pick<PolicyVersion, "number" | "announcedAt">,
  limit: number,
): Promise<bigint[]> {
  const rows = await reader.rows<{ id: bigint }>(sql`
    select a.id from account a
    where a.state <> 'closed' and not a.is_synthetic
      and (${announcedAt}::timestamptz is null or a.created_at <= ${announcedAt})
      and not exists (select from policy_notice n where n.account_id = a.id and n.version = ${number})
      and not exists (select from account p where p.id = a.parent_id and p.address_lookup = a.address_lookup
        and p.state <> 'closed')
    order by a.id limit ${limit}`);
  return rows.map(({ id }) => id);
}

export async function insertNotice(
  tx: Transaction,
  row: { accountId: bigint; version: number; outcome: "accepted" | "refused"; at: Date },
): Promise<void> {
  await tx.run(sql`
    insert into policy_notice (account_id, version, outcome, at)
    values (${row.accountId}, ${row.version}, ${row.outcome}, ${row.at})
    on conflict (account_id, version) do nothing`);
}

/** How many owners were written to about each version. */
export async function countNotices(
  reader: Sql,
): Promise<{ version: number; accepted: number; refused: number }[]> {
  return reader.rows(sql`
    select n.version, (count(*) filter (where n.outcome = 'accepted'))::int as accepted,
      (count(*) filter (where n.outcome = 'refused'))::int as refused
    from policy_notice n group by n.version order by n.version`);
}
