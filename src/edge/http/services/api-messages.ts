import {
  cancelMessage,
  emptyInbox,
  listInbox,
  listMessages,
  readHistory,
  readInbox,
  readMessage,
  readQueue,
} from "../../../core/messages/index.ts";
import type { InboxApi, MessageApi, QueueApi } from "../api/services.ts";
import type { Principal } from "../principal.ts";
import { making, readOwn, type ServiceContext, writeOwn } from "./context.ts";

/** Messages of our own API: handed in, found, cancelled. */
export function messageApi(context: ServiceContext): MessageApi {
  const own = ({ accountId }: Principal) => ({ ...making(context), accountId });
  return {
    accept: (request) => context.acceptance.accept(request),
    listMessages: async (principal, { beforeId, limit, recipient, customId, state }) => {
      const criteria = {
        ...(beforeId === null ? {} : { beforeId }),
        ...(recipient === null ? {} : { recipient }),
        ...(customId === null ? {} : { customId }),
        ...(state === null ? {} : { standings: [state] }),
      };
      const page = {
        offset: 0,
        limit,
        isNewestFirst: true,
        wantsRows: true,
        wantsTotal: false,
        wantsIdentity: true,
      };
      const { messages } = await readOwn(context, principal, (reader) =>
        listMessages(reader, own(principal), criteria, page),
      );
      return messages;
    },
    readMessage: (principal, id) =>
      readOwn(context, principal, async (reader) => {
        const message = await readMessage(reader, own(principal), id, true);
        return message === null ? null : { message, history: await readHistory(reader, own(principal), id) };
      }),
    cancelMessage: (principal, id) =>
      writeOwn(context, principal, (tx) =>
        cancelMessage(tx, making(context), { accountId: principal.accountId, id }),
      ),
  };
}

/** The test inbox of our own API. */
export function inboxApi(context: ServiceContext): InboxApi {
  const { keyring } = context;
  return {
    listInbox: (principal, { beforeId, limit }) =>
      readOwn(context, principal, (reader) =>
        listInbox(reader, keyring, { accountId: principal.accountId, beforeId: bounded(beforeId), limit }),
      ),
    readInbox: (principal, id) =>
      readOwn(context, principal, (reader) =>
        readInbox(reader, keyring, { accountId: principal.accountId, id }),
      ),
    emptyInbox: (principal) => writeOwn(context, principal, (tx) => emptyInbox(tx, principal.accountId)),
  };
}

/** What waits to be delivered. */
export function queueApi(context: ServiceContext): QueueApi {
  return {
    readQueue: ({ accountId, ...principal }) =>
      readOwn(context, { accountId, ...principal }, (reader) =>
        readQueue(reader, { accountId, ...queueTimes(context) }),
      ),
  };
}

function queueTimes({ clock, figures }: ServiceContext): { now: Date; contentDays: number } {
  const now = clock.now();
  return { now, contentDays: figures.at(now).contentDays };
}

const idMax = 2n ** 63n - 1n;

/** A cursor is a number of up to 19 digits, which may be more than PostgreSQL compares ids with. */
export function bounded(beforeId: bigint | null): bigint | null {
  return beforeId === null || beforeId <= idMax ? beforeId : idMax;
}
