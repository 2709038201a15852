import { type Sql, sql, type Transaction } from "../../base/database.ts";

/** `waiting` for its CNAME, `unreachable` over https, or `ready`: only then links lead there. */
export const linkHostStates = ["waiting", "unreachable", "ready"] as const;
export type LinkHostState = (typeof linkHostStates)[number];

/** The host of a customer's own domain that links in its mail lead to. */
export interface LinkHost {
  domain: string;
  host: string;
  state: LinkHostState;
  checkedAt: Date;
}

/** The host of one domain of an account. */
export async function selectLinkHost(
  reader: Sql,
  accountId: bigint,
  domain: string,
): Promise<LinkHost | undefined> {
  return reader.row(sql`
    select h.domain, h.host, h.state, h.checked_at as "checkedAt" from link_host h
    where h.account_id = ${accountId} and h.domain = ${domain}`);
}

/** Hosts of many accounts that are ready, as `account/domain` → host. */
export async function selectReadyHosts(
  reader: Sql,
  accountIds: Iterable<bigint>,
): Promise<Map<string, string>> {
  const rows = await reader.rows<{ accountId: bigint; domain: string; host: string }>(
    sql.named("select_ready_hosts")`
      select h.account_id as "accountId", h.domain, h.host from link_host h
      where h.account_id = any(${[...new Set(accountIds)]}::bigint[]) and h.state = 'ready'`,
  );
  return new Map(rows.map(({ accountId, domain, host }) => [`${accountId}/${domain}`, host]));
}

/** Writes which host a domain's links lead to, and what was seen of it. `before` is the host that was named when the look
 *  at it began, null for none. A look takes seconds: false, and nothing is written, where another was named or that one
 *  removed meanwhile. */
export async function writeLinkHost(
  tx: Transaction,
  accountId: bigint,
  { domain, host, state, checkedAt }: LinkHost,
  before: string | null,
): Promise<boolean> {
  const count =
    before === null
      ? await tx.run(sql`
          insert into link_host as h (account_id, domain, host, state, checked_at)
          values (${accountId}, ${domain}, ${host}, ${state}, ${checkedAt})
          on conflict (account_id, domain) do update set state = excluded.state, checked_at = excluded.checked_at
            where h.host = excluded.host`)
      : await tx.run(sql`
          update link_host set host = ${host}, state = ${state}, checked_at = ${checkedAt}
          where account_id = ${accountId} and domain = ${domain} and host = any(${[before, host]}::text[])`);
  return count > 0;
}

/** Lets a domain's links lead to our own host again. Answers whether there was another. */
export async function removeLinkHost(tx: Transaction, accountId: bigint, domain: string): Promise<boolean> {
  const count = await tx.run(
    sql`delete from link_host where account_id = ${accountId} and domain = ${domain}`,
  );
  return count > 0;
}
