import { type Sql, sql } from "../../base/database.ts";

/** The large tables, whose sizes are worth watching. */
export const watchedTables = ["content", "message", "event", "inbox", "delivery"] as const;
export type WatchedTable = (typeof watchedTables)[number];

/** Octets on the disk by table, with indexes and partitions, and of the database as a whole. */
export async function selectSizes(reader: Sql): Promise<Map<WatchedTable | "all", number>> {
  const rows = await reader.rows<{ name: WatchedTable | "all"; bytes: bigint }>(sql`
    select w.name, coalesce(sum(pg_total_relation_size(t.relid)), 0)::bigint as bytes
    from unnest(${[...watchedTables]}::text[]) as w (name), pg_partition_tree(w.name::regclass) t group by w.name
    union all
    select w.name, pg_total_relation_size(w.name::regclass) from unnest(${[...watchedTables]}::text[]) as w (name)
    where not exists (select from pg_partition_tree(w.name::regclass))
    union all
    select 'all', pg_database_size(current_database())`);
  return new Map(rows.map(({ name, bytes }) => [name, Number(bytes)]));
}
