import { createHash } from "node:crypto";
import { selectDomains } from "../../../core/domains/index.ts";
import {
  cancelMessage,
  emptyInbox,
  listInbox,
  listMessages,
  lookAtContent,
  readForResubmission,
  readHistory,
  readInbox,
  readMessage,
  readQueue,
  retryNow,
  waitsOf,
} from "../../../core/messages/index.ts";
import { contentEndOf } from "../../../core/retention/index.ts";
import type { InboxApi, MessageApi, MessageDetails, MessageQuery, QueueApi } from "../api/services.ts";
import type { Principal } from "../principal.ts";
import { making, readOwn, type ServiceContext, writeOwn } from "./context.ts";
import { verifySignatures } from "./signatures.ts";

/** Messages of our own API: handed in, found, cancelled. */
export function messageApi(context: ServiceContext): MessageApi {
  const own = ({ accountId }: Principal) => ({ ...making(context), accountId });
  return {
    accept: (request) => context.acceptance.accept(request),
    listMessages: (principal, query) =>
      readOwn(context, principal, async (reader) => {
        const page = { ...wholePage, limit: query.limit };
        const { messages } = await listMessages(reader, own(principal), criteriaOf(query), page);
        const waits = await waitsOf(reader, own(principal), messages);
        return messages.map((message) => ({ ...message, wait: waits.get(message.id) ?? null }));
      }),
    readMessage: (principal, id) => readDetails(context, principal, id),
    cancelMessage: (principal, id) =>
      writeOwn(context, principal, (tx) =>
        cancelMessage(tx, making(context), { accountId: principal.accountId, id }),
      ),
    retryMessage: (principal, id) => retryMessage(context, principal, id),
  };
}

const wholePage = {
  offset: 0,
  isNewestFirst: true,
  wantsRows: true,
  wantsTotal: false,
  wantsIdentity: true,
};

function criteriaOf({ beforeId, recipient, customId, state, from, until }: MessageQuery) {
  return {
    ...(beforeId === null ? {} : { beforeId }),
    ...(recipient === null ? {} : { recipient }),
    ...(customId === null ? {} : { customId }),
    ...(state === null ? {} : { standings: [state] }),
    ...(from === null ? {} : { since: from }),
    ...(until === null ? {} : { until }),
  };
}

async function readDetails(
  context: ServiceContext,
  principal: Principal,
  id: bigint,
): Promise<MessageDetails | null> {
  const { keyring, figures } = context;
  const { accountId } = principal;
  const own = { ...making(context), accountId };
  return readOwn(context, principal, async (reader) => {
    const message = await readMessage(reader, own, id, true);
    if (message === null) return null;
    const history = await readHistory(reader, own, id);
    const waits = await waitsOf(reader, own, [message]);
    const kept = await lookAtContent(reader, keyring, { accountId, id });
    const since = kept?.since ?? message.acceptedAt;
    return {
      message: { ...message, wait: waits.get(id) ?? null },
      history,
      content: { isReadable: kept?.isReadable ?? false, until: contentEndOf(since, figures) },
    };
  });
}

async function retryMessage(
  context: ServiceContext,
  principal: Principal,
  id: bigint,
): Promise<{ newId: bigint | null }> {
  const { accountId } = principal;
  const key = { accountId, id };
  const outcome = await writeOwn(context, principal, (tx) => retryNow(tx, making(context), key));
  if (outcome !== "ended") return { newId: null };
  const submission = await readOwn(context, principal, (reader) =>
    readForResubmission(reader, context.keyring, key),
  );
  const result = await context.acceptance.accept({
    accountId,
    submissions: [submission],
    isSandbox: false,
    isStrict: false,
    // Whoever clicks twice has one new message. The name cannot be that of a client's key, which is printable.
    idempotency: { key: `\0retry/${id}`, bodyHash: createHash("sha256").update(String(id)).digest() },
    answerOf: ([accepted]) => {
      if (accepted?.kind !== "accepted") return Buffer.alloc(0);
      const { to, cc, bcc } = accepted.submission;
      return Buffer.from(String([...to, ...cc, ...bcc][0]?.id));
    },
  });
  const refused = result.kind === "answered" ? result.outcomes[0] : undefined;
  if (refused?.kind === "refused") throw refused.refusal;
  return { newId: BigInt(result.answer.toString()) };
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
    readInboxDetails: async (principal, id) => {
      const { accountId } = principal;
      const [entry, domains] = await readOwn(context, principal, async (reader) => [
        await readInbox(reader, keyring, { accountId, id }),
        await selectDomains(reader, accountId),
      ]);
      return entry === null ? null : { entry, signatures: await verifySignatures(entry, domains) };
    },
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
