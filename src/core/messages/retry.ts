import type { Sql, Transaction } from "../../base/database.ts";
import { Refusal } from "../../base/errors.ts";
import { dateOf } from "../../base/ids.ts";
import { makeDue, messageReasons } from "../delivery/index.ts";
import type { Keyring } from "../keys/index.ts";
import { decodeContent, decodeParts, partIn, type SubmissionPart } from "./frame.ts";
import type { Message, MessageIdentity } from "./message.ts";
import { readMessage } from "./read.ts";
import { contentExists, selectContentIds } from "./read-store.ts";
import { selectContents } from "./store.ts";
import { type AnySubmission, isRaw, type MessageContent } from "./submission.ts";
import { isWaiting, placeOf } from "./waiting.ts";

// A server that has said "later" a moment ago says it again, and takes offence if it is asked every second.
const retryAfterSecondsMin = 60;

/** What a wish to try a message again came to. `underway`: a node has it in hand at this moment. `ended`: nothing waits
 *  any more, so the message can only be handed in again. */
export type RetryNow = "due" | "underway" | "ended";

/** Makes a message that waits due now. The destination's pauses and limits hold as before, and the attempt counts like
 *  any other.
 *  @throws Refusal not_found, too_late when it has been delivered, rate_limited when it was tried a moment ago */
export async function retryNow(
  tx: Transaction,
  { keyring, now }: { keyring: Keyring; now: Date },
  key: { accountId: bigint; id: bigint },
): Promise<RetryNow> {
  const message = await readMessage(tx, { keyring, accountId: key.accountId }, key.id, false);
  if (message === null) throw new Refusal("not_found", "This account has no such message.", { id: key.id });
  if (message.state === "sent") {
    throw new Refusal("too_late", "This message has been delivered. Hand it in anew to send it again.");
  }
  if (!isWaiting(message)) return "ended";
  requireRest(message, now);
  return (await makeDue(tx, key.accountId, placeOf(message), now)) ? "due" : "underway";
}

function requireRest({ state, changedAt }: Message, now: Date): void {
  const seconds = (now.getTime() - changedAt.getTime()) / 1000;
  if (state !== "deferred" || seconds >= retryAfterSecondsMin) return;
  throw new Refusal("rate_limited", "This message was tried a moment ago. Give the other server a minute.", {
    retryAfterSeconds: retryAfterSecondsMin - seconds,
  });
}

/** Reads a message that has ended without having been delivered, for it to be handed in again: as it was, for this
 *  recipient only, showing the same others in To and Cc. It is a new message with an id and a history of its own, and
 *  goes through acceptance like any other: the sender's right, the day's number and suppressions are asked again, so an
 *  address that is suppressed since stays unsent. That it goes to nobody twice within a campaign is not asked again of
 *  what never arrived; what was kept back for being the second one stays so.
 *  @throws Refusal not_found, content_gone when its days are over */
export async function readForResubmission(
  reader: Sql,
  keyring: Keyring,
  key: { accountId: bigint; id: bigint },
): Promise<AnySubmission> {
  const message = await readMessage(reader, { keyring, accountId: key.accountId }, key.id, true);
  if (message === null || message.identity === null) {
    throw new Refusal("not_found", "This account has no such message.", { id: key.id });
  }
  const stored = await openStored(reader, keyring, key);
  if (stored === null) {
    throw new Refusal(
      "content_gone",
      "What was in this message is not kept any more, so it cannot be sent again.",
    );
  }
  return submissionOf(message, message.identity, stored);
}

interface Stored {
  content: MessageContent;
  part: SubmissionPart;
}

/** What is kept of what is in a message. */
export interface ContentKept {
  isReadable: boolean;
  /** When it was handed in: its days are counted from then on. */
  since: Date;
}

/** Looks whether what is in a message can still be read; null when the account has no such message. */
export async function lookAtContent(
  reader: Sql,
  keyring: Keyring,
  key: { accountId: bigint; id: bigint },
): Promise<ContentKept | null> {
  const ids = await selectContentIds(reader, key);
  if (ids === undefined) return null;
  const { contentId: id } = ids;
  const isReadable = keyring.hasContentKey(id) && (await contentExists(reader, { ...key, id }));
  return { isReadable, since: dateOf(id) };
}

/** What is kept of what is in a message, opened; null once its days are over. */
async function openStored(
  reader: Sql,
  keyring: Keyring,
  key: { accountId: bigint; id: bigint },
): Promise<Stored | null> {
  const { accountId } = key;
  const ids = await selectContentIds(reader, key);
  if (ids === undefined) return null;
  const { contentId, partId } = ids;
  const wanted = partId === null ? [contentId] : [contentId, partId];
  const rows = await selectContents(
    reader,
    wanted.map((id) => ({ accountId, id })),
  );
  const open = (id: bigint): Buffer | null => {
    const row = rows.find((each) => each.id === id);
    return row === undefined ? null : keyring.openContent({ table: "content", accountId, id }, row.sealed);
  };
  const bytes = open(contentId);
  if (bytes === null) return null;
  const { content, part } = decodeContent(bytes);
  if (part !== null) return { content, part };
  const partBytes = partId === null ? null : open(partId);
  return partBytes === null ? null : { content, part: partIn(decodeParts(partBytes), key.id) };
}

function submissionOf(message: Message, identity: MessageIdentity, { content, part }: Stored): AnySubmission {
  const { address, name, role, customId, eventPayload, isFromNobody, dsn } = identity;
  const isDuplicate = message.reason === messageReasons.duplicateInCampaign;
  const again = { ...content, deduplicatesCampaign: content.deduplicatesCampaign && isDuplicate };
  const recipients = { to: [], cc: [], bcc: [], [role]: [{ address, name }] };
  const hasEnvelope = isFromNobody === true || dsn !== undefined;
  return {
    content: again,
    ...recipients,
    ...(isRaw(content) ? {} : { shown: { to: part.to, cc: part.cc } }),
    variables: part.variables,
    customId,
    eventPayload,
    ...(hasEnvelope
      ? {
          envelope: {
            isFromNobody: isFromNobody === true,
            reports: new Map(dsn === undefined ? [] : [[address, dsn]]),
          },
        }
      : {}),
  };
}
