import { type Sql, sql, type Transaction } from "../../base/database.ts";
import type { RetentionClass } from "../../base/holdings.ts";

/** The kinds of data that go by themselves, each under its retention class. */
export type PurgedKind = Extract<RetentionClass, "content" | "event" | "day" | "session">;

/** What retention did last with a kind of data. */
export interface Purge {
  kind: PurgedKind;
  /** When it was looked for what is due, the last time. */
  lookedAt: Date;
  outcome: "done" | "failed";
  /** When something was removed, the last time; null when nothing has been yet. */
  removedAt: Date | null;
  /** Rows, partitions and keys that were removed then. */
  removed: number;
}

/** Notes what a run has removed of each kind. The row of a kind is replaced, so there are never more than kinds. */
export async function notePurges(
  tx: Transaction,
  counts: Readonly<Record<PurgedKind, number>>,
  now: Date,
): Promise<void> {
  const kinds = Object.keys(counts) as PurgedKind[];
  await tx.run(sql`
    insert into purge as p (kind, looked_at, outcome, removed_at, removed)
    select f.kind, ${now}, 'done', case when f.removed > 0 then ${now}::timestamptz end, f.removed
    from unnest(${kinds}::text[], ${kinds.map((kind) => counts[kind])}::bigint[]) as f (kind, removed)
    on conflict (kind) do update set looked_at = excluded.looked_at, outcome = excluded.outcome,
      removed_at = coalesce(excluded.removed_at, p.removed_at),
      removed = case when excluded.removed > 0 then excluded.removed else p.removed end`);
}

/** Notes that a run has failed: whatever was due may be there still. */
export async function noteFailure(tx: Transaction, now: Date): Promise<void> {
  await tx.run(sql`update purge set looked_at = ${now}, outcome = 'failed'`);
}

/** What was done last with each kind. */
export async function selectPurges(reader: Sql): Promise<Purge[]> {
  return reader.rows(sql`
    select p.kind, p.looked_at as "lookedAt", p.outcome, p.removed_at as "removedAt", p.removed::int as removed
    from purge p order by p.kind`);
}
