import { type Sql, sql, type Transaction } from "../../base/database.ts";

/** A parse route, as it is stored. */
export interface ParseRouteRow {
  accountId: bigint;
  id: bigint;
  lookup: Buffer;
  sealedAddress: Buffer;
  sealedUrl: Buffer;
  /** Its address was made here. */
  isGenerated: boolean;
  createdAt: Date;
}

const columns = sql`r.account_id as "accountId", r.id, r.lookup, r.sealed_address as "sealedAddress",
  r.sealed_url as "sealedUrl", r.is_generated as "isGenerated", r.created_at as "createdAt"`;

export async function insertParseRoute(tx: Transaction, row: ParseRouteRow): Promise<void> {
  await tx.run(sql`
    insert into parse_route (account_id, id, lookup, sealed_address, sealed_url, is_generated, created_at)
    values (${row.accountId}, ${row.id}, ${row.lookup}, ${row.sealedAddress}, ${row.sealedUrl}, ${row.isGenerated},
      ${row.createdAt})`);
}

export async function updateParseRoute(tx: Transaction, row: ParseRouteRow): Promise<void> {
  await tx.run(sql`
    update parse_route set lookup = ${row.lookup}, sealed_address = ${row.sealedAddress},
      sealed_url = ${row.sealedUrl}, is_generated = ${row.isGenerated}
    where account_id = ${row.accountId} and id = ${row.id}`);
}

/** Takes an address from an account that has lost its domain, and notes it there; see the function in the database.
 *  @param domain the asker must have proven it */
export async function releaseParseRoute(
  tx: Transaction,
  { lookup, domain, auditId }: { lookup: Buffer; domain: string; auditId: bigint },
): Promise<"released" | "kept" | "none"> {
  const row = await tx.row<{ outcome: "released" | "kept" | "none" }>(sql`
    select release_parse_route(${lookup}, ${domain}, ${auditId}) as outcome`);
  return row?.outcome ?? "none";
}

export async function deleteParseRoute(tx: Transaction, accountId: bigint, id: bigint): Promise<boolean> {
  return (await tx.run(sql`delete from parse_route where account_id = ${accountId} and id = ${id}`)) > 0;
}

/** An account's routes, the oldest first. */
export async function selectParseRoutes(reader: Sql, accountId: bigint): Promise<ParseRouteRow[]> {
  return reader.rows(sql`
    select ${columns} from parse_route r where r.account_id = ${accountId} order by r.id`);
}

/** Whose an address is. An account that is closed has none any more, and of a domain that is not its own any more
 *  neither: whoever has the domain now is who the mail is for. */
export async function selectParseRouteByLookup(
  reader: Sql,
  lookup: Buffer,
  domain: string,
): Promise<ParseRouteRow | undefined> {
  return reader.row(sql.named("select_parse_route")`
    select ${columns} from parse_route r join account a on a.id = r.account_id and a.state = 'active'
    where r.lookup = ${lookup} and (r.is_generated or exists (
      select from domain d where d.account_id = r.account_id and d.name = ${domain} and d.state = 'verified'))`);
}

/** How much waits for accounts; counted up to a number of mails. By the primary key. */
export async function selectWaiting(
  reader: Sql,
  accountIds: readonly bigint[],
  mailsMax: number,
): Promise<{ mails: number; bytes: number }[]> {
  const rows = await reader.rows<{ mails: bigint; bytes: bigint }>(sql.named("select_parse_waiting")`
    select count(*) as mails, coalesce(sum(w.bytes), 0)::bigint as bytes
    from unnest(${[...accountIds]}::bigint[]) as f (account_id)
    join lateral (
      select octet_length(p.sealed) as bytes from parse_post p where p.account_id = f.account_id limit ${mailsMax}) w
      on true
    group by f.account_id`);
  return rows.map(({ mails, bytes }) => ({ mails: Number(mails), bytes: Number(bytes) }));
}

const postsCountedMax = 100_000;

/** How many mails wait to be posted; counted up to 100,000. */
export async function countWaitingPosts(reader: Sql): Promise<number> {
  const row = await reader.row<{ count: bigint }>(sql`
    select count(*) as count from (select from parse_post limit ${postsCountedMax}) p`);
  return Number(row?.count ?? 0n);
}

/** A mail that waits to be posted. */
export interface ParsePostRow {
  accountId: bigint;
  id: bigint;
  routeId: bigint;
  sealed: Buffer;
  attempts: number;
}

export async function insertParsePosts(
  tx: Transaction,
  rows: Omit<ParsePostRow, "attempts">[],
  dueAt: Date,
): Promise<void> {
  await tx.run(sql.named("insert_parse_posts")`
    insert into parse_post (account_id, id, route_id, sealed, attempts, due_at)
    select f.account_id, f.id, f.route_id, f.sealed, 0, ${dueAt}::timestamptz from unnest(
      ${rows.map((r) => r.accountId)}::bigint[], ${rows.map((r) => r.id)}::bigint[],
      ${rows.map((r) => r.routeId)}::bigint[], ${rows.map((r) => r.sealed)}::bytea[])
      as f (account_id, id, route_id, sealed)`);
}

/** Takes what is due, the longest due first, and puts it off to `until`: whoever dies meanwhile has only delayed it. Routes
 *  that are busy are left out, so that one slow address holds up no other. By the index parse_post_due. */
export async function claimParsePosts(
  tx: Transaction,
  { now, until, limit, busy }: { now: Date; until: Date; limit: number; busy: readonly bigint[] },
): Promise<(ParsePostRow & { sealedUrl: Buffer | null })[]> {
  return tx.rows(sql`
    with due as (
      select p.account_id, p.id from parse_post p
      where p.due_at <= ${now} and p.route_id <> all(${[...busy]}::bigint[])
      order by p.due_at limit ${limit} for update skip locked)
    update parse_post p set due_at = ${until}, attempts = p.attempts + 1
    from due where p.account_id = due.account_id and p.id = due.id
    returning p.account_id as "accountId", p.id, p.route_id as "routeId", p.sealed, p.attempts,
      (select r.sealed_url from parse_route r where r.account_id = p.account_id and r.id = p.route_id) as "sealedUrl"`);
}

export async function postponeParsePost(
  tx: Transaction,
  { accountId, id }: { accountId: bigint; id: bigint },
  dueAt: Date,
): Promise<void> {
  await tx.run(sql`
    update parse_post set due_at = ${dueAt} where account_id = ${accountId} and id = ${id}`);
}

export async function deleteParsePost(
  tx: Transaction,
  { accountId, id }: { accountId: bigint; id: bigint },
): Promise<void> {
  await tx.run(sql`delete from parse_post where account_id = ${accountId} and id = ${id}`);
}
