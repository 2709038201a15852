import { type Query, type Sql, sql } from "../../base/database.ts";

/** A column of a table's primary key. */
export interface KeyColumn {
  column: string;
  type: string;
}

/** The primary keys of tables: a row of an export follows the one before in their order. */
export async function selectKeys(
  reader: Sql,
  tables: readonly string[],
): Promise<(KeyColumn & { table: string })[]> {
  return reader.rows(sql`
    select c.relname as "table", a.attname as "column", format_type(a.atttypid, null) as type
    from pg_index i
      join pg_class c on c.oid = i.indrelid
      cross join lateral unnest(i.indkey) with ordinality as part (number, place)
      join pg_attribute a on a.attrelid = c.oid and a.attnum = part.number
    where i.indisprimary and c.relnamespace = 'public'::regnamespace and c.relname = any(${[...tables]}::text[])
    order by c.relname, part.place`);
}

export type ExportedRow = Record<string, unknown>;

/** What is asked for next. */
export interface PageWish {
  table: string;
  columns: readonly string[];
  keys: readonly KeyColumn[];
  accountId: bigint;
  /** The key of the last row, as text; null for the beginning. */
  after: readonly string[] | null;
  limit: number;
}

/** The next rows of an account, each with its key as text under `key 0`, `key 1` … By the primary key, which begins with
 *  the account wherever a table has many rows: each page is read from where the last one ended. */
export async function selectPage(reader: Sql, wish: PageWish): Promise<ExportedRow[]> {
  const { table, columns, keys, accountId, after, limit } = wish;
  const of = (column: string) => sql`t.${sql.identifier(column)}`;
  const read = columns.map((column) => of(column));
  const texts = keys.map(
    ({ column }, index) => sql`${of(column)}::text as ${sql.identifier(`key ${index}`)}`,
  );
  const order = sql.join(keys.map(({ column }) => of(column)));
  const values = keys.map(({ type }, index) => typed(after?.[index] ?? "", type));
  const further = after === null ? sql.empty : sql` and (${order}) > (${sql.join(values)})`;
  const account = of(table === "account" ? "id" : "account_id");
  return reader.rows(sql`
    select ${sql.join([...read, ...texts])} from ${sql.identifier(table)} t
    where ${account} = ${accountId}${further} order by ${order} limit ${limit}`);
}

function typed(text: string, type: string): Query {
  switch (type) {
    case "bigint":
      return sql`${text}::bigint`;
    case "integer":
      return sql`${text}::int`;
    case "smallint":
      return sql`${text}::smallint`;
    case "text":
      return sql`${text}::text`;
    case "date":
      return sql`${text}::date`;
    case "bytea":
      return sql`${text}::text::bytea`;
    case "timestamp with time zone":
      return sql`${text}::timestamptz`;
    default:
      throw new Error(`A primary key of the type ${type} cannot be followed yet.`);
  }
}
