import type { Sql } from "../../../base/database.ts";
import {
  destinationIdOf,
  listMessages,
  type Message,
  type MessageCriteria,
  readHistory,
  readMessage,
} from "../../../core/messages/index.ts";
import type {
  MessageEvent,
  MessageFilter,
  MessageInformation,
  MessageRecord,
  MessageReveal,
  MessageServices,
} from "../mailjet/resources/message-services.ts";
import type { Page, Part } from "../mailjet/resources/page.ts";
import { messageReasonText } from "../message-reasons.ts";
import type { Principal } from "../principal.ts";
import { readOwn, type ServiceContext } from "./context.ts";
import { eventKindOf, standingsOf, statusOf } from "./message-status.ts";

const hidden: MessageReveal = { recipient: false, subject: false, customId: false };

/** Mailjet's `message`, `messagehistory` and `messageinformation`. */
export function messageServices(context: ServiceContext): MessageServices {
  const one = (principal: Principal, id: bigint, reveal: MessageReveal) =>
    readOwn(context, principal, (reader) =>
      readMessage(reader, own(context, principal), id, isAnything(reveal)),
    );
  return {
    listMessages: async (principal, filter, page, reveal) => {
      const { messages, total } = await list(context, principal, filter, {
        ...page,
        wantsIdentity: isAnything(reveal),
      });
      return { rows: messages.map((message) => recordOf(message, reveal)), total };
    },
    readMessage: async (principal, id, reveal) => {
      const message = await one(principal, id, reveal);
      return message === null ? null : recordOf(message, reveal);
    },
    historyOf: (principal, id) =>
      readOwn(context, principal, (reader) => historyOf(reader, own(context, principal), id)),
    listInformation: (principal, filter, page) => listInformation(context, principal, filter, page),
    readInformation: async (principal, id) => {
      const message = await one(principal, id, hidden);
      return message === null ? null : informationOf(message);
    },
  };
}

function own({ keyring, clock }: ServiceContext, { accountId }: Principal) {
  return { keyring, accountId, now: clock.now() };
}

function isAnything(reveal: MessageReveal): boolean {
  return reveal.recipient || reveal.subject || reveal.customId;
}

async function list(
  context: ServiceContext,
  principal: Principal,
  filter: MessageFilter,
  page: Page & { wantsIdentity: boolean },
): Promise<{ messages: Message[]; total: number }> {
  const criteria = criteriaOf(filter);
  if (criteria === null) return { messages: [], total: 0 };
  return readOwn(context, principal, (reader) =>
    listMessages(reader, own(context, principal), criteria, page),
  );
}

async function listInformation(
  context: ServiceContext,
  principal: Principal,
  filter: MessageFilter,
  page: Page,
): Promise<Part<MessageInformation>> {
  const { messages, total } = await list(context, principal, filter, { ...page, wantsIdentity: false });
  return { rows: messages.map(informationOf), total };
}

/** Null when nothing can match: every message is a transactional one, of no contact list. */
function criteriaOf({
  statuses,
  customCampaign,
  contactsListId,
  origin,
  ...rest
}: MessageFilter): MessageCriteria | null {
  if (contactsListId !== undefined || (origin !== undefined && origin !== "transactional")) return null;
  return {
    ...rest,
    ...(statuses === undefined ? {} : { standings: standingsOf(statuses) }),
    ...(customCampaign === undefined ? {} : { campaignName: customCampaign }),
  };
}

function recordOf(message: Message, reveal: MessageReveal): MessageRecord {
  const { identity } = message;
  return {
    id: message.id,
    uuid: message.uuid,
    arrivedAt: message.acceptedAt,
    changedAt: message.changedAt,
    status: statusOf(message),
    reason: message.reason,
    isPermanent: statusOf(message) === "hardbounced" || statusOf(message) === "blocked",
    attempts: message.attempts,
    attachmentCount: message.attachmentCount,
    sizeBytes: message.sizeBytes,
    hasHtml: message.hasHtml,
    hasText: message.hasText,
    tracksOpens: message.trackOpens === "enabled",
    tracksClicks: message.trackClicks === "enabled",
    campaignId: message.campaignId,
    contactId: message.contactId,
    destinationId: destinationIdOf(message.domain),
    senderId: message.senderId,
    delaySeconds: message.state === "sent" ? secondsBetween(message.acceptedAt, message.changedAt) : 0,
    recipient: reveal.recipient ? (identity?.address ?? null) : null,
    subject: reveal.subject ? (identity?.subject ?? null) : null,
    customId: reveal.customId ? (identity?.customId ?? null) : null,
  };
}

function secondsBetween(from: Date, until: Date): number {
  return Math.max(0, until.getTime() - from.getTime()) / 1000;
}

async function historyOf(reader: Sql, context: ReturnType<typeof own>, id: bigint): Promise<MessageEvent[]> {
  const entries = await readHistory(reader, context, id);
  return entries.flatMap((entry) => {
    const kind = eventKindOf(entry.kind);
    if (kind === null) return [];
    return [
      {
        at: entry.at,
        kind,
        comment: entry.text ?? entry.detail ?? "",
        state: messageReasonText(entry.reason),
      },
    ];
  });
}

function informationOf(message: Message): MessageInformation {
  const isQueued = message.state === "queued" || message.state === "deferred";
  const isTouched = message.attempts > 0 || !isQueued;
  return {
    id: message.id,
    createdAt: message.acceptedAt,
    endedAt: isTouched ? message.changedAt : null,
    campaignId: message.campaignId,
    contactId: message.contactId,
    sizeBytes: message.sizeBytes,
    openCount: 0,
    clickCount: 0,
    queuedCount: isQueued ? 1 : 0,
    sentCount: message.state === "sent" ? 1 : 0,
  };
}
