import type { Sql, Transaction } from "../../../base/database.ts";
import { Refusal } from "../../../base/errors.ts";
import { dateOf, idAt } from "../../../base/ids.ts";
import { lastPosition } from "../../../core/events/index.ts";
import {
  type Attempt,
  addWebhook,
  changeWebhook,
  insertReplay,
  kindsOf,
  parseWebhookUrl,
  type Replay,
  removeWebhook,
  renewSecret,
  type SubscriptionRow,
  selectAttempts,
  selectReplays,
  selectSubscriptions,
  selectWebhook,
  selectWebhooks,
  tellOfChange,
  urlPlace,
  type Webhook,
} from "../../../core/webhooks/index.ts";
import type { AttemptView, ReplayView, WebhookApi, WebhookView } from "../api/webhook-api.ts";
import type { Principal } from "../principal.ts";
import { bounded } from "./api-messages.ts";
import { making, note, readOwn, type ServiceContext, writeOwn } from "./context.ts";
import { testWebhook } from "./webhook-test.ts";

// Of one webhook at a time: each goes through up to 13 months of events.
const openReplaysMax = 3;

/** Webhooks of our own API, and what it shows of those of Mailjet's. */
export function webhookApi(context: ServiceContext): WebhookApi {
  return {
    ...setUp(context),
    ...replays(context),
    testWebhook: async (principal, id, wanted) => {
      const { webhook, kinds } = await readOwn(context, principal, async (reader) => {
        const found = await required(reader, principal, id);
        const own = (await selectSubscriptions(reader, principal.accountId)).filter(isOf(found));
        return { webhook: found, kinds: own.flatMap(({ eventType }) => kindsOf(found.format, eventType)) };
      });
      const kind = wanted ?? kinds[0] ?? "sent";
      if (kinds.includes(kind)) return testWebhook(context, principal, webhook, kind);
      const detail = "is not among the events of this webhook";
      throw new Refusal("invalid", `/event ${detail}.`, {
        errors: [{ field: "/event", in: "body", detail, code: "not_among_its_events" }],
      });
    },
    listAttempts: (principal, id, { beforeId, limit }) =>
      readOwn(context, principal, async (reader) => {
        const { accountId } = principal;
        await required(reader, principal, id);
        const page = { webhookId: id, beforeId: bounded(beforeId), limit };
        return (await selectAttempts(reader, accountId, page)).map((row) =>
          attemptOf(context, accountId, row),
        );
      }),
  };
}

function setUp(
  context: ServiceContext,
): Pick<WebhookApi, "listWebhooks" | "addWebhook" | "changeWebhook" | "removeWebhook" | "renewSecret"> {
  const { allowsPrivateWebhooks: allowsPrivate } = context;
  const place = { allowsPrivate, field: "/url" };
  return {
    listWebhooks: (principal) =>
      readOwn(context, principal, async (reader) => {
        const rows = await selectSubscriptions(reader, principal.accountId);
        const webhooks = await selectWebhooks(reader, principal.accountId);
        return webhooks.map((webhook) => viewOf(context, webhook, rows.filter(isOf(webhook))));
      }),
    addWebhook: async (principal, wish) => {
      parseWebhookUrl(wish.url, place);
      return writeOwn(context, principal, async (tx) => {
        const { id, secret } = await addWebhook(tx, making(context), principal.accountId, wish);
        await note(tx, context, principal, { action: "webhook.created", subjectId: id });
        return { webhook: await readView(context, tx, principal, id), secret };
      });
    },
    changeWebhook: async (principal, id, change) => {
      if (change.url !== undefined) parseWebhookUrl(change.url, place);
      return writeOwn(context, principal, async (tx) => {
        await changeWebhook(tx, making(context), { accountId: principal.accountId, id }, change);
        await note(tx, context, principal, { action: "webhook.changed", subjectId: id });
        return readView(context, tx, principal, id);
      });
    },
    removeWebhook: (principal, id) =>
      writeOwn(context, principal, async (tx) => {
        const isGone = await removeWebhook(tx, principal.accountId, id);
        if (isGone) await note(tx, context, principal, { action: "webhook.removed", subjectId: id });
        return isGone;
      }),
    renewSecret: (principal, id) =>
      writeOwn(context, principal, async (tx) => {
        const secret = await renewSecret(tx, making(context), { accountId: principal.accountId, id });
        await note(tx, context, principal, { action: "webhook.secret_renewed", subjectId: id });
        return secret;
      }),
  };
}

function replays(context: ServiceContext): Pick<WebhookApi, "replay" | "listReplays"> {
  return {
    replay: (principal, id, { since, until }) =>
      writeOwn(context, principal, async (tx) => {
        const { ids, now } = making(context);
        await requirePrimary(tx, principal, await required(tx, principal, id));
        await requireFew(tx, principal, id);
        const end = until === null || until > now ? now : until;
        if (since >= end) {
          const detail = "is not before the end of the range";
          throw new Refusal("invalid", `/since ${detail}.`, {
            errors: [{ field: "/since", in: "body", detail, code: "not_before_end" }],
          });
        }
        const replay: Replay = {
          accountId: principal.accountId,
          id: ids.next(now),
          webhookId: id,
          // Nothing happened before ids begin.
          fromId: idAt(new Date(Math.max(since.getTime(), 0))),
          untilId: idAt(end),
          logPosition: 0n,
          untilPosition: await lastPosition(tx),
          sent: 0n,
          endedAt: null,
        };
        await insertReplay(tx, replay);
        await note(tx, context, principal, { action: "webhook.replayed", subjectId: id });
        await tellOfChange(tx, principal.accountId);
        return replayOf(replay);
      }),
    listReplays: (principal, id, { beforeId, limit }) =>
      readOwn(context, principal, async (reader) => {
        await required(reader, principal, id);
        const page = { webhookId: id, beforeId: bounded(beforeId), limit };
        return (await selectReplays(reader, principal.accountId, page)).map(replayOf);
      }),
  };
}

// Events are replayed where they were first meant to go.
async function requirePrimary(tx: Transaction, { accountId }: Principal, webhook: Webhook): Promise<void> {
  const own = (await selectSubscriptions(tx, accountId)).filter(isOf(webhook));
  if (own.some(({ isBackup }) => !isBackup)) return;
  throw new Refusal("invalid", "This webhook is only a backup: nothing is replayed to it.", {
    remedy: "Replay to the webhook it stands in for.",
  });
}

async function requireFew(tx: Transaction, { accountId }: Principal, webhookId: bigint): Promise<void> {
  const known = await selectReplays(tx, accountId, { webhookId, beforeId: null, limit: 100 });
  if (known.filter(({ endedAt }) => endedAt === null).length < openReplaysMax) return;
  throw new Refusal("too_many", `A webhook has at most ${openReplaysMax} replays under way.`, {
    remedy: "Wait until one has ended.",
  });
}

async function required(reader: Sql, { accountId }: Principal, id: bigint): Promise<Webhook> {
  const webhook = await selectWebhook(reader, accountId, id);
  if (webhook === undefined) throw new Refusal("not_found", "There is no webhook with this id.");
  return webhook;
}

async function readView(
  context: ServiceContext,
  reader: Sql,
  principal: Principal,
  id: bigint,
): Promise<WebhookView> {
  const webhook = await required(reader, principal, id);
  return viewOf(
    context,
    webhook,
    (await selectSubscriptions(reader, principal.accountId)).filter(isOf(webhook)),
  );
}

function isOf({ id }: Webhook): (row: SubscriptionRow) => boolean {
  return ({ webhookId }) => webhookId === id;
}

function viewOf({ keyring }: ServiceContext, webhook: Webhook, rows: SubscriptionRow[]): WebhookView {
  const { accountId, id, sealedUrl, format, state, failingSince, dueAt, diedAt, createdAt } = webhook;
  const url = new URL(keyring.openIdentity(urlPlace(accountId, id), sealedUrl).toString());
  const hasCredentials = url.username !== "" || url.password !== "";
  url.username = "";
  url.password = "";
  return {
    id,
    url: url.href,
    hasCredentials,
    format,
    events: rows.map(({ eventType }) => eventType),
    isBackup: rows.every(({ isBackup }) => isBackup),
    isSigned: webhook.sealedSecret !== null,
    state,
    failingSince,
    nextAttemptAt: state === "alive" ? dueAt : null,
    diedAt,
    createdAt,
  };
}

function attemptOf({ keyring }: ServiceContext, accountId: bigint, { sealed, ...row }: Attempt): AttemptView {
  const answer = keyring.openIdentity({ table: "webhook_attempt", accountId, id: row.id }, sealed).toString();
  return { ...row, at: dateOf(row.id), answer };
}

function replayOf({ id, fromId, untilId, sent, endedAt }: Replay): ReplayView {
  return { id, since: dateOf(fromId), until: dateOf(untilId), sent: Number(sent), endedAt };
}
