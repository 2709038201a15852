import { type Sql, sql } from "../../base/database.ts";

/** How webhooks are doing, all together. */
export interface WebhookFigures {
  alive: number;
  /** Alive, and left alone for a while after failures. */
  paused: number;
  dead: number;
  /** Events that wait for another try; counted up to 100,000. */
  retries: number;
  /** Where the slowest of those that take events stands in the log; null when there is none. */
  slowestPosition: bigint | null;
}

const retriesCountedMax = 100_000;

/** Counts webhooks by how they are doing. There are some thousands at most. */
export async function selectWebhookFigures(reader: Sql): Promise<WebhookFigures> {
  const row = await reader.row<
    Record<"alive" | "paused" | "dead" | "retries", bigint> & { slowest: bigint | null }
  >(sql`
    select count(*) filter (where w.state = 'alive' and w.due_at is null) as alive,
      count(*) filter (where w.state = 'alive' and w.due_at is not null) as paused,
      count(*) filter (where w.state = 'dead') as dead,
      min(w.log_position) filter (where w.state = 'alive' and w.due_at is null) as slowest,
      (select count(*) from (select from webhook_retry limit ${retriesCountedMax}) r) as retries
    from webhook w`);
  return {
    alive: Number(row?.alive ?? 0n),
    paused: Number(row?.paused ?? 0n),
    dead: Number(row?.dead ?? 0n),
    retries: Number(row?.retries ?? 0n),
    slowestPosition: row?.slowest ?? null,
  };
}
