import type { Sql } from "../../../base/database.ts";
import { violatedConstraint } from "../../../base/database.ts";
import {
  kindsOf,
  type MailjetEventType,
  parseWebhookUrl,
  resubscribe,
  revive,
  type SubscriptionRow,
  selectSubscriptions,
  selectWebhook,
  selectWebhooks,
  stopWebhook,
  subscribe,
  unsubscribe,
  urlPlace,
  type Webhook,
} from "../../../core/webhooks/index.ts";
import type {
  CallbackChange,
  CallbackRecord,
  CallbackServices,
} from "../mailjet/resources/webhook-services.ts";
import type { Principal } from "../principal.ts";
import { changes, making, note, readOwn, type ServiceContext, writeOwn } from "./context.ts";
import { testWebhook } from "./webhook-test.ts";

/** Mailjet's `eventcallbackurl`. */
export function callbackServices(context: ServiceContext): CallbackServices {
  return {
    listCallbacks: (principal) =>
      readOwn(context, principal, async (reader) =>
        (await callbacksOf(context, reader, principal)).map(recordOf),
      ),
    createCallback: async (principal, wish) => {
      checkUrl(context, wish.url);
      const { accountId } = principal;
      const row = await unlessTaken(
        writeOwn(context, principal, async (tx) => {
          const made = await subscribe(tx, making(context), { accountId, isMailjet: true, ...inCore(wish) });
          await note(tx, context, principal, { action: "webhook.created", subjectId: made.id });
          return made;
        }),
      );
      if (row === null) return { kind: "exists" };
      return { kind: "created", callback: { ...wish, id: row.id, isAlive: true } };
    },
    updateCallback: async (principal, id, change) => {
      if (change.url !== undefined) checkUrl(context, change.url);
      const outcome = await unlessTaken(update(context, principal, id, change));
      if (outcome === null) return { kind: "exists" };
      return outcome;
    },
    removeCallback: (principal, id) =>
      writeOwn(context, principal, async (tx) => {
        const row = (await selectSubscriptions(tx, principal.accountId)).find((each) => each.id === id);
        if (row?.isMailjet !== true) return false;
        await unsubscribe(tx, row);
        await note(tx, context, principal, { action: "webhook.removed", subjectId: id });
        return true;
      }),
    testCallback: async (principal, id) => {
      const found = await readOwn(context, principal, async (reader) =>
        (await callbacksOf(context, reader, principal)).find(({ row }) => row.id === id),
      );
      if (found === undefined) return null;
      const [kind] = kindsOf(found.webhook.format, found.row.eventType);
      const outcome = await testWebhook(context, principal, found.webhook, kind ?? "sent");
      return { status: outcome.status, answer: outcome.answer, isTaken: outcome.verdict === "delivered" };
    },
  };
}

interface Callback {
  row: SubscriptionRow;
  webhook: Webhook;
  url: string;
}

async function callbacksOf(
  { keyring }: ServiceContext,
  reader: Sql,
  { accountId }: Principal,
): Promise<Callback[]> {
  const [rows, webhooks] = await Promise.all([
    selectSubscriptions(reader, accountId),
    selectWebhooks(reader, accountId),
  ]);
  const byId = new Map(webhooks.map((webhook) => [webhook.id, webhook]));
  return rows.flatMap((row) => {
    const webhook = byId.get(row.webhookId);
    if (webhook === undefined || !row.isMailjet) return [];
    const url = keyring.openIdentity(urlPlace(accountId, webhook.id), webhook.sealedUrl).toString();
    return [{ row, webhook, url }];
  });
}

function recordOf({ row, webhook, url }: Callback): CallbackRecord {
  return {
    id: row.id,
    eventType: row.eventType as MailjetEventType,
    isBackup: row.isBackup,
    url,
    isGrouped: webhook.format === "mailjet_group",
    isAlive: webhook.state === "alive",
  };
}

async function update(context: ServiceContext, principal: Principal, id: bigint, change: CallbackChange) {
  const { accountId } = principal;
  return writeOwn(context, principal, async (tx) => {
    const found = (await callbacksOf(context, tx, principal)).find(({ row }) => row.id === id);
    if (found === undefined) return { kind: "unknown" } as const;
    const before = recordOf(found);
    // Saving the same URL once more means: try it again.
    const isRevived = before.isAlive === false && (change.url !== undefined || change.isAlive === true);
    if (!isRevived && !changes(before, change)) return { kind: "unchanged" } as const;
    const after = { ...before, ...change };
    const { isAlive, ...wish } = after;
    const row = await resubscribe(tx, making(context), found.row, {
      accountId,
      isMailjet: true,
      ...inCore(wish),
    });
    const webhook = await selectWebhook(tx, accountId, row.webhookId);
    if (webhook === undefined) throw new Error("A webhook that was just written is not there.");
    if (change.isAlive === false && webhook.state === "alive")
      await stopWebhook(tx, webhook, context.clock.now());
    if (isRevived && webhook.state === "dead") await revive(tx, webhook, context.clock.now());
    await note(tx, context, principal, { action: "webhook.changed", subjectId: id });
    const isStopped = change.isAlive === false;
    return { kind: "changed", value: { ...after, isAlive: !isStopped } } as const;
  });
}

function inCore({ eventType, isBackup, url, isGrouped }: Omit<CallbackRecord, "id" | "isAlive">) {
  return { eventType, isBackup, url, format: isGrouped ? "mailjet_group" : "mailjet" } as const;
}

function checkUrl({ allowsPrivateWebhooks: allowsPrivate }: ServiceContext, url: string): void {
  parseWebhookUrl(url, { allowsPrivate, field: "Url" });
}

// One URL and one backup for each type: the database says so.
async function unlessTaken<T>(work: Promise<T>): Promise<T | null> {
  try {
    return await work;
  } catch (error) {
    if (violatedConstraint(error)?.startsWith("webhook_event_") === true) return null;
    throw error;
  }
}
