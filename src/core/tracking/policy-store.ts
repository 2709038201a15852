import { type Sql, sql, type Transaction } from "../../base/database.ts";
import { policyUnlessSet, type TrackingPolicy } from "./mode.ts";

/** What accounts have decided, those that never have left out. */
export async function selectPolicies(
  reader: Sql,
  accountIds: Iterable<bigint>,
): Promise<Map<bigint, TrackingPolicy>> {
  const rows = await reader.rows<TrackingPolicy & { accountId: bigint }>(sql.named(
    "select_tracking_policies",
  )`
    select p.account_id as "accountId", p.mode, p.opens_by_default as "opensByDefault",
      p.clicks_by_default as "clicksByDefault"
    from tracking_policy p where p.account_id = any(${[...new Set(accountIds)]}::bigint[])`);
  return new Map(rows.map(({ accountId, ...policy }) => [accountId, policy]));
}

/** What one account has decided, or what holds until it does. */
export async function readPolicy(reader: Sql, accountId: bigint): Promise<TrackingPolicy> {
  return (await selectPolicies(reader, [accountId])).get(accountId) ?? policyUnlessSet;
}

/** Changes what an account has decided. Holds from the commit on, also for openings and clicks of mail that is delivered
 *  already. */
export async function writePolicy(
  tx: Transaction,
  accountId: bigint,
  { mode, opensByDefault, clicksByDefault }: TrackingPolicy,
  now: Date,
): Promise<void> {
  await tx.run(sql`
    insert into tracking_policy (account_id, mode, opens_by_default, clicks_by_default, updated_at)
    values (${accountId}, ${mode}, ${opensByDefault}, ${clicksByDefault}, ${now})
    on conflict (account_id) do update set mode = excluded.mode, opens_by_default = excluded.opens_by_default,
      clicks_by_default = excluded.clicks_by_default, updated_at = excluded.updated_at`);
}
