import { notify, type Transaction } from "../../base/database.ts";
import { Refusal } from "../../base/errors.ts";
import { type IdSource, idAt } from "../../base/ids.ts";
import { lastPosition } from "../events/index.ts";
import type { Keyring } from "../keys/index.ts";
import { healthy } from "./outcome.ts";
import {
  deleteSubscription,
  deleteWebhook,
  insertSubscription,
  insertWebhook,
  lockSetUp,
  lockWebhook,
  lockWebhookByUrl,
  moveRetries,
  positionBefore,
  renewRetries,
  type SubscriptionRow,
  selectSubscriptions,
  touchWebhook,
  updateSubscription,
  updateWebhook,
} from "./store.ts";
import { kindsOf, urlPlace, type Webhook, type WebhookFormat } from "./webhook.ts";

/** Where processes hear that the webhooks of an account have changed. */
export const webhookChannel = "webhooks";

/** Webhooks of an account, beside those of Mailjet's API: each is a stream of requests of its own. */
export const webhooksMax = 20;

// Whoever mends an address after months wants what is going on, not what was; the feed and a replay have the rest.
const catchUpDays = 7;

/** What changing webhooks needs. The keys of the account must be loaded. */
export interface SetUpContext {
  keyring: Keyring;
  ids: IdSource;
  now: Date;
}

/** An event type that shall go somewhere. The URL has been checked. */
export interface SubscriptionWish {
  accountId: bigint;
  eventType: string;
  isBackup: boolean;
  isMailjet: boolean;
  url: string;
  format: WebhookFormat;
}

/** Sends events of a type to a URL from now on. Types with the same URL and format share one webhook: one order, one
 *  group. Saving a URL that was dead revives it. */
export async function subscribe(
  tx: Transaction,
  context: SetUpContext,
  wish: SubscriptionWish,
): Promise<SubscriptionRow> {
  const { accountId, eventType, isBackup, isMailjet } = wish;
  await lockSetUp(tx, accountId);
  const sincePosition = await lastPosition(tx);
  const webhook = await webhookAt(tx, context, wish);
  await beginIfIdle(tx, webhook, isBackup, sincePosition);
  const id = context.ids.nextSmall(context.now);
  const row = { accountId, id, webhookId: webhook.id, eventType, isBackup, isMailjet, sincePosition };
  await insertSubscription(tx, row);
  await tellOf(tx, accountId, [webhook.id]);
  return row;
}

/** Sends events of a type somewhere else, or others there. Nothing is lost and nothing told twice: what the old webhook
 *  still had to tell goes to the new one. */
export async function resubscribe(
  tx: Transaction,
  context: SetUpContext,
  before: SubscriptionRow,
  wish: SubscriptionWish,
): Promise<SubscriptionRow> {
  const { accountId } = before;
  await lockSetUp(tx, accountId);
  const old = await lockWebhook(tx, accountId, before.webhookId);
  if (old === undefined) throw new Refusal("not_found", "There is no such webhook.");
  const goesOnFrom = await catchUpFrom(tx, old, context.now);
  const now = await lastPosition(tx);
  const isOther = wish.eventType !== before.eventType || wish.isBackup !== before.isBackup;
  // Another type begins now; the same one goes on where it was.
  const row = { ...before, eventType: wish.eventType, isBackup: wish.isBackup };
  if (isOther) row.sincePosition = now;
  const target = await webhookAt(tx, context, wish);
  if (target.id !== old.id) {
    row.webhookId = target.id;
    if (!row.isBackup) await carryOver(tx, row, { old, goesOnFrom, target });
  }
  await updateSubscription(tx, row);
  if (target.id === old.id) await beginIfIdle(tx, target, row.isBackup, now);
  else await removeIfEmpty(tx, old);
  await tellOf(tx, accountId, [old.id, target.id]);
  return row;
}

/** Ends a subscription; a webhook without any goes with it. */
export async function unsubscribe(tx: Transaction, row: SubscriptionRow): Promise<void> {
  await lockSetUp(tx, row.accountId);
  await deleteSubscription(tx, row.accountId, row.id);
  const webhook = await lockWebhook(tx, row.accountId, row.webhookId);
  if (webhook !== undefined) await removeIfEmpty(tx, webhook);
  await tellOf(tx, row.accountId, [row.webhookId]);
}

/** Tries a dead webhook again. It goes on where it stopped, at most a week back. */
export async function revive(tx: Transaction, webhook: Webhook, now: Date): Promise<Webhook> {
  const alive: Webhook = { ...webhook, ...healthy, logPosition: await catchUpFrom(tx, webhook, now) };
  await updateWebhook(tx, alive, null);
  await renewRetries(tx, webhook.accountId, webhook.id, now);
  await tellOf(tx, webhook.accountId, [webhook.id]);
  return alive;
}

async function catchUpFrom(tx: Transaction, webhook: Webhook, now: Date): Promise<bigint> {
  if (webhook.state === "alive") return webhook.logPosition;
  const fromId = idAt(new Date(now.getTime() - catchUpDays * 86_400_000));
  const place = { after: webhook.logPosition, fromId };
  return (await positionBefore(tx, webhook.accountId, place)) ?? (await lastPosition(tx));
}

/** Stops a webhook as if it had died. */
export async function stopWebhook(tx: Transaction, webhook: Webhook, now: Date): Promise<void> {
  await updateWebhook(tx, { ...webhook, state: "dead", diedAt: now }, null);
  await tellOf(tx, webhook.accountId, [webhook.id]);
}

/** Finds the webhook of a URL and format, or makes it. */
async function webhookAt(tx: Transaction, context: SetUpContext, wish: SubscriptionWish): Promise<Webhook> {
  const { keyring, ids, now } = context;
  const { accountId, url, format } = wish;
  const lookup = keyring.lookup(accountId, `webhook/${url}`);
  const found = await lockWebhookByUrl(tx, accountId, lookup, format);
  if (found !== undefined) return found.state === "dead" ? revive(tx, found, now) : found;
  const id = ids.nextSmall(now);
  const webhook: Webhook = {
    accountId,
    id,
    format,
    sealedUrl: keyring.sealIdentity(urlPlace(accountId, id), url),
    sealedSecret: null,
    state: "alive",
    revision: 1n,
    logPosition: await lastPosition(tx),
    failingSince: null,
    failures: 0,
    dueAt: null,
    diedAt: null,
    attemptsLogged: 0n,
    createdAt: now,
  };
  await insertWebhook(tx, webhook, lookup);
  return webhook;
}

// A webhook that was only the backup of others, or is new, has nothing behind it to tell.
async function beginIfIdle(tx: Transaction, webhook: Webhook, isBackup: boolean, now: bigint): Promise<void> {
  if (isBackup || (await hasPrimaries(tx, webhook))) return;
  await updateWebhook(tx, { ...webhook, logPosition: now }, null);
}

// The new webhook may be further in the log than the old one, or behind it. It goes back if need be; those who were
// there before get nothing again, since each subscription knows where it begins.
async function carryOver(
  tx: Transaction,
  row: SubscriptionRow,
  { old, goesOnFrom, target }: { old: Webhook; goesOnFrom: bigint; target: Webhook },
): Promise<void> {
  const { accountId } = row;
  const kinds = kindsOf(target.format, row.eventType);
  if (!(await hasPrimaries(tx, target))) {
    await updateWebhook(tx, { ...target, logPosition: goesOnFrom }, null);
  } else if (goesOnFrom < target.logPosition) {
    for (const other of await primariesOf(tx, target)) {
      const sincePosition =
        other.sincePosition > target.logPosition ? other.sincePosition : target.logPosition;
      await updateSubscription(tx, { ...other, sincePosition });
    }
    await updateWebhook(tx, { ...target, logPosition: goesOnFrom }, null);
  } else if (row.sincePosition < goesOnFrom) {
    row.sincePosition = goesOnFrom;
  }
  await moveRetries(tx, accountId, { from: old.id, to: target.id, kinds });
}

async function primariesOf(tx: Transaction, { accountId, id }: Webhook): Promise<SubscriptionRow[]> {
  const all = await selectSubscriptions(tx, accountId);
  return all.filter((row) => row.webhookId === id && !row.isBackup);
}

async function hasPrimaries(tx: Transaction, webhook: Webhook): Promise<boolean> {
  return (await primariesOf(tx, webhook)).length > 0;
}

async function removeIfEmpty(tx: Transaction, { accountId, id }: Webhook): Promise<void> {
  const rows = await selectSubscriptions(tx, accountId);
  if (!rows.some(({ webhookId }) => webhookId === id)) await deleteWebhook(tx, accountId, id);
}

/** Tells whoever posts that there is something new about the webhooks of an account. */
export async function tellOfChange(tx: Transaction, accountId: bigint): Promise<void> {
  await notify(tx, webhookChannel, String(accountId));
}

async function tellOf(tx: Transaction, accountId: bigint, ids: bigint[]): Promise<void> {
  for (const id of new Set(ids)) await touchWebhook(tx, accountId, id);
  await tellOfChange(tx, accountId);
}
