import type { Transaction } from "../../base/database.ts";
import { Refusal } from "../../base/errors.ts";
import { type EventKind, lastPosition } from "../events/index.ts";
import { revive, type SetUpContext, stopWebhook, tellOfChange, webhooksMax } from "./manage.ts";
import { healthy } from "./outcome.ts";
import { rotateSecret } from "./secret.ts";
import {
  deleteSubscription,
  deleteWebhook,
  insertSubscription,
  insertWebhook,
  lockSetUp,
  lockWebhook,
  lockWebhookByUrl,
  selectSubscriptions,
  selectWebhooks,
  touchWebhook,
  updateWebhook,
} from "./store.ts";
import { urlPlace, type Webhook } from "./webhook.ts";

/** A webhook of our own API. The URL has been checked. */
export interface WebhookWish {
  url: string;
  kinds: EventKind[];
}

/** Makes a webhook in the form of Standard Webhooks; its secret is in the answer and nowhere else.
 *  @throws Refusal already_exists, too_many */
export async function addWebhook(
  tx: Transaction,
  context: SetUpContext,
  accountId: bigint,
  { url, kinds }: WebhookWish,
): Promise<{ id: bigint; secret: string }> {
  await lockSetUp(tx, accountId);
  await requireNewUrl(tx, context, accountId, url);
  const own = (await selectWebhooks(tx, accountId)).filter(({ format }) => format === "standard");
  if (own.length >= webhooksMax) {
    throw new Refusal("too_many", `An account has at most ${webhooksMax} webhooks.`);
  }
  const { keyring, ids, now } = context;
  const id = ids.nextSmall(now);
  const { secret, sealed } = rotateSecret(keyring, { accountId, id, sealedSecret: null }, now);
  const webhook: Webhook = {
    ...{ accountId, id, format: "standard", revision: 1n, attemptsLogged: 0n, createdAt: now, ...healthy },
    sealedUrl: keyring.sealIdentity(urlPlace(accountId, id), url),
    sealedSecret: sealed,
    logPosition: await lastPosition(tx),
  };
  await insertWebhook(tx, webhook, keyring.lookup(accountId, `webhook/${url}`));
  await setKinds(tx, context, webhook, kinds);
  await tellOfChange(tx, accountId);
  return { id, secret };
}

/** Changes where a webhook leads, what it is told, or whether it is. What is not named stays.
 *  @throws Refusal not_found, already_exists */
export async function changeWebhook(
  tx: Transaction,
  context: SetUpContext,
  key: { accountId: bigint; id: bigint },
  change: Partial<WebhookWish> & { state?: "alive" | "dead" },
): Promise<void> {
  const { accountId, id } = key;
  const { keyring, now } = context;
  await lockSetUp(tx, accountId);
  let webhook = await lockWebhook(tx, accountId, id);
  if (webhook?.format !== "standard") throw new Refusal("not_found", "There is no webhook with this id.");
  const isRevived = change.state === "alive" || change.url !== undefined;
  if (webhook.state === "dead" && isRevived) webhook = await revive(tx, webhook, now);
  if (change.url !== undefined) {
    await requireNewUrl(tx, context, accountId, change.url, id);
    const sealedUrl = keyring.sealIdentity(urlPlace(accountId, id), change.url);
    const lookup = keyring.lookup(accountId, `webhook/${change.url}`);
    webhook = { ...webhook, ...healthy, sealedUrl };
    await updateWebhook(tx, webhook, lookup);
  }
  if (change.kinds !== undefined) await setKinds(tx, context, webhook, change.kinds);
  if (change.state === "dead" && webhook.state === "alive") await stopWebhook(tx, webhook, now);
  await tellOfChange(tx, accountId);
}

/** Gives a webhook of any format a new secret, which is shown this once. The one before signs for a day more.
 *  @throws Refusal not_found */
export async function renewSecret(
  tx: Transaction,
  { keyring, now }: SetUpContext,
  { accountId, id }: { accountId: bigint; id: bigint },
): Promise<string> {
  const webhook = await lockWebhook(tx, accountId, id);
  if (webhook === undefined) throw new Refusal("not_found", "There is no webhook with this id.");
  const { secret, sealed } = rotateSecret(keyring, webhook, now);
  await updateWebhook(tx, { ...webhook, sealedSecret: sealed }, null);
  await tellOfChange(tx, accountId);
  return secret;
}

/** Removes a webhook of our own API; false when there is none. */
export async function removeWebhook(tx: Transaction, accountId: bigint, id: bigint): Promise<boolean> {
  const webhook = await lockWebhook(tx, accountId, id);
  if (webhook?.format !== "standard") return false;
  await deleteWebhook(tx, accountId, id);
  await tellOfChange(tx, accountId);
  return true;
}

async function requireNewUrl(
  tx: Transaction,
  { keyring }: SetUpContext,
  accountId: bigint,
  url: string,
  ownId: bigint | null = null,
): Promise<void> {
  const found = await lockWebhookByUrl(
    tx,
    accountId,
    keyring.lookup(accountId, `webhook/${url}`),
    "standard",
  );
  if (found === undefined || found.id === ownId) return;
  throw new Refusal("already_exists", "There is a webhook with this URL.", { field: "/url" });
}

// A kind that is new begins now.
async function setKinds(
  tx: Transaction,
  { ids, now }: SetUpContext,
  { accountId, id: webhookId }: Webhook,
  kinds: readonly EventKind[],
): Promise<void> {
  const sincePosition = await lastPosition(tx);
  const own = (await selectSubscriptions(tx, accountId)).filter((row) => row.webhookId === webhookId);
  for (const row of own) {
    if (!kinds.some((kind) => kind === row.eventType)) await deleteSubscription(tx, accountId, row.id);
  }
  await touchWebhook(tx, accountId, webhookId);
  for (const eventType of kinds) {
    if (own.some((row) => row.eventType === eventType)) continue;
    const id = ids.nextSmall(now);
    const rest = { isBackup: false, isMailjet: false, sincePosition };
    await insertSubscription(tx, { accountId, id, webhookId, eventType, ...rest });
  }
}
