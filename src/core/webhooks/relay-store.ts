import { type Sql, sql, type Transaction } from "../../base/database.ts";
import { type Following, type RecordedEvent, selectLogAt, stillFollows } from "../events/index.ts";
import type { Health, Verdict } from "./outcome.ts";
import type { Webhook } from "./webhook.ts";

/** An event that a webhook has refused, or that waits for one of its message that was. */
export interface Retry {
  logPosition: bigint;
  /** Its message, or its own position when it has none: one lane is posted in order. */
  lane: bigint;
  attempts: number;
  /** When the first one of its message was refused. */
  failedAt: Date;
  dueAt: Date;
}

/** The last requests to a webhook are kept in a ring, those that failed apart from those that did not: a busy webhook
 *  must not push its failures out. */
export const failuresKept = 200;
export const deliveriesKept = 100;

/** A request to a webhook, for its log. */
export interface Attempt {
  id: bigint;
  outcome: Verdict;
  /** The first event in it. */
  eventId: bigint;
  eventCount: number;
  status: number | null;
  durationMs: number;
  /** What it answered, or why there was no answer. */
  sealed: Buffer;
}

/** What came of a round of work. */
export interface Progress {
  webhook: Webhook;
  /** Null for a round of a replay. */
  logPosition: bigint | null;
  replay: { id: bigint; logPosition: bigint; sent: number; endedAt: Date | null } | null;
  /** How the webhooks that were posted to are doing: this one, or its backups. */
  healths: Map<bigint, Health>;
  added: Retry[];
  changed: Retry[];
  ended: bigint[];
  attempts: Map<bigint, Attempt[]>;
}

/** Writes what came of a round, unless the webhook was changed meanwhile or another process follows the log by now:
 *  then the round is done again. Answers whether it was written. */
export async function recordProgress(
  tx: Transaction,
  following: Following,
  progress: Progress,
): Promise<boolean> {
  const { webhook, logPosition } = progress;
  const { accountId, id } = webhook;
  const held = await tx.row<{ revision: bigint }>(sql`
    select w.revision from webhook w where w.account_id = ${accountId} and w.id = ${id} for update`);
  if (held?.revision !== webhook.revision || !(await stillFollows(tx, following))) return false;
  if (logPosition !== null) {
    await tx.run(sql`
      update webhook set log_position = ${logPosition} where account_id = ${accountId} and id = ${id}`);
  }
  for (const [webhookId, health] of progress.healths) await updateHealth(tx, accountId, webhookId, health);
  await writeRetries(tx, accountId, id, progress);
  for (const [webhookId, attempts] of progress.attempts)
    await keepAttempts(tx, accountId, webhookId, attempts);
  const { replay } = progress;
  if (replay !== null) {
    await tx.run(sql`
      update webhook_replay set log_position = ${replay.logPosition}, sent = sent + ${replay.sent},
        ended_at = ${replay.endedAt}
      where account_id = ${accountId} and id = ${replay.id}`);
  }
  return true;
}

async function updateHealth(tx: Transaction, accountId: bigint, id: bigint, health: Health): Promise<void> {
  await tx.run(sql`
    update webhook set state = ${health.state}, failing_since = ${health.failingSince},
      failures = ${health.failures}, due_at = ${health.dueAt}, died_at = ${health.diedAt}
    where account_id = ${accountId} and id = ${id}`);
}

async function writeRetries(
  tx: Transaction,
  accountId: bigint,
  webhookId: bigint,
  { added, changed, ended }: Progress,
): Promise<void> {
  const written = [...added, ...changed];
  if (written.length > 0) {
    await tx.run(sql`
      insert into webhook_retry (account_id, webhook_id, log_position, lane, attempts, failed_at, due_at)
      select ${accountId}::bigint, ${webhookId}::bigint, * from unnest(
        ${written.map((r) => r.logPosition)}::bigint[], ${written.map((r) => r.lane)}::bigint[],
        ${written.map((r) => r.attempts)}::int[], ${written.map((r) => r.failedAt)}::timestamptz[],
        ${written.map((r) => r.dueAt)}::timestamptz[])
      on conflict (account_id, webhook_id, log_position) do update set attempts = excluded.attempts,
        due_at = excluded.due_at`);
  }
  if (ended.length === 0) return;
  await tx.run(sql`
    delete from webhook_retry
    where account_id = ${accountId} and webhook_id = ${webhookId} and log_position = any(${ended}::bigint[])`);
}

// One webhook may have many in a round; failures and deliveries turn in rings of their own.
async function keepAttempts(
  tx: Transaction,
  accountId: bigint,
  webhookId: bigint,
  attempts: Attempt[],
): Promise<void> {
  const row = await tx.row<{ logged: bigint }>(sql`
    update webhook set attempts_logged = attempts_logged + ${attempts.length}
    where account_id = ${accountId} and id = ${webhookId} returning attempts_logged as logged`);
  const first = Number(row?.logged ?? 0n) - attempts.length;
  const kept = new Map(attempts.map((attempt, index) => [slotOf(attempt, first + index), attempt]));
  const rows = [...kept.values()];
  await tx.run(sql`
    insert into webhook_attempt (account_id, webhook_id, slot, id, outcome, event_id, event_count, status, duration_ms,
      sealed)
    select ${accountId}::bigint, ${webhookId}::bigint, * from unnest(${[...kept.keys()]}::int[],
      ${rows.map((a) => a.id)}::bigint[], ${rows.map((a) => a.outcome)}::text[],
      ${rows.map((a) => a.eventId)}::bigint[], ${rows.map((a) => a.eventCount)}::int[],
      ${rows.map((a) => a.status)}::smallint[], ${rows.map((a) => a.durationMs)}::int[],
      ${rows.map((a) => a.sealed)}::bytea[])
    on conflict (account_id, webhook_id, slot) do update set id = excluded.id, outcome = excluded.outcome,
      event_id = excluded.event_id, event_count = excluded.event_count, status = excluded.status,
      duration_ms = excluded.duration_ms, sealed = excluded.sealed`);
}

function slotOf({ outcome }: Attempt, count: number): number {
  return outcome === "delivered" ? failuresKept + (count % deliveriesKept) : count % failuresKept;
}

/** What a webhook has still to try again, in the order of the log. */
export async function selectRetries(
  reader: Sql,
  accountId: bigint,
  webhookId: bigint,
  limit: number,
): Promise<Retry[]> {
  return reader.rows(sql`
    select r.log_position as "logPosition", r.lane, r.attempts, r.failed_at as "failedAt",
      r.due_at as "dueAt"
    from webhook_retry r where r.account_id = ${accountId} and r.webhook_id = ${webhookId}
    order by r.log_position limit ${limit}`);
}

/** The events of retries. */
export async function selectRetriedEvents(
  reader: Sql,
  accountId: bigint,
  retries: readonly Retry[],
): Promise<RecordedEvent[]> {
  return selectLogAt(
    reader,
    accountId,
    retries.map(({ logPosition }) => logPosition),
  );
}

/** A part of the log that is posted once more. */
export interface Replay {
  accountId: bigint;
  id: bigint;
  webhookId: bigint;
  fromId: bigint;
  untilId: bigint;
  logPosition: bigint;
  untilPosition: bigint;
  sent: bigint;
  endedAt: Date | null;
}

const replayColumns = sql`p.account_id as "accountId", p.id, p.webhook_id as "webhookId", p.from_id as "fromId",
  p.until_id as "untilId", p.log_position as "logPosition", p.until_position as "untilPosition", p.sent,
  p.ended_at as "endedAt"`;

/** Replays that are under way, of everybody. */
export async function selectOpenReplays(reader: Sql): Promise<Replay[]> {
  return reader.rows(sql`
    select ${replayColumns} from webhook_replay p where p.ended_at is null order by p.id`);
}

/** The replays of a webhook, newest first. */
export async function selectReplays(
  reader: Sql,
  accountId: bigint,
  page: { webhookId: bigint; beforeId: bigint | null; limit: number },
): Promise<Replay[]> {
  return reader.rows(sql`
    select ${replayColumns} from webhook_replay p
    where p.account_id = ${accountId} and p.webhook_id = ${page.webhookId}
      and (${page.beforeId}::bigint is null or p.id < ${page.beforeId})
    order by p.id desc limit ${page.limit}`);
}

export async function insertReplay(tx: Transaction, replay: Replay): Promise<void> {
  await tx.run(sql`
    insert into webhook_replay (account_id, id, webhook_id, from_id, until_id, log_position, until_position, sent)
    values (${replay.accountId}, ${replay.id}, ${replay.webhookId}, ${replay.fromId}, ${replay.untilId},
      ${replay.logPosition}, ${replay.untilPosition}, 0)`);
}

/** The log of a webhook, newest first. */
export async function selectAttempts(
  reader: Sql,
  accountId: bigint,
  page: { webhookId: bigint; beforeId: bigint | null; limit: number },
): Promise<Attempt[]> {
  return reader.rows(sql`
    select a.id, a.outcome, a.event_id as "eventId", a.event_count as "eventCount", a.status,
      a.duration_ms as "durationMs", a.sealed
    from webhook_attempt a
    where a.account_id = ${accountId} and a.webhook_id = ${page.webhookId}
      and (${page.beforeId}::bigint is null or a.id < ${page.beforeId})
    order by a.id desc limit ${page.limit}`);
}
