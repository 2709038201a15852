import { type Sql, sql, type Transaction } from "../../base/database.ts";
import type { Subscription, Webhook, WebhookFormat } from "./webhook.ts";

const webhookColumns = sql`w.account_id as "accountId", w.id, w.format, w.sealed_url as "sealedUrl",
  w.sealed_secret as "sealedSecret", w.state, w.revision, w.log_position as "logPosition",
  w.failing_since as "failingSince", w.failures, w.due_at as "dueAt", w.died_at as "diedAt",
  w.attempts_logged as "attemptsLogged", w.created_at as "createdAt"`;

const subscriptionColumns = sql`s.account_id as "accountId", s.id, s.webhook_id as "webhookId",
  s.event_type as "eventType", s.is_backup as "isBackup", s.is_mailjet as "isMailjet",
  s.since_position as "sincePosition"`;

/** A subscription as it is stored. */
export interface SubscriptionRow extends Subscription {
  accountId: bigint;
  /** Is it one of Mailjet's eventcallbackurl? */
  isMailjet: boolean;
}

/** Lets changes of an account's webhooks happen one after the other. */
export async function lockSetUp(tx: Transaction, accountId: bigint): Promise<void> {
  await tx.run(sql`select pg_advisory_xact_lock(hashtext('webhook'), hashtext(${String(accountId)}))`);
}

export async function selectWebhooks(reader: Sql, accountId: bigint): Promise<Webhook[]> {
  return reader.rows(sql`
    select ${webhookColumns} from webhook w where w.account_id = ${accountId} order by w.id`);
}

/** Webhooks of everybody: what the relay works on. */
export async function selectEveryWebhook(reader: Sql): Promise<Webhook[]> {
  return reader.rows(sql`select ${webhookColumns} from webhook w order by w.account_id, w.id`);
}

export async function selectWebhook(
  reader: Sql,
  accountId: bigint,
  id: bigint,
): Promise<Webhook | undefined> {
  return reader.row(sql`
    select ${webhookColumns} from webhook w where w.account_id = ${accountId} and w.id = ${id}`);
}

/** A webhook that is about to be changed: the relay waits with what it has to write. */
export async function lockWebhook(
  tx: Transaction,
  accountId: bigint,
  id: bigint,
): Promise<Webhook | undefined> {
  return tx.row(sql`
    select ${webhookColumns} from webhook w where w.account_id = ${accountId} and w.id = ${id} for update`);
}

/** The same for the webhook of a URL, by its keyed hash. */
export async function lockWebhookByUrl(
  tx: Transaction,
  accountId: bigint,
  lookup: Buffer,
  format: WebhookFormat,
): Promise<Webhook | undefined> {
  return tx.row(sql`
    select ${webhookColumns} from webhook w
    where w.account_id = ${accountId} and w.lookup = ${lookup} and w.format = ${format} for update`);
}

export async function insertWebhook(tx: Transaction, webhook: Webhook, lookup: Buffer): Promise<void> {
  await tx.run(sql`
    insert into webhook (account_id, id, lookup, format, sealed_url, sealed_secret, state, revision, log_position,
      failures, attempts_logged, created_at)
    values (${webhook.accountId}, ${webhook.id}, ${lookup}, ${webhook.format}, ${webhook.sealedUrl},
      ${webhook.sealedSecret}, ${webhook.state}, ${webhook.revision}, ${webhook.logPosition}, 0, 0,
      ${webhook.createdAt})`);
}

/** Writes where a webhook leads, how it signs, how far it is and how it is doing. The revision goes up. */
export async function updateWebhook(tx: Transaction, webhook: Webhook, lookup: Buffer | null): Promise<void> {
  await tx.run(sql`
    update webhook set lookup = coalesce(${lookup}, lookup), format = ${webhook.format},
      sealed_url = ${webhook.sealedUrl}, sealed_secret = ${webhook.sealedSecret}, state = ${webhook.state},
      log_position = ${webhook.logPosition}, failing_since = ${webhook.failingSince}, failures = ${webhook.failures},
      due_at = ${webhook.dueAt}, died_at = ${webhook.diedAt}, revision = revision + 1
    where account_id = ${webhook.accountId} and id = ${webhook.id}`);
}

/** Says that a webhook's set-up has changed, for whoever works under the old one. */
export async function touchWebhook(tx: Transaction, accountId: bigint, id: bigint): Promise<void> {
  await tx.run(sql`
    update webhook set revision = revision + 1 where account_id = ${accountId} and id = ${id}`);
}

/** Removes a webhook with all that belongs to it. */
export async function deleteWebhook(tx: Transaction, accountId: bigint, id: bigint): Promise<boolean> {
  await tx.run(sql`delete from webhook_event where account_id = ${accountId} and webhook_id = ${id}`);
  await tx.run(sql`delete from webhook_retry where account_id = ${accountId} and webhook_id = ${id}`);
  await tx.run(sql`delete from webhook_attempt where account_id = ${accountId} and webhook_id = ${id}`);
  await tx.run(sql`delete from webhook_replay where account_id = ${accountId} and webhook_id = ${id}`);
  return (await tx.run(sql`delete from webhook where account_id = ${accountId} and id = ${id}`)) === 1;
}

export async function selectSubscriptions(reader: Sql, accountId: bigint): Promise<SubscriptionRow[]> {
  return reader.rows(sql`
    select ${subscriptionColumns} from webhook_event s where s.account_id = ${accountId} order by s.id`);
}

export async function selectEverySubscription(reader: Sql): Promise<SubscriptionRow[]> {
  return reader.rows(sql`select ${subscriptionColumns} from webhook_event s order by s.account_id, s.id`);
}

export async function insertSubscription(tx: Transaction, row: SubscriptionRow): Promise<void> {
  await tx.run(sql`
    insert into webhook_event (account_id, id, webhook_id, event_type, is_backup, is_mailjet, since_position)
    values (${row.accountId}, ${row.id}, ${row.webhookId}, ${row.eventType}, ${row.isBackup}, ${row.isMailjet},
      ${row.sincePosition})`);
}

export async function updateSubscription(tx: Transaction, row: SubscriptionRow): Promise<void> {
  await tx.run(sql`
    update webhook_event set webhook_id = ${row.webhookId}, event_type = ${row.eventType},
      is_backup = ${row.isBackup}, since_position = ${row.sincePosition}
    where account_id = ${row.accountId} and id = ${row.id}`);
}

export async function deleteSubscription(tx: Transaction, accountId: bigint, id: bigint): Promise<void> {
  await tx.run(sql`delete from webhook_event where account_id = ${accountId} and id = ${id}`);
}

/** Gives what a webhook still has to try again another day, from now on. */
export async function renewRetries(
  tx: Transaction,
  accountId: bigint,
  webhookId: bigint,
  now: Date,
): Promise<void> {
  await tx.run(sql`
    update webhook_retry set due_at = ${now}, failed_at = ${now}
    where account_id = ${accountId} and webhook_id = ${webhookId}`);
}

/** Moves what one webhook still has to try again to another one, as far as it is of these kinds. */
export async function moveRetries(
  tx: Transaction,
  accountId: bigint,
  way: { from: bigint; to: bigint; kinds: string[] },
): Promise<void> {
  await tx.run(sql`
    update webhook_retry r set webhook_id = ${way.to}
    from event e
    where r.account_id = ${accountId} and r.webhook_id = ${way.from}
      and e.account_id = r.account_id and e.log_position = r.log_position and e.kind = any(${way.kinds}::text[])
      and not exists (select from webhook_retry o where o.account_id = r.account_id and o.webhook_id = ${way.to}
        and o.log_position = r.log_position)`);
}

/** The position behind which an account's events of an instant and later stand, looking no further back than `after`.
 *  The key is read in order, and its first entry of that time ends the search. */
export async function positionBefore(
  reader: Sql,
  accountId: bigint,
  { after, fromId }: { after: bigint; fromId: bigint },
): Promise<bigint | null> {
  const row = await reader.row<{ position: bigint }>(sql`
    select e.log_position - 1 as position from event e
    where e.account_id = ${accountId} and e.log_position > ${after} and e.id >= ${fromId}
    order by e.log_position limit 1`);
  return row?.position ?? null;
}
