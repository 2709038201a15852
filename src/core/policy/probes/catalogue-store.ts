import { type Sql, sql } from "../../../base/database.ts";

/** A column as the live database has it. */
export interface CatalogueColumn {
  table: string;
  column: string;
  type: string;
}

/** Every column of every table of ours, partitions left out: they have their parent's. */
export async function selectColumns(reader: Sql): Promise<CatalogueColumn[]> {
  return reader.rows(sql`
    select c.relname as "table", a.attname as "column", format_type(a.atttypid, null) as type
    from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
    where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
    order by c.relname, a.attnum`);
}

/** A table that belongs to accounts, and how it is guarded. */
export interface TenantTable {
  table: string;
  isSecured: boolean;
  /** Do requests see only rows of their account, by a policy of their own? */
  hasPolicy: boolean;
  /** May requests read it at all? */
  isReadable: boolean;
  /** Does its key begin with the account, so that one account's rows are found at once? */
  isByAccount: boolean;
}

export async function selectTenantTables(reader: Sql): Promise<TenantTable[]> {
  return reader.rows(sql`
    select c.relname as "table", c.relrowsecurity as "isSecured",
      exists (select from pg_policy p join pg_roles r on r.oid = any(p.polroles)
        where p.polrelid = c.oid and r.rolname = 'facteur_request'
          and pg_get_expr(p.polqual, p.polrelid) like '%app.account%') as "hasPolicy",
      has_table_privilege('facteur_request', c.oid, 'select') as "isReadable",
      exists (select from pg_index i where i.indrelid = c.oid and i.indisprimary and i.indkey[0] = a.attnum)
        as "isByAccount"
    from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'account_id' and not a.attisdropped
    where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
    order by c.relname`);
}

/** What the roles of the service may do that would make row-level security void. */
export async function selectLoopholes(reader: Sql): Promise<string[]> {
  const roles = await reader.rows<{ name: string }>(sql`
    select r.rolname as name from pg_roles r
    where r.rolname like 'facteur\_%' and (r.rolsuper or r.rolbypassrls or r.rolcanlogin) order by r.rolname`);
  // A partition asked for by its own name is not guarded by its parent's policies.
  const partitions = await reader.rows<{ name: string }>(sql`
    select c.relname as name from pg_class c
    where c.relnamespace = 'public'::regnamespace and c.relispartition and c.relkind = 'r'
      and has_table_privilege('facteur_request', c.oid, 'select, insert, update, delete') order by c.relname`);
  const open = await reader.rows<{ name: string }>(sql`
    select c.relname as name from pg_class c join pg_policy p on p.polrelid = c.oid
    where c.relnamespace = 'public'::regnamespace and p.polpermissive
      and (p.polroles = '{0}' or exists (select from pg_roles r
        where r.oid = any(p.polroles) and r.rolname = 'facteur_request'))
      and pg_get_expr(p.polqual, p.polrelid) not like '%app.account%' order by c.relname`);
  return [
    ...roles.map(({ name }) => `the role ${name} may do more than it should`),
    ...partitions.map(({ name }) => `requests may use the partition ${name} directly`),
    ...open.map(({ name }) => `a policy of ${name} lets requests see every account`),
  ];
}

/** A partition with the ids it may hold, as PostgreSQL enforces them. */
export interface Partition {
  table: string;
  name: string;
  fromId: bigint;
  untilId: bigint;
}

export async function selectPartitions(reader: Sql, tables: string[]): Promise<Partition[]> {
  const rows = await reader.rows<{ table: string; name: string; bound: string }>(sql`
    select p.relname as "table", c.relname as name, pg_get_expr(c.relpartbound, c.oid) as bound
    from pg_inherits i join pg_class c on c.oid = i.inhrelid join pg_class p on p.oid = i.inhparent
    where p.relnamespace = 'public'::regnamespace and p.relname = any(${tables}::text[])
    order by p.relname, c.relname`);
  return rows.map(({ table, name, bound }) => {
    const [, from, until] = /^FOR VALUES FROM \('(\d+)'\) TO \('(\d+)'\)$/.exec(bound) ?? [];
    // A partition without bounds could hold anything: it counts as old as time.
    return { table, name, fromId: BigInt(from ?? 0), untilId: BigInt(until ?? 0) };
  });
}

/** How many rows of an account hold a text in a column, whatever the column's type. */
export async function countWith(
  reader: Sql,
  { table, column, type }: CatalogueColumn,
  accountColumn: string,
  wanted: { accountIds: bigint[]; word: string },
): Promise<number> {
  const place = sql`${sql.identifier(column)}`;
  const holds =
    type === "bytea"
      ? sql`position(${Buffer.from(wanted.word)}::bytea in ${place}) > 0`
      : sql`position(${wanted.word} in ${place}::text) > 0`;
  const row = await reader.row<{ count: bigint }>(sql`
    select count(*) as count from ${sql.identifier(table)}
    where ${sql.identifier(accountColumn)} = any(${wanted.accountIds}::bigint[]) and ${holds}`);
  return Number(row?.count ?? 0n);
}

/** Does a request that speaks for `asking` see a row of `owner`? */
export async function seesRows(reader: Sql, table: string, owner: bigint): Promise<boolean> {
  const row = await reader.row(sql`
    select from ${sql.identifier(table)} where account_id = ${owner} limit 1`);
  return row !== undefined;
}
